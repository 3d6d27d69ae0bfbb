//! What agents remember.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, text},
    upivia::{auth, resource},
};

/// `GET /agents/{id}/memories`: all, or with `q` those that contain it.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    agent(req)?;
    let words = req.query("q").unwrap_or_default().to_lowercase();
    let fits =
        |row: &Value| is_live(req, row) && text(row, "content").to_lowercase().contains(&words);
    let memories = resource::filter(&req.state.upivia.memories, req.project, fits);
    let mut body = json!({ "memories": memories });
    if req.query("q").is_some() {
        set(&mut body, "semantic", req.query("semantic") == Some("true"));
    }
    Ok(Response::ok(body))
}

fn is_live(req: &Request<'_>, row: &Value) -> bool {
    text(row, "agent_id") == req.id() && member(row, "archived") != true
}

/// `POST /agents/{id}/memories`, for the agent whose key it is.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("content")?;
    if auth::agent(req) != Some(req.id()) {
        return Err(error(403, "forbidden", "an agent writes its own memories only").into());
    }
    let fixed = json!({ "agent_id": req.id() });
    let row = resource::new_row(req, "mem", &body, fixed);
    let row = resource::insert(&mut req.state.upivia.memories, req.project, row);
    Ok(Response::created(json!({ "memory": row })))
}

/// `GET /agents/{id}/memories/graph`
pub(crate) fn graph(req: &mut Request<'_>) -> HandlerResult {
    agent(req)?;
    let memories = req.state.upivia.memories.list(req.project);
    let nodes: Vec<Value> = memories
        .filter(|row| is_live(req, row))
        .map(|row| json!({ "id": member(row, "id") }))
        .collect();
    Ok(Response::ok(json!({ "nodes": nodes, "edges": [] })))
}

/// `PATCH /agents/{id}/memories/{memory}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    in_path(req)?;
    let id = req.second_id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.memories, req.project, &id)?;
    resource::merge(row, &body, &["agent_id", "created_at"]);
    Ok(Response::ok(json!({ "memory": row })))
}

/// `DELETE /agents/{id}/memories/{memory}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    in_path(req)?;
    let id = req.second_id().to_owned();
    req.state.upivia.memories.remove(req.project, &id);
    Ok(resource::ok())
}

fn in_path<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    let row = resource::find(&req.state.upivia.memories, req.project, req.second_id())?;
    if text(row, "agent_id") == req.id() { Ok(row) } else { Err(resource::missing()) }
}

fn agent<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&req.state.upivia.agents, req.project, req.id())
}
