//! The receipts of a consumer: `/v1/consumers/{id}/receipts`.

use serde_json::json;

use crate::{
    codespar::receipts,
    server::{
        errors::{ApiError, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{set, text},
};

/// `GET /v1/consumers/{id}/receipts`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows = receipts::list(req.state, req.project, Some(req.id()), 50);
    Ok(Response::ok(json!({ "count": rows.len(), "receipts": rows })))
}

/// `GET /v1/consumers/receipts/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.receipts.find(req.project, req.id());
    let receipt = found.ok_or_else(missing)?;
    Ok(Response::ok(receipts::public(receipt)))
}

/// `POST /v1/consumers/receipts/{id}/delivery`
pub(crate) fn record_delivery(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let now = req.now.rfc3339();
    let receipt = req.state.receipts.find_mut(req.project, req.path.first().map_or("", |id| id));
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
    Ok(Response::ok(receipts::public(receipt)))
}

fn missing() -> ApiError {
    error(404, "receipt_not_found", "no such receipt in this project")
}
