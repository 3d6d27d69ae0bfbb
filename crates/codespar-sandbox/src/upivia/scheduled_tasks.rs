//! Tasks that run by the clock. Each of them runs once after a while, whatever its schedule.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{matches, member, text},
        upivia::Step,
    },
    upivia::{resource, schedule},
};

const STATES: [&str; 4] = ["active", "paused", "completed", "cancelled"];

/// `GET /scheduled-tasks`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let fits = |row: &Value| {
        let named = |name: &str| matches(row, name, req.query(name));
        named("status") && named("agent_id") && named("category")
    };
    let tasks = resource::filter(&req.state.upivia.scheduled_tasks, req.project, fits);
    let tasks = tasks.iter().map(public).collect();
    Ok(Response::ok(json!({ "tasks": resource::offset_page(req, tasks)? })))
}

/// A task without its runs.
fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("runs");
    }
    row
}

/// `POST /scheduled-tasks`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let row = resource::new_row(req, "st", &body, json!({ "status": "active", "runs": [] }));
    let row = resource::insert(&mut req.state.upivia.scheduled_tasks, req.project, row);
    let wait = req.settings.settle_after;
    schedule::after(&mut req.context(), wait, Step::ScheduleRuns, text(&row, "id"));
    Ok(Response::created(json!({ "task": public(&row) })))
}

/// A run of a task that is active.
pub(crate) fn run(context: &mut Context<'_>, id: &str) {
    let run = json!({
        "id": context.state.ids.with("str"),
        "task_id": id,
        "status": "executed",
        "created_at": context.now.rfc3339(),
    });
    let row = context.state.upivia.scheduled_tasks.find_mut(context.project, id);
    let row = row.filter(|row| text(row, "status") == "active");
    if let Some(runs) = row.and_then(|row| row.get_mut("runs")).and_then(Value::as_array_mut) {
        runs.push(run);
    }
}

/// `GET /scheduled-tasks/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = resource::find(&req.state.upivia.scheduled_tasks, req.project, req.id())?;
    Ok(Response::ok(json!({ "task": public(row), "runs": member(row, "runs") })))
}

/// `PATCH /scheduled-tasks/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if body.has("status") {
        body.choice("status", &STATES)?;
    }
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.scheduled_tasks, req.project, &id)?;
    resource::merge(row, &body, &["runs", "created_at"]);
    Ok(Response::ok(json!({ "task": public(row) })))
}

/// `DELETE /scheduled-tasks/{id}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    req.state.upivia.scheduled_tasks.remove(req.project, &id).ok_or_else(resource::missing)?;
    Ok(Response::no_content())
}

/// `GET /scheduled-tasks/{id}/runs`
pub(crate) fn runs(req: &mut Request<'_>) -> HandlerResult {
    let row = resource::find(&req.state.upivia.scheduled_tasks, req.project, req.id())?;
    let runs = member(row, "runs").as_array().cloned().unwrap_or_default();
    Ok(Response::ok(json!({ "runs": resource::offset_page(req, runs)? })))
}
