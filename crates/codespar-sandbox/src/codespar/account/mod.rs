//! The account: who the key belongs to, whether the server is well, and in the files beside its
//! money and its sessions.

pub(crate) mod balances;
pub(crate) mod ledger;
pub(crate) mod onboarding;
pub(crate) mod payments;
pub(crate) mod sessions;
pub(crate) mod summary;
pub(crate) mod test_balance;

use serde_json::json;

use crate::{
    server::{
        errors::not_found,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{records::tool_call::ToolCallRecord, settings::Settings},
};

/// What makes payments in a test project; none in a live one.
fn executor(settings: &Settings) -> Option<&'static str> {
    settings.test_mode.then_some("codespar_simulator")
}

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

/// `GET /health` of the self-hosted runtime.
pub(crate) fn health_self_hosted(_: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "status": "ok" })))
}

fn is_denied(call: &ToolCallRecord) -> bool {
    call.error_code.as_deref() == Some("policy_denied")
}

fn is_error(call: &ToolCallRecord) -> bool {
    call.status == "error"
}
