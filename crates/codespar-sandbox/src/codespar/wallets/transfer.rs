//! Money out of a wallet: `POST /v1/wallets/{id}/transfer`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    codespar::{
        approvals::{self, Held},
        consents,
        currency_swap::rail,
        idempotency,
        mandates::{
            caps::{self, Exceeded},
            destination,
        },
        organizations::spending,
        payment_rail::{self, RailAnswer},
        policies::judge::{self, Asked, Rule, Ruling},
        wallets::{self, withdrawal},
    },
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{set, text},
        records::{
            idempotency::StoredOutcome,
            payment::{HeldMoney, Withdrawal},
        },
    },
};

/// Longest address there is.
const LONGEST: usize = 64;

/// What policies call it.
const TOOL: &str = "wallet:withdraw";

/// `POST /v1/wallets/{id}/transfer`. The `idempotency_key` of the body makes one transfer of
/// several requests; what was made is answered again whatever has changed since.
pub(crate) fn transfer(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let mut asked = read(req, &body)?;
    let key = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    let scope = format!("wallet:{}:{}", req.project, asked.wallet);
    let mut request = body.value();
    set(&mut request, "idempotency_key", Value::Null);
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        return Ok(Response::created(first));
    }
    let waits = authorize(req, &mut asked, &body)?;
    asked.id = req.state.ids.with("wtd");
    asked.key = key.map(|key| (scope.clone(), key.to_owned()));
    let (project, now) = (req.project, req.now);
    if let Some(rule) = waits {
        let held = hold(req, asked, &rule);
        idempotency::record(req.state, &scope, key, request, StoredOutcome::Held(held.clone()));
        return Err(Response::json(StatusCode::FORBIDDEN, held).into());
    }
    let (end, answer) = match payment_rail::send(asked.minor) {
        RailAnswer::Accepted => {
            withdrawal::take(req.state, project, &asked);
            let noted = key.or_else(|| req.idempotency_key());
            let answer = withdrawal::send(req.state, project, &asked, noted, now);
            (StoredOutcome::Done(answer.clone()), Ok(Response::created(answer)))
        }
        RailAnswer::Refused => {
            let refusal = error(502, "send_failed", "the rail refuses this amount");
            (StoredOutcome::Failed(withdrawal::FAILED), Err(refusal.into()))
        }
        RailAnswer::NoAnswer => {
            withdrawal::take(req.state, project, &asked);
            asked.hold = Some(withdrawal::hold(req.state, project, &asked, now));
            withdrawal::leave_open(req.state, project, &asked);
            let code = withdrawal::UNCERTAIN;
            let refusal = error(502, code, "the rail does not answer");
            (StoredOutcome::Uncertain(code), Err(refusal.into()))
        }
    };
    idempotency::record(req.state, &scope, key, request, end);
    answer
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
    Ok(Withdrawal {
        id: String::new(),
        wallet,
        currency,
        to,
        minor,
        mandate: None,
        agent: None,
        taken_at: req.now.wall,
        needs_approval: false,
        hold: None,
        key: None,
    })
}

/// Whether it may be sent: the organization spends, the mandate and the policies allow it, and the
/// wallet holds as much. Gives the rule by which a person has to approve it, where there is one.
fn authorize(
    req: &mut Request<'_>,
    asked: &mut Withdrawal,
    body: &JsonObject,
) -> Result<Option<Rule>, Refusal> {
    spending::check_running(req.state)?;
    let wallet = wallets::find(req)?;
    let mandate = proven(req, body, wallet, asked)?;
    let of = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    asked.agent = of(mandate.unwrap_or(wallet), "agent_id");
    asked.mandate = mandate.and_then(|row| of(row, "id"));
    let agent = asked.agent.as_deref().unwrap_or_default();
    spending::may_spend(req.state, req.project, agent)?;
    let funds = req.state.books.funds(req.project, &asked.wallet, &asked.currency);
    if funds.available() < asked.minor {
        return Err(error(409, "insufficient_funds", "the wallet does not hold as much").into());
    }
    let named = Asked { project: req.project, agent, tool: TOOL };
    match judge::judge(req.state, &named, req.now) {
        Ruling::Allow => Ok(None),
        Ruling::Hold(rule) => Ok(Some(rule)),
        Ruling::Deny(rule) => {
            let body = denied("deny", &rule, "a policy denies it");
            Err(Response::json(StatusCode::FORBIDDEN, body).into())
        }
    }
}

/// Holds a transfer for a person to decide; gives what the request is answered.
fn hold(req: &mut Request<'_>, mut asked: Withdrawal, rule: &Rule) -> Value {
    let (project, now) = (req.project, req.now);
    withdrawal::take(req.state, project, &asked);
    asked.hold = Some(withdrawal::hold(req.state, project, &asked, now));
    asked.needs_approval = true;
    let agent = asked.agent.clone().unwrap_or_default();
    let named = Asked { project, agent: &agent, tool: TOOL };
    let money = HeldMoney::Withdrawal(asked);
    let held = Held { project, money, tool: TOOL, agent: &agent, session: None, rule };
    let (id, expires_at) = approvals::hold(req.state, held, now);
    judge::held(req.state, &named, rule, Some(&id), now);
    let mut body = denied("approval-required", rule, "a person has to approve this transfer");
    set(&mut body, "approval_id", id);
    set(&mut body, "expires_at", expires_at);
    body
}

/// What policies say, which is bare here.
fn denied(kind: &str, rule: &Rule, reason: &str) -> Value {
    json!({
        "error": "policy_denied",
        "reason": reason,
        "ruleType": kind,
        "ruleId": rule.id,
    })
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
