//! What was paid under a mandate: `/v1/consumers/mandates/{id}/receipts`.

use serde_json::{Value, json};

use crate::{
    codespar::mandates::{debits, missing},
    server::{
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
};

/// `GET /v1/consumers/mandates/{id}/receipts`: newest first; nothing that failed or is pending.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    req.state.mandates.find(req.project, req.id()).ok_or_else(missing)?;
    let rows: Vec<Value> = debits::list(req.state, req.project, req.id())
        .take(limit)
        .map(|row| {
            let mut row = row.clone();
            if let Some(members) = row.as_object_mut() {
                members.remove("mandate_id");
            }
            row
        })
        .collect();
    Ok(Response::ok(json!({ "mandate_id": req.id(), "receipts": rows })))
}
