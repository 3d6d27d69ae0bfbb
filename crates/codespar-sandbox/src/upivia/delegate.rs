//! Tasks that one agent hands to another.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{matches, member, set, text},
        upivia::Step,
    },
    upivia::{auth, resource, schedule},
};

const STATES: [&str; 5] = ["accepted", "in_progress", "completed", "failed", "cancelled"];

/// `POST /agents/{id}/delegated-tasks`, for the agent whose key it is.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("objective")?;
    if auth::agent(req) != Some(req.id()) {
        return Err(error(403, "forbidden", "an agent hands on its own tasks only").into());
    }
    if let Some(child) = body.maybe_text("child_agent_id")? {
        resource::find(&req.state.upivia.agents, req.project, child)?;
    }
    let at_once = body.maybe_bool("execute_now")? == Some(true);
    let parent = req.id().to_owned();
    let row = create_task(&mut req.context(), &parent, &body, at_once);
    Ok(Response::created(json!({ "task": row })))
}

/// Makes a task, which is done after a while if it is begun at once.
pub(crate) fn create_task(
    context: &mut Context<'_>,
    parent: &str,
    body: &JsonObject,
    at_once: bool,
) -> Value {
    let mut row = body.value();
    let id = context.state.ids.with("tsk");
    set(&mut row, "id", id.as_str());
    set(&mut row, "parent_agent_id", parent);
    set(&mut row, "status", if at_once { "in_progress" } else { "pending" });
    set(&mut row, "created_at", context.now.rfc3339());
    if at_once {
        schedule::after(context, context.settings.settle_after, Step::TaskEnds, &id);
    }
    resource::insert(&mut context.state.upivia.tasks, context.project, row)
}

/// The end of a task that was begun.
pub(crate) fn complete(context: &mut Context<'_>, id: &str) {
    let row = context.state.upivia.tasks.find_mut(context.project, id);
    if let Some(row) = row.filter(|row| text(row, "status") == "in_progress") {
        set(row, "status", "completed");
    }
}

/// `GET /agents/{id}/delegated-tasks`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let side = match req.query("direction").unwrap_or("created") {
        "created" => "parent_agent_id",
        "received" => "child_agent_id",
        _ => return Err(error(400, "invalid_request", "direction is not known").into()),
    };
    let fits =
        |row: &Value| text(row, side) == req.id() && matches(row, "status", req.query("status"));
    let tasks = resource::filter(&req.state.upivia.tasks, req.project, fits);
    Ok(Response::ok(json!({ "tasks": tasks })))
}

/// `GET /agents/{id}/delegated-tasks/{task}`
pub(crate) fn get_task(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "task": in_path(req)? })))
}

/// `PATCH /agents/{id}/delegated-tasks/{task}`
pub(crate) fn update_task(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if body.has("status") {
        body.choice("status", &STATES)?;
    }
    in_path(req)?;
    let task = req.second_id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.tasks, req.project, &task)?;
    resource::merge(row, &body, &["parent_agent_id", "created_at"]);
    Ok(Response::ok(json!({ "task": row })))
}

/// A task of the agent in the path, on either side.
fn in_path<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    let task = resource::find(&req.state.upivia.tasks, req.project, req.second_id())?;
    let is_of = |side: &str| text(task, side) == req.id();
    let of_agent = is_of("parent_agent_id") || is_of("child_agent_id");
    if of_agent { Ok(task) } else { Err(resource::missing()) }
}

/// `GET /delegated-tasks/{task}`: how it stands, and the files written since.
pub(crate) fn reattach(req: &mut Request<'_>) -> HandlerResult {
    let since = req.query("since").map_or(Ok(0), str::parse::<u64>);
    let since = since.map_err(|_| error(400, "invalid_request", "since is no number"))?;
    let task = resource::find(&req.state.upivia.tasks, req.project, req.id())?;
    let written = u64::from(member(task, "status") == "completed");
    let events: Vec<Value> = (since + 1..=written)
        .map(|seq| json!({ "seq": seq, "type": "file_write", "path": "report.md" }))
        .collect();
    Ok(Response::ok(json!({ "task": task, "events": events })))
}
