//! What agents ask of people.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::{matches, set, text},
    upivia::resource,
};

const TYPES: [&str; 6] =
    ["clarification", "budget_increase", "plan_change", "secret_needed", "approval", "blocked"];

/// `GET /agent-requests`: those that are pending, unless others are asked for.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let status = call.query("status").unwrap_or("pending");
    let status = Some(status).filter(|status| *status != "all");
    let fits = |row: &Value| {
        matches(row, "status", status) && matches(row, "request_type", call.query("type"))
    };
    let requests = resource::some(&call.state.upivia.agent_requests, call.project, fits);
    Ok(Answer::ok(json!({ "requests": requests })))
}

/// `POST /agent-requests`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.choice("request_type", &TYPES)?;
    body.text("body")?;
    let row = resource::draw(call, "ar", &body, json!({ "status": "pending" }));
    let row = resource::keep(&mut call.state.upivia.agent_requests, call.project, row);
    Ok(Answer::created(json!({ "request": row })))
}

/// `PATCH /agent-requests`
pub(crate) fn resolve(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.choice("action", &["resolve"])?;
    let id = body.text("request_id")?;
    let row = resource::find_mut(&mut call.state.upivia.agent_requests, call.project, id)?;
    if text(row, "status") != "pending" {
        return Err(error(409, "conflict", "it has been resolved already").into());
    }
    set(row, "status", "resolved");
    set(row, "response", body.echo("response"));
    Ok(resource::fine())
}
