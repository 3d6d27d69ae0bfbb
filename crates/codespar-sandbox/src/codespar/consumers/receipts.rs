//! The receipts of a consumer: `/v1/consumers/{id}/receipts`.

use serde_json::json;

use crate::{
    codespar::receipts,
    server::{
        errors::error,
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::{set, text},
};

/// `GET /v1/consumers/{id}/receipts`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows = receipts::list(call.state, call.project, Some(call.id()), 50);
    Ok(Answer::ok(json!({ "count": rows.len(), "receipts": rows })))
}

/// `GET /v1/consumers/receipts/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let found = call.state.receipts.find(call.project, call.id());
    let receipt = found.ok_or_else(missing)?;
    Ok(Answer::ok(receipts::public(receipt)))
}

/// `POST /v1/consumers/receipts/{id}/delivery`
pub(crate) fn deliver(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let now = call.now.text();
    let receipt = call.state.receipts.find_mut(call.project, call.path.first().map_or("", |id| id));
    let receipt = receipt.ok_or_else(missing)?;
    let mut delivery = json!({
        "result": null, "proof": null, "kind": null, "nfe_chave": null, "at": now,
    });
    for name in ["result", "proof", "kind", "nfe_chave"] {
        set(&mut delivery, name, body.echo(name));
    }
    set(receipt, "delivery", delivery);
    if text(receipt, "state") == "paid" {
        set(receipt, "state", "delivered");
    }
    Ok(Answer::ok(receipts::public(receipt)))
}

fn missing() -> crate::server::errors::ApiError {
    error(404, "receipt_not_found", "no such receipt in this project")
}
