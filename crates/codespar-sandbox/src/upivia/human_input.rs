//! Questions for which a run of a workflow or a room waits, and the answers of people.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
    upivia::{resource, rooms, workflows::runs},
};

/// `GET /human-input`: those that are pending, unless others are asked for.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let status = req.query("status").unwrap_or("pending");
    let status = Some(status).filter(|status| *status != "all");
    let fits = |row: &Value| matches(row, "status", status);
    let requests = resource::filter(&req.state.upivia.human_inputs, req.project, fits);
    Ok(Response::ok(json!({ "requests": requests })))
}

/// `POST /human-input/{id}`: answers once; what waited goes on.
pub(crate) fn answer(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let words = body.text("text")?.to_owned();
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.human_inputs, req.project, &id)?;
    if text(row, "status") != "pending" {
        return Err(error(409, "conflict", "nothing waits for this answer").into());
    }
    set(row, "status", "answered");
    let row = row.clone();
    let mut context = req.context();
    if let Some(run) = member(&row, "run_id").as_str() {
        runs::resume(&mut context, run, true);
    }
    if let Some(room) = member(&row, "room_id").as_str() {
        rooms::answered(&mut context, room, &words);
    }
    Ok(Response::ok(json!({ "request": row })))
}
