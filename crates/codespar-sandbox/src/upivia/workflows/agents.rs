//! Who may run a workflow.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::ApiError,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::text,
    upivia::{agents::grant_id, resource, workflows},
};

/// `GET /workflows/{id}/agents`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    workflows::in_path(req)?;
    let upivia = &req.state.upivia;
    let granted =
        upivia.grants.list(req.project).filter(|row| text(row, "workflow_id") == req.id());
    let agents: Vec<&Value> =
        granted.filter_map(|row| upivia.agents.find(req.project, text(row, "agent_id"))).collect();
    Ok(Response::ok(json!({ "agents": agents })))
}

/// `POST /workflows/{id}/agents`
pub(crate) fn grant(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let (agent, workflow) = (body.text("agent_id")?.to_owned(), req.id().to_owned());
    workflows::in_path(req)?;
    give(req, &workflow, &agent)?;
    Ok(Response::created(json!({ "ok": true })))
}

pub(crate) fn give(req: &mut Request<'_>, workflow: &str, agent: &str) -> Result<(), ApiError> {
    let upivia = &mut req.state.upivia;
    resource::find(&upivia.agents, req.project, agent)?;
    let id = grant_id(workflow, agent);
    if upivia.grants.find(req.project, &id).is_none() {
        let row = json!({ "workflow_id": workflow, "agent_id": agent });
        upivia.grants.insert(req.project, &id, row);
    }
    Ok(())
}

/// `DELETE /workflows/{id}/agents`
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    let id = grant_id(req.id(), resource::required_query(req, "agent_id")?);
    req.state.upivia.grants.remove(req.project, &id).ok_or_else(resource::missing)?;
    Ok(Response::no_content())
}
