//! What a mandate allows: at once, after a person has looked, or not at all.

use serde_json::{Value, json};

use crate::{
    codespar::{
        approvals,
        ledger::payments,
        mandates::{
            attempts::{self, held_refusal},
            missing,
        },
    },
    server::{
        errors::{ApiError, Refusal, error},
        json_object::JsonObject,
        request::Request,
    },
    store::{
        json::{member, set, text},
        records::payment::{AttemptState, Payment},
    },
};

/// Takes the amount from the cap of the mandate; a payment that is held is an error too.
pub(crate) fn authorize(
    req: &mut Request<'_>,
    payment: &Payment,
    body: &JsonObject,
) -> Result<(), Refusal> {
    let now = req.now.rfc3339();
    let row = req.state.mandates.find_mut(req.project, &payment.mandate).ok_or_else(missing)?;
    if let Some(actor) = body.maybe_object("actor")? {
        let named = actor.maybe_text("on_behalf_of")?;
        if named.is_some_and(|consumer| member(row, "consumer_id") != consumer) {
            let code = "actor_consumer_mismatch";
            return Err(error(400, code, "the mandate is another consumer's").into());
        }
    }
    if text(row, "status") != "active" {
        return Err(denied("the mandate is not active", "mandate_status").into());
    }
    if text(row, "expires_at") < now.as_str() {
        return Err(denied("the mandate has expired", "mandate_expiry").into());
    }
    if body.maybe_text("agent_id")?.is_some_and(|agent| member(row, "agent_id") != agent) {
        return Err(error(422, "mandate_verify", "the mandate is another agent's").into());
    }
    let minor = |name: &str| row.get(name).and_then(Value::as_i64).unwrap_or_default();
    let (cap, most) = (minor("cap_minor"), minor("per_tx_cap_minor"));
    let spent = minor("spent_minor").saturating_add(payment.amount_minor);
    if spent > cap {
        return Err(denied("above the cap of the mandate", "cap").into());
    }
    let over = payment.amount_minor > most;
    if over && payment.rail != "pix" {
        let refusal = error(422, "per_tx_cap_exceeded", "above the cap of one payment");
        let refusal = refusal.with("amount_minor", payment.amount_minor.to_string());
        let refusal = refusal.with("per_tx_cap_minor", most.to_string());
        return Err(refusal.with("currency", member(row, "currency").clone()).into());
    }
    set(row, "spent_minor", spent);
    let held = payments::hold(req.state, req.project, payment, req.now);
    let by_policy = req.settings.approval_above.is_some_and(|most| payment.amount_minor > most);
    if over || by_policy {
        return Err(hold(req, payment, held, over.then_some(most)));
    }
    Ok(())
}

fn denied(reason: &str, rule: &str) -> ApiError {
    error(403, "policy_denied", "the mandate does not allow it")
        .with("reason", reason)
        .with("ruleType", rule)
        .with("ruleId", "sandbox")
}

/// Holds a payment for a person to decide: above the cap of one payment, or by a policy.
fn hold(req: &mut Request<'_>, payment: &Payment, held: u64, cap: Option<i64>) -> Refusal {
    let (project, now) = (req.project, req.now);
    let (id, expires_at) = approvals::hold(req.state, project, payment.clone(), now);
    let mut body = json!({
        "reason": "a person has to approve this payment",
        "approval_id": id,
        "expires_at": expires_at,
        "payment_state": "awaiting_approval",
        "attempt_id": payment.attempt,
        "amount_minor": payment.amount_minor,
        "hold_ref": held.to_string(),
    });
    match cap {
        Some(cap) => set(&mut body, "per_tx_cap_minor", cap),
        None => {
            set(&mut body, "ruleType", "approval_required");
            set(&mut body, "ruleId", "sandbox");
        }
    }
    attempts::record(req.state, project, payment, AttemptState::Held(body.clone()));
    held_refusal(&body)
}
