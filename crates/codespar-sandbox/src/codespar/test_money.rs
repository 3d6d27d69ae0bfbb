//! Made-up money, in test projects only: `/v1/test`.

use serde_json::{Value, json};

use crate::{
    codespar::charges::{self, lifecycle, settle},
    server::{
        errors::error,
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
};

/// `POST /v1/test/charges/{id}/pay`: plays the buyer, test projects only. Any amount settles, and a
/// charge that is settled, in whatever way, says so again.
pub(crate) fn pay_charge(req: &mut Request<'_>) -> HandlerResult {
    if !req.settings.test_mode {
        return Err(error(403, "sandbox_pay_not_permitted", "test projects only").into());
    }
    let paid = req.maybe_body()?.maybe_integer("amount_minor")?;
    let row = charges::find(req, |_| true)?.clone();
    if text(&row, "idempotency_key").starts_with("collect:") {
        let code = "collect_simulated_settle_refused";
        return Err(error(409, code, "an attempt of a collect link is paid as such").into());
    }
    if text(&row, "status") == "CONFIRMED" {
        let mut earlier = member(&row, "test_payment").clone();
        if earlier.is_null() {
            earlier = test_payment(&row, None, None);
        }
        set(&mut earlier, "idempotent_replay", true);
        return Ok(Response::ok(earlier));
    }
    let reason = match text(&row, "status") {
        "PENDING" => None,
        "PROCESSING" => Some("instrument_not_registered"),
        "ERROR" => Some("issuer_rejected"),
        _ => Some("charge_closed"),
    };
    if let Some(reason) = reason {
        let refusal = error(409, "charge_not_payable", "the charge cannot be paid");
        return Err(refusal.with("reason", reason).into());
    }
    let id = text(&row, "id").to_owned();
    let event = settle::settle(req.state, req.project, &id, req.now);
    let answer = test_payment(&row, paid, event);
    if let Some(row) = req.state.charges.find_mut(req.project, &id) {
        set(row, "test_payment", answer.clone());
    }
    Ok(Response::ok(answer))
}

fn test_payment(row: &Value, paid: Option<i64>, event: Option<String>) -> Value {
    let quoted = member(row, "amount_minor").as_i64().unwrap_or_default();
    let paid = paid.unwrap_or(quoted);
    let payment = match paid.cmp(&quoted) {
        std::cmp::Ordering::Less => "partial",
        std::cmp::Ordering::Equal => "full",
        std::cmp::Ordering::Greater => "over",
    };
    json!({
        "charge_id": member(row, "id"),
        "status": "paid",
        "local_status": "settled",
        "currency": member(row, "currency"),
        "quoted_minor": quoted,
        "paid_minor": paid,
        "payment": payment,
        "paid_via": "Pix",
        "wallet_id": "wal_sandbox",
        "ledger_entry_id": null,
        "event": event.map(|id| json!({ "id": id, "type": lifecycle::PAID })),
        "simulated": true,
        "settled_against": "sandbox_fixture",
        "money_moved": false,
        "idempotent_replay": false,
    })
}

/// `POST /v1/test/fund`: raises the caps of a consumer's mandates, test projects only.
pub(crate) fn fund(req: &mut Request<'_>) -> HandlerResult {
    if !req.settings.test_mode {
        return Err(error(403, "test_only", "test projects only").into());
    }
    let body: JsonObject = req.body()?;
    let consumer = body.text("consumer_id")?;
    let amount = body.minor("amount_minor")?;
    for row in req.state.mandates.list_mut(req.project) {
        if matches(row, "consumer_id", Some(consumer)) {
            let cap = member(row, "cap_minor").as_i64().unwrap_or_default().saturating_add(amount);
            set(row, "cap_minor", cap);
        }
    }
    Ok(Response::ok(json!({ "consumer_id": consumer, "amount_minor": amount, "funded": true })))
}
