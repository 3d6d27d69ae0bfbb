//! Paying an attempt to collect with made-up money: once per charge, and little of it.

use serde_json::{Value, json};

use crate::{
    codespar::{
        charges::lifecycle::{self as charge, ChargeEvent},
        collect::{attempts, lifecycle},
    },
    server::{
        errors::error,
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, text},
};

/// Most that one of them pays, and most of them in a project.
const MOST_MINOR: i64 = 100_000;
const MOST_PAYMENTS: usize = 20;

/// R$ 6,68: the payer does not get its money through, and does not try again.
const FAILING_MINOR: i64 = 668;

/// `POST /v1/collect/attempts/{attemptId}/test-pay`: the payment arrives later.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    if !req.received.body.is_empty() {
        return Err(issue("", "there is nothing to say").into());
    }
    if !req.settings.test_mode {
        return Err(error(403, "test_pay_not_permitted", "test projects only").into());
    }
    let row = attempts::find(req)?;
    let has_paid = |row: &Value| member(row, "test_paid") == &json!(true);
    if has_paid(&row) {
        return Err(error(409, "test_pay_already_used", "once per charge").into());
    }
    // Another payment that is under way pays it already.
    let charge = req.state.charges.find(req.project, text(&row, "charge_id"));
    let is_taken = charge.is_some_and(charge::is_in_flight);
    if text(&row, "state") != "open" || is_taken {
        let refusal = error(409, "attempt_not_payable", "the attempt is not open");
        return Err(refusal.with("state", text(&row, "state")).into());
    }
    let amount = member(&row, "amount_minor").as_i64().unwrap_or_default();
    if amount > MOST_MINOR {
        let refusal = error(409, "test_pay_amount_above_cap", "too much for the test payer");
        return Err(refusal.with("cap_minor", MOST_MINOR).into());
    }
    let attempts = req.state.selling.collect_attempts.list(req.project);
    if attempts.filter(|row| has_paid(row)).count() >= MOST_PAYMENTS {
        return Err(error(429, "test_pay_daily_limit", "no more today").into());
    }
    let (wait, now, id) = (req.settings.settle_after, req.now, text(&row, "id"));
    if let Some(row) = req.state.selling.collect_attempts.find_mut(req.project, id) {
        set(row, "test_paid", true);
        if amount != FAILING_MINOR {
            set(row, "pays_at", now.rfc3339_after(wait));
        }
    }
    if amount == FAILING_MINOR {
        return Err(error(502, "test_pay_payment_failed", "the payer's bank failed").into());
    }
    // Neither expired nor cancelled from now on: it arrives.
    let charge_id = text(&row, "charge_id");
    charge::apply(req.state, req.project, charge_id, ChargeEvent::Notified, now);
    lifecycle::wake(req.state, req.project, wait, now);
    Ok(Response::ok(json!({
        "object": "collect_test_payment",
        "attempt_id": id,
        "charge_id": member(&row, "charge_id"),
        "amount_minor": amount,
        "status": "PROCESSING",
        "end_to_end_id": null,
    })))
}
