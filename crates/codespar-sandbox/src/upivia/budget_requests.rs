//! Budget requests: what teams ask to be given.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, text},
    upivia::{resource, teams},
};

/// `POST /budget-requests`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.minor("amount_cents")?;
    resource::find(&req.state.upivia.teams, req.project, body.text("team_id")?)?;
    let row = resource::new_row(req, "br", &body, json!({ "status": "pending" }));
    let row = resource::insert(&mut req.state.upivia.budget_requests, req.project, row);
    Ok(Response::created(json!({ "request": row })))
}

/// `GET /budget-requests`: those that are pending.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let pending = |row: &Value| text(row, "status") == "pending";
    let requests = resource::filter(&req.state.upivia.budget_requests, req.project, pending);
    Ok(Response::ok(json!({ "requests": requests })))
}

/// `PATCH /budget-requests/{id}`
pub(crate) fn resolve(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let approved = body.choice("action", &["approve", "reject"])? == "approve";
    let id = req.id().to_owned();
    let row = resource::find(&req.state.upivia.budget_requests, req.project, &id)?.clone();
    if text(&row, "status") != "pending" {
        return Err(error(409, "conflict", "it has been resolved already").into());
    }
    let asked = member(&row, "amount_cents").as_i64().unwrap_or_default();
    let cents = if body.has("amount_cents") { body.minor("amount_cents")? } else { asked };
    if approved {
        teams::give(req, text(&row, "team_id"), cents, &JsonObject::of(&row))?;
    }
    let row = resource::find_mut(&mut req.state.upivia.budget_requests, req.project, &id)?;
    set(row, "status", if approved { "approved" } else { "rejected" });
    Ok(Response::ok(json!({ "request": row })))
}
