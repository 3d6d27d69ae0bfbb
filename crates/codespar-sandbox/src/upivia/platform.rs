//! Whether the server is well, and what there is to know about it.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    upivia::{catalog::OPERATIONS, resource},
};

/// `GET /healthz`
pub(crate) fn health(_: &mut Request<'_>) -> HandlerResult {
    Ok(resource::ok())
}

/// `GET /health/readiness`
pub(crate) fn readiness(_: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "status": "ready", "checks": { "db": "ok", "worker": "ok" } })))
}

/// `GET /agent-docs`
pub(crate) fn agent_docs(_: &mut Request<'_>) -> HandlerResult {
    let operations: Vec<Value> =
        OPERATIONS.iter().enumerate().map(|(at, known)| known.row(at)).collect();
    Ok(Response::ok(json!({ "version": "1", "operations": operations })))
}

/// `GET /whoami`: every user is the same.
pub(crate) fn whoami(_: &mut Request<'_>) -> HandlerResult {
    let user = json!({ "id": "usr_sandbox", "email": "sandbox@example.com" });
    Ok(Response::ok(json!({ "user": user })))
}
