//! Money out of a wallet: `POST /v1/wallets/{id}/transfer`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    codespar::{
        consents,
        currency_swap::rail,
        idempotency,
        mandates::{
            caps::{self, Exceeded},
            destination,
        },
        organizations::spending,
        payment_rail::{self, RailAnswer},
        policies::judge::{self, Asked, Ruling},
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
        json::{set, text},
        records::idempotency::StoredOutcome,
    },
};

/// Longest address there is.
const LONGEST: usize = 64;

/// What policies call it.
const TOOL: &str = "wallet:withdraw";

/// A transfer out of a wallet, as it was asked for.
struct Withdrawal {
    wallet: String,
    currency: String,
    to: String,
    minor: i64,
}

/// Who lets a transfer happen: a mandate, where it needs one, and an agent, where there is one.
struct Proof {
    mandate: Option<String>,
    agent: Option<String>,
}

/// `POST /v1/wallets/{id}/transfer`. The `idempotency_key` of the body makes one transfer of
/// several requests; what was made is answered again whatever has changed since.
pub(crate) fn transfer(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let asked = read(req, &body)?;
    let key = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    let scope = format!("wallet:{}:{}", req.project, asked.wallet);
    let mut request = body.value();
    set(&mut request, "idempotency_key", Value::Null);
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        return Ok(Response::created(first));
    }
    let proof = authorize(req, &asked, &body)?;
    match payment_rail::send(asked.minor) {
        RailAnswer::Accepted => {
            let noted = key.or_else(|| req.idempotency_key()).map(str::to_owned);
            let answer = send(req, &asked, &proof, noted.as_deref());
            let end = StoredOutcome::Done(answer.clone());
            idempotency::record(req.state, &scope, key, request, end);
            Ok(Response::created(answer))
        }
        RailAnswer::Refused => {
            let end = StoredOutcome::Failed("withdrawal_failed");
            idempotency::record(req.state, &scope, key, request, end);
            Err(error(502, "send_failed", "the rail refuses this amount").into())
        }
        RailAnswer::NoAnswer => {
            let code = "withdrawal_dispatch_uncertain";
            idempotency::record(req.state, &scope, key, request, StoredOutcome::Uncertain(code));
            post(req, &asked, &proof, Posting { kind: "hold", ..Posting::default() });
            Err(error(502, code, "the rail does not answer").into())
        }
    }
}

/// Reads a transfer out of the wallet of the path, which must say where to.
fn read(req: &Request<'_>, body: &JsonObject) -> Result<Withdrawal, Refusal> {
    let currency = body.text("currency")?.to_owned();
    let to = body.text("to_address")?.to_owned();
    if to.chars().count() > LONGEST {
        return Err(issue("to_address", "at most 64 characters").into());
    }
    let minor = body.minor("amount_minor")?;
    let wallet = text(wallets::find(req)?, "id").to_owned();
    if rail(&currency).is_none() {
        return Err(error(400, "unsupported_currency", "not one of the currencies").into());
    }
    Ok(Withdrawal { wallet, currency, to, minor })
}

/// Whether it may be sent: the organization spends, the mandate and the policies allow it, and the
/// wallet holds as much.
fn authorize(
    req: &mut Request<'_>,
    asked: &Withdrawal,
    body: &JsonObject,
) -> Result<Proof, Refusal> {
    spending::check_running(req.state)?;
    let wallet = wallets::find(req)?;
    let mandate = proven(req, body, wallet, asked)?;
    let of = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let proof = Proof {
        mandate: mandate.and_then(|row| of(row, "id")),
        agent: of(mandate.unwrap_or(wallet), "agent_id"),
    };
    let agent = proof.agent.as_deref().unwrap_or_default();
    spending::may_spend(req.state, req.project, agent)?;
    obey_policies(req, agent)?;
    let funds = req.state.books.funds(req.project, &asked.wallet, &asked.currency);
    if funds.available() < asked.minor {
        return Err(error(409, "insufficient_funds", "the wallet does not hold as much").into());
    }
    Ok(proof)
}

/// The mandate that allows it, checked where it is given. The wallet of a consumer needs one.
fn proven<'a>(
    req: &'a Request<'_>,
    body: &JsonObject,
    wallet: &Value,
    asked: &Withdrawal,
) -> Result<Option<&'a Value>, Refusal> {
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
    if body.text("signature")? != consents::signature(&signed.value()) {
        return Err(error(401, "bad_signature", "the signature does not hold").into());
    }
    let (agent, purpose) = (body.text("agent_id")?, body.text("purpose")?);
    let fails = [
        (text(known, "status") == "paused", "mandate_paused"),
        (text(known, "status") == "revoked", "mandate_revoked"),
        (text(known, "expires_at") < &*req.now.rfc3339(), "expired"),
        (Some(text(known, "consumer_id")) != consumer, "mandate_consumer_mismatch"),
        (text(known, "agent_id") != agent, "agent_mismatch"),
        (text(known, "purpose") != purpose, "purpose_mismatch"),
        (text(known, "currency") != asked.currency, "mandate_currency_mismatch"),
    ];
    let failed = fails.iter().find(|(fails, _)| *fails).map(|(_, code)| *code);
    let failed = failed.or_else(|| match caps::exceeded(known, asked.minor, req.now)? {
        Exceeded::Single(_) => Some("per_tx_cap_exceeded"),
        Exceeded::Total | Exceeded::Period => Some("total_cap_exceeded"),
    });
    match failed.or_else(|| unpinned(known, &asked.to)) {
        Some(code) => Err(error(403, code, "the mandate does not allow it").into()),
        None => Ok(Some(known)),
    }
}

/// Why the mandate does not let money go there.
fn unpinned(mandate: &Value, to: &str) -> Option<&'static str> {
    if destination::allows_withdrawal(mandate, to) {
        return None;
    }
    let is_pinned = mandate.get("withdrawal_allowlist").is_some_and(Value::is_array);
    Some(if is_pinned { "merchant_not_allowed" } else { "withdrawal_destination_unpinned" })
}

/// What policies say. One that wants a person to look stops it: no approval is opened for a
/// transfer here, so nothing is held.
fn obey_policies(req: &mut Request<'_>, agent: &str) -> Result<(), Refusal> {
    let (asked, now) = (Asked { project: req.project, agent, tool: TOOL }, req.now);
    let (kind, rule) = match judge::judge(req.state, &asked, now) {
        Ruling::Allow => return Ok(()),
        Ruling::Deny(rule) => ("deny", rule),
        Ruling::Hold(rule) => {
            judge::held(req.state, &asked, &rule, None, now);
            ("approval-required", rule)
        }
    };
    let body = json!({
        "error": "policy_denied",
        "reason": "a policy does not allow it",
        "ruleType": kind,
        "ruleId": rule.id,
    });
    Err(Response::json(StatusCode::FORBIDDEN, body).into())
}

fn send(req: &mut Request<'_>, asked: &Withdrawal, proof: &Proof, key: Option<&str>) -> Value {
    let id = req.state.ids.with("wtd");
    req.state.effects.add(EffectKind::Payment, &id, key, Some(asked.minor));
    let hash = format!("E{:0>31}", id.trim_start_matches("wtd_"));
    let on_chain = asked.to.starts_with("0x");
    let debit = Posting {
        kind: "debit",
        external_ref: Some(hash.clone()),
        rail: rail(&asked.currency).map(str::to_owned),
        ..Posting::default()
    };
    post(req, asked, proof, debit);
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

/// Posts what was sent, or keeps back what may have been, and counts it against the mandate.
fn post(req: &mut Request<'_>, asked: &Withdrawal, proof: &Proof, posting: Posting) {
    let at = req.now.wall;
    if let Some(mandate) = &proof.mandate {
        caps::take(req.state, req.project, mandate, asked.minor, at);
    }
    let posting = Posting {
        wallet: asked.wallet.clone(),
        currency: asked.currency.clone(),
        amount_minor: asked.minor.saturating_neg(),
        mandate: proof.mandate.clone(),
        agent: proof.agent.clone().filter(|_| proof.mandate.is_some()),
        ..posting
    };
    req.state.books.post(req.project, posting, at);
}
