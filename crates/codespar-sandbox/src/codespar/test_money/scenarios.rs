//! What goes wrong with a charge now and then: `POST /v1/test/charges/{id}/scenarios`.

use serde_json::json;

use crate::{
    codespar::{
        charges::{self, lifecycle},
        events::{self, Event},
        test_money::refuse_collect,
    },
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, text},
};

/// `POST …/scenarios`: somebody pays a charge that was canceled or has expired. The charge stays
/// closed, its issuer says that it was paid, and the two are at odds; nothing is credited.
pub(crate) fn run(req: &mut Request<'_>) -> HandlerResult {
    if !req.settings.test_mode {
        return Err(error(403, "test_scenario_not_permitted", "test projects only").into());
    }
    let body = req.body()?;
    let scenario = body.choice("scenario", &["late_after_cancel", "late_after_expiry"])?;
    let expected = if scenario == "late_after_cancel" { "CANCELLED" } else { "EXPIRED" };
    let row = charges::find(req, |_| true)?;
    refuse_collect(row)?;
    let status = text(row, "status");
    if status != expected {
        let refusal = error(409, "scenario_precondition_failed", "the charge is not in that state");
        let refusal = refusal.with("expected", expected).with("charge_state", status);
        return Err(refusal.into());
    }
    set(row, "status", "CONFIRMED");
    set(row, "status_conflict", true);
    let row = row.clone();
    let data = json!({
        "payment_id": member(&row, "id"),
        "amount_minor": member(&row, "amount_minor"),
        "currency": member(&row, "currency"),
        "rail": member(&row, "method"),
    });
    let event = Event { kind: lifecycle::PAID, source: "celcoin", data };
    let emitted = events::emit(req.state, req.project, event, req.now);
    Ok(Response::ok(json!({
        "scenario": scenario,
        "charge_id": member(&row, "id"),
        "event_id": emitted.id,
        "local_status": member(&row, "local_status"),
        "simulated": true,
        "simulated_provider_event": { "scenario": scenario, "requested_by": "key_sandbox" },
        "money_moved": false,
    })))
}
