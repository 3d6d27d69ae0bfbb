//! What a mandate allows: at once, after a person has looked, or not at all.

use serde_json::{Value, json};

use crate::{
    codespar::{
        approvals::{self, Held, TOOL},
        ledger::payments,
        mandates::{
            attempts::{self, held_refusal},
            caps::{self, Exceeded},
            destination, missing,
        },
        organizations::spending,
        policies::judge::{self, Asked, Rule, Ruling},
    },
    server::{
        errors::{ApiError, Refusal, error},
        json_object::JsonObject,
        request::Request,
    },
    store::{
        json::{member, set, text},
        records::payment::{AttemptState, HeldMoney, Payment},
    },
};

/// Takes the amount from the cap of the mandate; a payment that is held is an error too.
pub(crate) fn authorize(
    req: &mut Request<'_>,
    payment: &Payment,
    body: &JsonObject,
) -> Result<(), Refusal> {
    let row = req.state.mandates.find(req.project, &payment.mandate).ok_or_else(missing)?.clone();
    allowed(req, &row, body)?;
    let agent = text(&row, "agent_id");
    spending::may_spend(req.state, req.project, agent)?;
    let over = within_caps(req, &row, payment)?;
    destination::check(&row, payment)?;
    let asked = Asked { project: req.project, agent, tool: TOOL };
    let now = req.now;
    let ruling = judge::judge(req.state, &asked, now);
    if let Ruling::Deny(rule) = &ruling {
        return Err(denied("a policy denies it", "deny", &rule.id).into());
    }
    let entry = payments::hold(&mut req.context(), payment)?;
    let (mandate, minor) = (&payment.mandate, payment.amount_minor);
    caps::take(req.state, req.project, mandate, minor, payment.taken_at);
    let by_limit = req.settings.approval_above.is_some_and(|most| payment.amount_minor > most);
    let rule = match ruling {
        Ruling::Hold(rule) => rule,
        _ if over.is_some() => own_rule("per_tx_cap"),
        _ if by_limit => own_rule("sandbox"),
        _ => return Ok(()),
    };
    let session = body.maybe_text("session_id")?;
    let money = HeldMoney::Payment(payment.clone());
    let held = Held { project: req.project, money, tool: TOOL, agent, session, rule: &rule };
    Err(hold(req, payment, held, entry, over))
}

/// The cap of one payment where this is above it, and a person may still approve it.
fn within_caps(req: &Request<'_>, row: &Value, payment: &Payment) -> Result<Option<i64>, Refusal> {
    match caps::exceeded(row, payment.amount_minor, req.now) {
        None => Ok(None),
        Some(Exceeded::Total) => {
            Err(denied("above the cap of the mandate", "cap", "sandbox").into())
        }
        Some(Exceeded::Period) => {
            Err(denied("above the cap of this time", "periodic_cap", "sandbox").into())
        }
        Some(Exceeded::Single(most)) if payment.rail == "pix" => Ok(Some(most)),
        Some(Exceeded::Single(most)) => {
            let refusal = error(422, "per_tx_cap_exceeded", "above the cap of one payment");
            let refusal = refusal.with("amount_minor", payment.amount_minor.to_string());
            let refusal = refusal.with("per_tx_cap_minor", most.to_string());
            Err(refusal.with("currency", member(row, "currency").clone()).into())
        }
    }
}

/// Whether the mandate is in force, and for who asks.
fn allowed(req: &Request<'_>, row: &Value, body: &JsonObject) -> Result<(), Refusal> {
    if let Some(actor) = body.maybe_object("actor")? {
        let named = actor.maybe_text("on_behalf_of")?;
        if named.is_some_and(|consumer| member(row, "consumer_id") != consumer) {
            let code = "actor_consumer_mismatch";
            return Err(error(400, code, "the mandate is another consumer's").into());
        }
    }
    if text(row, "status") != "active" {
        return Err(denied("the mandate is not active", "mandate_status", "sandbox").into());
    }
    if text(row, "expires_at") < req.now.rfc3339().as_str() {
        return Err(denied("the mandate has expired", "mandate_expiry", "sandbox").into());
    }
    if body.maybe_text("agent_id")?.is_some_and(|agent| member(row, "agent_id") != agent) {
        return Err(error(422, "mandate_verify", "the mandate is another agent's").into());
    }
    Ok(())
}

fn denied(reason: &str, kind: &str, rule: &str) -> ApiError {
    error(403, "policy_denied", "the mandate does not allow it")
        .with("reason", reason)
        .with("ruleType", kind)
        .with("ruleId", rule)
}

/// A rule that is no policy: of the mandate itself, or a setting of the sandbox.
fn own_rule(id: &str) -> Rule {
    Rule { id: id.to_owned(), name: id.to_owned() }
}

/// Holds a payment for a person to decide: above the cap of one payment, or by a policy.
fn hold(
    req: &mut Request<'_>,
    payment: &Payment,
    held: Held<'_>,
    entry: u64,
    cap: Option<i64>,
) -> Refusal {
    let (now, project, rule) = (req.now, held.project, held.rule);
    let asked = Asked { project, agent: held.agent, tool: held.tool };
    let (id, expires_at) = approvals::hold(req.state, held, now);
    judge::held(req.state, &asked, rule, Some(&id), now);
    let mut body = json!({
        "reason": "a person has to approve this payment",
        "approval_id": id,
        "expires_at": expires_at,
        "payment_state": "awaiting_approval",
        "attempt_id": payment.attempt,
        "amount_minor": payment.amount_minor,
        "hold_ref": entry.to_string(),
    });
    match cap {
        Some(cap) => set(&mut body, "per_tx_cap_minor", cap),
        None => {
            set(&mut body, "ruleType", "approval-required");
            set(&mut body, "ruleId", rule.id.as_str());
        }
    }
    attempts::record(req.state, project, payment, AttemptState::Held(body.clone()));
    held_refusal(&body)
}
