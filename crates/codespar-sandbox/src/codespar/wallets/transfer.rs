//! Money out of a wallet: `POST /v1/wallets/{id}/transfer`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        consents,
        currency_swap::{Swap, preview, rail},
        idempotency,
        payment_rail::{self, RailAnswer},
        wallets,
    },
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Posting,
        effects::EffectKind,
        json::{matches, member, set, text},
        records::idempotency::{IdempotentRequest, StoredOutcome},
    },
};

/// Longest address there is.
const LONGEST: usize = 64;

/// A transfer out of a wallet, as it was asked for.
struct Withdrawal {
    wallet: String,
    currency: String,
    to: String,
    minor: i64,
    mandate: Option<String>,
}

/// `POST /v1/wallets/{id}/transfer`: out of the wallet, or between its currencies. The
/// `idempotency_key` of the body makes one transfer of several requests. The other currency of a
/// transfer between two is not in the books: there is no rate.
pub(crate) fn transfer(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let out = body.has("to_address") || body.has("currency");
    let swap = if out { None } else { Some(Swap::read(&body)?) };
    if let Some(swap) = swap.as_ref().filter(|swap| !swap.execute) {
        return Ok(Response::ok(preview(req, swap)));
    }
    match swap {
        Some(swap) => {
            let made = |req: &mut Request<'_>, key: Option<&str>| swap.execute(req, key);
            once(req, &body, swap.minor, made, Response::ok, |_| ())
        }
        None => withdraw(req, &body),
    }
}

fn withdraw(req: &mut Request<'_>, body: &JsonObject) -> HandlerResult {
    let asked = read(req, body)?;
    let short = |req: &Request<'_>| {
        let funds = req.state.books.funds(req.project, &asked.wallet, &asked.currency);
        funds.available() < asked.minor
    };
    let key = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    let scope = scope(req);
    let known = |it: &IdempotentRequest| it.scope == scope && Some(&*it.key) == key;
    let is_repeated = req.state.idempotent.iter().any(known);
    if !is_repeated && short(req) {
        return Err(error(409, "insufficient_funds", "the wallet does not hold as much").into());
    }
    let made = |req: &mut Request<'_>, key: Option<&str>| send(req, &asked, key);
    once(req, body, asked.minor, made, Response::created, |req| hold(req, &asked))
}

/// Does it once under the key of the body; `unsure` is done where the rail does not answer.
fn once(
    req: &mut Request<'_>,
    body: &JsonObject,
    minor: i64,
    made: impl FnOnce(&mut Request<'_>, Option<&str>) -> Value,
    answered: impl FnOnce(Value) -> Response,
    unsure: impl FnOnce(&mut Request<'_>),
) -> HandlerResult {
    let key = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    let scope = scope(req);
    let mut request = body.value();
    set(&mut request, "idempotency_key", Value::Null);
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        return Ok(answered(first));
    }
    match payment_rail::send(minor) {
        RailAnswer::Accepted => {}
        RailAnswer::Refused => {
            let end = StoredOutcome::Failed("withdrawal_failed");
            idempotency::record(req.state, &scope, key, request, end);
            return Err(error(502, "send_failed", "the rail refuses this amount").into());
        }
        RailAnswer::NoAnswer => {
            let code = "withdrawal_dispatch_uncertain";
            idempotency::record(req.state, &scope, key, request, StoredOutcome::Uncertain(code));
            unsure(req);
            return Err(error(502, code, "the rail does not answer").into());
        }
    }
    let noted = key.or_else(|| req.idempotency_key()).map(str::to_owned);
    let answer = made(req, noted.as_deref());
    idempotency::record(req.state, &scope, key, request, StoredOutcome::Done(answer.clone()));
    Ok(answered(answer))
}

fn scope(req: &Request<'_>) -> String {
    format!("wallet:{}:{}", req.project, req.id())
}

/// Reads a transfer out of the wallet of the path, which must say where to.
fn read(req: &Request<'_>, body: &JsonObject) -> Result<Withdrawal, Refusal> {
    let currency = body.text("currency")?.to_owned();
    let to = body.text("to_address")?.to_owned();
    if to.chars().count() > LONGEST {
        return Err(issue("to_address", "at most 64 characters").into());
    }
    let minor = body.minor("amount_minor")?;
    let wallet = wallets::find(req)?;
    if rail(&currency).is_none() {
        return Err(error(400, "unsupported_currency", "not one of the currencies").into());
    }
    let mandate = proof(req, body, wallet, minor)?;
    Ok(Withdrawal { wallet: text(wallet, "id").to_owned(), currency, to, minor, mandate })
}

/// The mandate that allows it, checked where it is given. The wallet of a consumer needs one.
fn proof(
    req: &Request<'_>,
    body: &JsonObject,
    wallet: &Value,
    minor: i64,
) -> Result<Option<String>, Refusal> {
    let members = ["mandate", "signature", "agent_id", "purpose"];
    let consumer = wallets::consumer_of(wallet);
    if members.iter().any(|name| body.get(name).is_none()) {
        return match consumer {
            Some(_) => Err(error(403, "mandate_required", "a consumer's wallet needs one").into()),
            None => Ok(None),
        };
    }
    let signed = body.object("mandate")?;
    let known = req.state.mandates.find(req.project, signed.text("id")?);
    let known = known.ok_or_else(|| error(401, "mandate_proof_invalid", "no such mandate"))?;
    if body.text("signature")? != consents::signature(known) {
        return Err(error(401, "bad_signature", "the signature does not hold").into());
    }
    let (agent, purpose) = (body.text("agent_id")?, body.text("purpose")?);
    let (currency, to) = (body.text("currency")?, body.text("to_address")?);
    let most = member(known, "per_tx_cap_minor").as_i64().unwrap_or_default();
    let fails = [
        (text(known, "status") == "paused", "mandate_paused"),
        (text(known, "status") == "revoked", "mandate_revoked"),
        (text(known, "expires_at") < &*req.now.rfc3339(), "expired"),
        (!matches(known, "consumer_id", consumer), "mandate_consumer_mismatch"),
        (text(known, "agent_id") != agent, "agent_mismatch"),
        (text(known, "purpose") != purpose, "purpose_mismatch"),
        (text(known, "currency") != currency, "mandate_currency_mismatch"),
        (minor > most, "per_tx_cap_exceeded"),
    ];
    let failed = fails.iter().find(|(fails, _)| *fails).map(|(_, code)| *code);
    match failed.or_else(|| unpinned(known, to)) {
        Some(code) => Err(error(403, code, "the mandate does not allow it").into()),
        None => Ok(Some(text(known, "id").to_owned())),
    }
}

/// Why the mandate does not let money go there.
fn unpinned(mandate: &Value, to: &str) -> Option<&'static str> {
    match member(mandate, "withdrawal_allowlist").as_array() {
        None => Some("withdrawal_destination_unpinned"),
        Some(list) if list.iter().any(|pinned| pinned == to) => None,
        Some(_) => Some("merchant_not_allowed"),
    }
}

fn send(req: &mut Request<'_>, asked: &Withdrawal, key: Option<&str>) -> Value {
    let id = req.state.ids.with("wtd");
    req.state.effects.add(EffectKind::Payment, &id, key, Some(asked.minor));
    let hash = format!("E{:0>31}", id.trim_start_matches("wtd_"));
    let on_chain = asked.to.starts_with("0x");
    let debit = Posting {
        kind: "debit",
        external_ref: Some(hash.clone()),
        rail: rail(&asked.currency).map(str::to_owned),
        ..posting(asked)
    };
    req.state.books.post(req.project, debit, req.now.wall);
    json!({
        "withdrawal_id": id,
        "tx_hash": hash,
        "status": "sent",
        "network": if on_chain { "base-sepolia" } else { "pix" },
        "to_address": asked.to,
        "amount_minor": asked.minor,
        "currency": asked.currency,
    })
}

/// Keeps the amount back of a transfer of which nobody knows.
fn hold(req: &mut Request<'_>, asked: &Withdrawal) {
    let hold = Posting { kind: "hold", ..posting(asked) };
    req.state.books.post(req.project, hold, req.now.wall);
}

fn posting(asked: &Withdrawal) -> Posting {
    Posting {
        wallet: asked.wallet.clone(),
        currency: asked.currency.clone(),
        amount_minor: asked.minor.saturating_neg(),
        mandate: asked.mandate.clone(),
        ..Posting::default()
    }
}
