//! Mandates of consumers: reading them, pausing them, ending them (`/v1/mandates`).

pub(crate) mod attempts;
mod authorize;
pub(crate) mod payment;
pub(crate) mod spend;

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, set, text},
};

/// `GET /v1/mandates`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows = req.state.mandates.list(req.project);
    let rows: Vec<&Value> = rows
        .filter(|row| {
            ["consumer_id", "agent_id", "status"].iter().all(|it| matches(row, it, req.query(it)))
        })
        .collect();
    Ok(Response::ok(json!({ "mandates": rows })))
}

/// `GET /v1/mandates/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req)?.clone()))
}

/// `POST /v1/mandates/{id}/pause`
pub(crate) fn pause(req: &mut Request<'_>) -> HandlerResult {
    set_status(req, "paused")
}

/// `POST /v1/mandates/{id}/resume`
pub(crate) fn resume(req: &mut Request<'_>) -> HandlerResult {
    set_status(req, "active")
}

/// `POST /v1/mandates/{id}/revoke`
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    set_status(req, "revoked")
}

pub(crate) fn missing() -> ApiError {
    error(404, "mandate_not_found", "no such mandate in this project")
}

fn set_status(req: &mut Request<'_>, status: &str) -> HandlerResult {
    let row = find(req)?;
    let before = text(row, "status").to_owned();
    if before == "revoked" && status != "revoked" {
        return Err(error(409, "invalid_transition", "a revoked mandate stays revoked").into());
    }
    set(row, "status", status);
    let mandate = json!({ "id": text(row, "id"), "status": status });
    Ok(Response::ok(json!({ "mandate": mandate, "changed": before != status })))
}

fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.id().to_owned();
    req.state.mandates.find_mut(req.project, &id).ok_or_else(|| missing().into())
}
