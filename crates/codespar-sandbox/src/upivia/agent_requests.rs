//! What agents ask of people.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, set, text},
    upivia::resource,
};

const TYPES: [&str; 6] =
    ["clarification", "budget_increase", "plan_change", "secret_needed", "approval", "blocked"];

/// `GET /agent-requests`: those that are pending, unless others are asked for.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let status = req.query("status").unwrap_or("pending");
    let status = Some(status).filter(|status| *status != "all");
    let fits = |row: &Value| {
        matches(row, "status", status) && matches(row, "request_type", req.query("type"))
    };
    let requests = resource::filter(&req.state.upivia.agent_requests, req.project, fits);
    Ok(Response::ok(json!({ "requests": requests })))
}

/// `POST /agent-requests`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.choice("request_type", &TYPES)?;
    body.text("body")?;
    let row = resource::new_row(req, "ar", &body, json!({ "status": "pending" }));
    let row = resource::insert(&mut req.state.upivia.agent_requests, req.project, row);
    Ok(Response::created(json!({ "request": row })))
}

/// `PATCH /agent-requests`: settles one, or turns it down.
pub(crate) fn resolve(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let status = match body.choice("action", &["resolve", "reject"])? {
        "reject" => "rejected",
        _ => "resolved",
    };
    let id = body.text("request_id")?;
    let row = resource::find_mut(&mut req.state.upivia.agent_requests, req.project, id)?;
    if text(row, "status") != "pending" {
        return Err(error(409, "conflict", "it has been settled already").into());
    }
    set(row, "status", status);
    set(row, "response", body.echo("response"));
    Ok(resource::ok())
}
