//! `POST /v1/payables/batches/{id}/pay`: a few items each round, never one twice.

use serde_json::{Value, json};

use crate::{
    codespar::{
        organizations::spending,
        payables::find,
        payment_rail::RailAnswer,
        receipts::{self, Paid},
    },
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        effects::{EffectKind, Effects},
        json::{member, set},
        records::batch::{Batch, Item},
        state::State,
    },
};

/// Confirms the list with the first call and executes some items with each.
pub(crate) fn pay(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let version = body.integer("version")?;
    let hash = body.text("list_hash")?.to_owned();
    let named = body.echo("mandate_id");
    let key = req.idempotency_key();
    let (now, round, project) = (req.now, req.settings.items_per_round, req.project);
    let running = spending::check_running(req.state);
    let batch = find(req)?;
    if batch.version != version || batch.list_hash() != hash {
        return Err(batch.conflict("payable_batch_version_mismatch").into());
    }
    if ["ready", "executing"].contains(&batch.status) {
        running?;
    }
    match batch.status {
        "ready" => {
            batch.status = "executing";
            batch.confirmation = json!({
                "version": version,
                "list_hash": hash,
                "confirmed_by": "key_sandbox",
                "confirmed_at": now.rfc3339(),
                "mandate_id": named,
            });
        }
        "executing" => {}
        "reviewing" => {
            return Err(error(422, "payable_batch_not_ready", "an item lacks something").into());
        }
        // Paid already: the answer is the same again.
        _ => return Ok(Response::ok(batch.row())),
    }
    // What was confirmed first holds for all of it.
    let (id, mandate) = (batch.id.clone(), member(&batch.confirmation, "mandate_id").clone());
    let state = &mut *req.state;
    let Some(index) = state.batches.iter().position(|batch| batch.id == id) else {
        return Err(error(404, "payable_batch_not_found", "the batch is gone").into());
    };
    // The batch is taken out while receipts are written beside it.
    let mut batch = state.batches.remove(index);
    for item in batch.items.iter_mut().filter(|item| item.state == "ready").take(round) {
        execute(state, project, item, &mandate, key, now);
    }
    finish(&mut batch);
    let row = batch.row();
    state.batches.insert(index, batch);
    Ok(Response::ok(row))
}

fn execute(
    state: &mut State,
    project: &str,
    item: &mut Item,
    mandate: &Value,
    key: Option<&str>,
    now: Now,
) {
    let attempt = state.ids.with("att");
    let (end, refusal) = match item.send() {
        RailAnswer::Accepted => ("executed", Value::Null),
        RailAnswer::Refused => {
            let message = "the bank refuses this amount";
            ("refused", json!({ "code": "rail_refused", "message": message }))
        }
        RailAnswer::NoAnswer => ("uncertain", Value::Null),
    };
    item.state = end;
    item.payment = json!({
        "state": end,
        "attempt_id": attempt,
        "receipt_id": null,
        "end_to_end_id": null,
        "refusal": refusal,
    });
    if end != "executed" {
        return;
    }
    let amount = item.amount_minor.unwrap_or_default();
    add_effect(&mut state.effects, &item.id, key, amount);
    let transaction = format!("E{:031}", state.ids.number());
    let mandate = json!({ "id": mandate, "purpose": "payables", "currency": "BRL" });
    let paid = Paid {
        consumer: "",
        mandate: &mandate,
        payee: &item.id,
        amount_minor: amount,
        attempt_id: &attempt,
        transaction_id: &transaction,
        rail: "pix",
        request: &Value::Null,
    };
    let receipt = receipts::issue(state, project, &paid, now);
    set(&mut item.payment, "receipt_id", member(&receipt, "receipt_id").clone());
    set(&mut item.payment, "end_to_end_id", transaction);
}

fn add_effect(effects: &mut Effects, item: &str, key: Option<&str>, amount: i64) {
    effects.add(EffectKind::Payment, item, key, Some(amount));
}

/// Gives the batch its final status once nothing is left to execute. It has not failed as long as
/// nobody knows of one of its items.
fn finish(batch: &mut Batch) {
    if batch.items.iter().any(|item| item.state == "ready") {
        return;
    }
    let count = |state| batch.items.iter().filter(|item| item.state == state).count();
    batch.status = match (count("executed"), count("refused"), count("uncertain")) {
        (_, 0, 0) => "completed",
        (0, _, 0) => "failed",
        _ => "partially_completed",
    };
}
