//! What waits for a person: service requests and steps of workflow runs.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
    upivia::{resource, service_requests::execution, workflows::runs},
};

/// `GET /approvals`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let upivia = &req.state.upivia;
    let fits = |row: &Value| matches(row, "status", req.query("status"));
    let mut approvals = resource::filter(&upivia.approvals, req.project, fits);
    for row in &mut approvals {
        let agent = upivia.agents.find(req.project, text(row, "agent_id"));
        let name = agent.map(|agent| member(agent, "name").clone());
        set(row, "agent_name", name);
    }
    Ok(Response::ok(json!({ "approvals": approvals })))
}

/// `POST /approvals/{id}/approve`
pub(crate) fn approve(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(decide(req, true)?))
}

/// `POST /approvals/{id}/reject`
pub(crate) fn reject(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(decide(req, false)?))
}

/// Decides about an approval, once.
pub(crate) fn decide(req: &mut Request<'_>, approved: bool) -> Result<Value, ApiError> {
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.approvals, req.project, &id)?;
    if text(row, "status") != "pending" {
        return Err(error(409, "conflict", "it has been decided already"));
    }
    set(row, "status", if approved { "approved" } else { "rejected" });
    let row = row.clone();
    let mut context = req.context();
    if let Some(run) = member(&row, "run_id").as_str() {
        runs::resume(&mut context, run, approved);
        let status = if approved { "executed" } else { "blocked" };
        return Ok(json!({ "status": status, "run_id": run }));
    }
    let request = text(&row, "request_id");
    let outcome = execution::resume(&mut context, request, approved);
    Ok(json!({ "status": member(&outcome, "status"), "request_id": request }))
}
