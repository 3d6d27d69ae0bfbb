//! Who the key belongs to, and whether the server is well.

use serde_json::json;

use crate::server::{
    errors::not_found,
    request::{HandlerResult, Request},
    response::Response,
};

/// The only organization there is.
pub(crate) const ORGANIZATION: &str = "org_sandbox";

/// The project of a request that names none.
pub(crate) const DEFAULT_PROJECT: &str = "prj_sandbox000000000";

/// `GET /v1/whoami`
pub(crate) fn whoami(req: &mut Request<'_>) -> HandlerResult {
    let environment = if req.settings.test_mode { "test" } else { "live" };
    let scopes = &req.settings.key_scopes;
    Ok(Response::ok(json!({
        "organization": { "id": ORGANIZATION, "name": "Sandbox" },
        "project": { "id": req.project, "name": "Sandbox" },
        "key": { "id": "key_sandbox", "environment": environment, "scopes": scopes },
    })))
}

/// `GET /v1/organizations/{id}`: one's own only.
pub(crate) fn organization(req: &mut Request<'_>) -> HandlerResult {
    if req.id() != ORGANIZATION {
        return Err(not_found().into());
    }
    Ok(Response::ok(json!({ "id": ORGANIZATION, "name": "Sandbox" })))
}

/// `GET /v1/health`
pub(crate) fn health(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "status": "healthy", "checked_at": req.now.rfc3339() })))
}

/// `GET /health` of the self-hosted runtime.
pub(crate) fn health_self_hosted(_: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "status": "ok" })))
}
