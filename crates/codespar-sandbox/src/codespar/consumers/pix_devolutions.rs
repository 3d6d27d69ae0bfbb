//! Giving Pix payments back: `/v1/consumers/{id}/pix/devolutions`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        idempotency,
        payment_rail::{self, RailAnswer},
    },
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{effects::EffectKind, json::set, records::idempotency::StoredOutcome},
};

/// `POST …/devolutions`: the `idempotency_key` of the body, which has to be there, makes one of
/// several requests. Any end-to-end id will do; which payments there were is not looked at.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let end_to_end = body.text("end_to_end_id")?;
    if !(16..=64).contains(&end_to_end.chars().count()) {
        return Err(error(400, "invalid_end_to_end_id", "16 to 64 characters").into());
    }
    let Some(key) = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty()) else {
        return Err(error(400, "idempotency_key_required", "a devolution needs a key").into());
    };
    if !body.has("amount_minor") {
        return Err(error(400, "amount_required", "the sandbox knows no inbound payments").into());
    }
    let minor = body.minor("amount_minor")?;
    let direction = match body.get("payment_direction") {
        None => "inbound",
        Some(_) => body.choice("payment_direction", &["inbound", "outbound"])?,
    };
    let scope = format!("devolution:{}:{}", req.project, req.id());
    let request = json!([end_to_end, minor, direction]);
    if let Some(mut first) = idempotency::lookup(req.state, &scope, Some(key), &request)? {
        set(&mut first, "idempotent_replay", true);
        return Ok(Response::ok(first));
    }
    match payment_rail::send(minor) {
        RailAnswer::Accepted => {}
        RailAnswer::Refused => {
            return Err(error(422, "devolution_refused", "the rail refuses this amount").into());
        }
        RailAnswer::NoAnswer => {
            let code = "psp_dispatch_uncertain";
            idempotency::record(
                req.state,
                &scope,
                Some(key),
                request,
                StoredOutcome::Uncertain(code),
            );
            return Err(error(502, code, "the rail does not answer").into());
        }
    }
    let id = req.state.ids.with("dev");
    req.state.effects.add(EffectKind::Devolution, &id, Some(key), Some(minor));
    let row = json!({
        "devolution_id": id,
        "status": "settled",
        "payment_direction": direction,
        "end_to_end_id": end_to_end,
        "amount_minor": minor,
        "currency": "BRL",
        "reason": body.echo("reason"),
        "client_code": id,
        "return_identification": format!("D{:0>31}", id.trim_start_matches("dev_")),
        "original_payment_id": null,
        "wallet_id": null,
        "charge_id": null,
        "failure_reason": null,
        "created_at": req.now.rfc3339(),
        "settled_at": req.now.rfc3339(),
        "idempotent_replay": false,
        "status_message": "given back",
    });
    req.state.devolutions.insert(req.project, &id, row.clone());
    idempotency::record(req.state, &scope, Some(key), request, StoredOutcome::Done(row.clone()));
    Ok(Response::created(row))
}

/// `GET …/devolutions/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let missing = || error(404, "devolution_not_found", "no such devolution in this project");
    let found = req.state.devolutions.find(req.project, req.second_id());
    let mut row: Value = found.ok_or_else(missing)?.clone();
    set(&mut row, "provider_truth", "not_checked");
    Ok(Response::ok(row))
}
