//! Giving Pix payments back: `/v1/consumers/{id}/pix/devolutions`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        idempotency,
        payment_rail::{self, RailAnswer},
    },
    server::{
        errors::{Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        json::{set, text},
        records::idempotency::StoredOutcome,
        state::State,
        timers::Timer,
    },
};

/// What is asked for.
struct Asked {
    end_to_end: String,
    key: String,
    minor: i64,
    direction: String,
    reason: Value,
}

/// `POST …/devolutions`: the `idempotency_key` of the body, which has to be there, makes one of
/// several requests. Any end-to-end id will do; which payments there were is not looked at.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let asked = read(&req.body()?)?;
    let scope = format!("devolution:{}:{}", req.project, req.id());
    let request = json!([asked.end_to_end, asked.minor, asked.direction]);
    let key = Some(&*asked.key);
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        // As it stands by now: the row goes on, its key stays.
        let id = place(req.id(), text(&first, "devolution_id"));
        let mut row = req.state.devolutions.find(req.project, &id).cloned().unwrap_or(first);
        set(&mut row, "idempotent_replay", true);
        return Ok(Response::ok(row));
    }
    match payment_rail::send(asked.minor) {
        RailAnswer::Accepted => {}
        RailAnswer::Refused => {
            return Err(error(422, "devolution_refused", "the rail refuses this amount").into());
        }
        RailAnswer::NoAnswer => {
            let code = "psp_dispatch_uncertain";
            let end = StoredOutcome::Uncertain(code);
            idempotency::record(req.state, &scope, key, request, end);
            return Err(error(502, code, "the rail does not answer").into());
        }
    }
    let id = req.state.ids.with("dev");
    req.state.effects.add(EffectKind::Devolution, &id, key, Some(asked.minor));
    let row = row(&id, &asked, req.now);
    let id = place(req.id(), &id);
    req.state.devolutions.insert(req.project, &id, row.clone());
    let project = req.project.to_owned();
    let timer = Timer::DevolutionSettled { project, id };
    req.state.timers.after(req.settings.settle_after, req.now, timer);
    idempotency::record(req.state, &scope, key, request, StoredOutcome::Done(row.clone()));
    Ok(Response::created(row))
}

fn read(body: &JsonObject) -> Result<Asked, Refusal> {
    let end_to_end = body.text("end_to_end_id")?;
    let is_id = end_to_end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_id || !(16..=64).contains(&end_to_end.len()) {
        return Err(error(400, "invalid_end_to_end_id", "16 to 64 letters and digits").into());
    }
    let Some(key) = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty()) else {
        return Err(error(400, "idempotency_key_required", "a devolution needs a key").into());
    };
    if !body.has("amount_minor") {
        return Err(error(400, "amount_required", "the sandbox knows no inbound payments").into());
    }
    let amount = body.minor("amount_minor");
    let minor = amount.map_err(|_| error(400, "invalid_amount", "whole, and more than zero"))?;
    let direction = match body.get("payment_direction") {
        None => Ok("inbound"),
        Some(_) => body.choice("payment_direction", &["inbound", "outbound"]),
    };
    let wrong = |_| error(400, "invalid_payment_direction", "inbound or outbound");
    let direction = direction.map_err(wrong)?.to_owned();
    let reason = body.maybe_text("reason")?;
    if !reason.is_none_or(|reason| is_reason(reason.as_bytes())) {
        return Err(error(400, "invalid_reason", "two letters and two digits").into());
    }
    let reason = body.echo("reason");
    Ok(Asked { end_to_end: end_to_end.to_owned(), key: key.to_owned(), minor, direction, reason })
}

fn is_reason(code: &[u8]) -> bool {
    let (letters, digits) = code.split_at(code.len().min(2));
    code.len() == 4
        && letters.iter().all(u8::is_ascii_alphabetic)
        && digits.iter().all(u8::is_ascii_digit)
}

fn row(id: &str, asked: &Asked, now: Now) -> Value {
    json!({
        "devolution_id": id,
        "status": "accepted",
        "payment_direction": asked.direction,
        "end_to_end_id": asked.end_to_end,
        "amount_minor": asked.minor,
        "currency": "BRL",
        "reason": asked.reason,
        "client_code": id,
        "return_identification": format!("D{:0>31}", id.trim_start_matches("dev_")),
        "original_payment_id": null,
        "wallet_id": null,
        "charge_id": null,
        "failure_reason": null,
        "created_at": now.rfc3339(),
        "settled_at": null,
        "idempotent_replay": false,
        "status_message": "the rail has taken it",
    })
}

/// The consumer's statement shows it.
pub(crate) fn settle(state: &mut State, project: &str, id: &str, now: Now) {
    if let Some(row) = state.devolutions.find_mut(project, id) {
        set(row, "status", "settled");
        set(row, "settled_at", now.rfc3339());
        set(row, "status_message", "given back");
    }
}

/// Where a devolution is kept: it is found under its own consumer alone.
fn place(consumer: &str, id: &str) -> String {
    format!("{consumer}/{id}")
}

/// `GET …/devolutions/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let missing = || error(404, "devolution_not_found", "no such devolution of this consumer");
    let found = req.state.devolutions.find(req.project, &place(req.id(), req.second_id()));
    let mut row: Value = found.ok_or_else(missing)?.clone();
    set(&mut row, "provider_truth", "statement");
    Ok(Response::ok(row))
}
