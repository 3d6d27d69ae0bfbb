//! The receipts of a consumer: `/v1/consumers/{id}/receipts`.

use serde_json::json;

use crate::{
    codespar::receipts::{self, delivery},
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
};

/// `GET /v1/consumers/{id}/receipts`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows = receipts::list(req.state, req.settings, req.project, Some(req.id()), 50);
    Ok(Response::ok(json!({ "count": rows.len(), "receipts": rows })))
}

/// `GET /v1/consumers/receipts/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.receipts.find(req.project, req.id());
    let receipt = found.ok_or_else(delivery::missing)?;
    Ok(Response::ok(receipts::public(receipt, req.settings)))
}
