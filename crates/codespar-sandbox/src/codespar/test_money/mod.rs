//! Made-up money, in test projects only: `/v1/test`.

pub(crate) mod funding;
pub(crate) mod scenarios;

use serde_json::{Value, json};

use crate::{
    codespar::{
        charges::{self, lifecycle, settle},
        ledger::sales,
        wallets,
    },
    server::{
        errors::{Refusal, error},
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{member, set, text},
        state::State,
    },
};

/// `POST /v1/test/charges/{id}/pay`: plays the buyer, test projects only. Any amount settles, and a
/// charge that is settled, in whatever way, says so again.
pub(crate) fn pay_charge(req: &mut Request<'_>) -> HandlerResult {
    if !req.settings.test_mode {
        return Err(error(403, "sandbox_pay_not_permitted", "test projects only").into());
    }
    let paid = req.maybe_body()?.maybe_integer("amount_minor")?;
    if paid.is_some_and(|paid| paid <= 0) {
        return Err(issue("amount_minor", "must be positive").into());
    }
    let row = charges::find(req, |_| true)?.clone();
    refuse_collect(&row)?;
    if text(&row, "local_status") == "settled" {
        let mut earlier = member(&row, "test_payment").clone();
        if earlier.is_null() {
            earlier = test_payment(req.state, req.project, &row, None);
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
    if let (Some(row), Some(paid)) = (req.state.charges.find_mut(req.project, &id), paid) {
        // What is credited is what was paid.
        set(row, "test_payment", json!({ "paid_minor": paid }));
    }
    let event = settle::settle(req.state, req.project, &id, req.now);
    let row = req.state.charges.find(req.project, &id).cloned().unwrap_or(row);
    let answer = test_payment(req.state, req.project, &row, event);
    if let Some(row) = req.state.charges.find_mut(req.project, &id) {
        set(row, "test_payment", answer.clone());
    }
    Ok(Response::ok(answer))
}

/// A charge of a link is paid through the link.
fn refuse_collect(row: &Value) -> Result<(), Refusal> {
    if !lifecycle::is_of_link(text(row, "idempotency_key")) {
        return Ok(());
    }
    let refusal = error(409, "collect_simulated_settle_refused", "the charge is a link's");
    Err(refusal.with("next_action", "POST /v1/collect/attempts/{id}/test-pay").into())
}

fn test_payment(state: &State, project: &str, row: &Value, event: Option<String>) -> Value {
    let quoted = member(row, "amount_minor").as_i64().unwrap_or_default();
    let paid = member(member(row, "test_payment"), "paid_minor").as_i64().unwrap_or(quoted);
    let entry = sales::entry_of(state, project, text(row, "id"));
    let account = wallets::account_wallet(project);
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
        "wallet_id": entry.map_or(&account, |entry| &entry.posting.wallet),
        "ledger_entry_id": entry.map(|entry| entry.id.to_string()),
        "event": event.map(|id| json!({ "id": id, "type": lifecycle::PAID })),
        "simulated": true,
        "settled_against": "sandbox_fixture",
        "money_moved": false,
        "idempotent_replay": false,
    })
}
