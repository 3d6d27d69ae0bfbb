//! Tasks that one agent hands to another.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        context::World,
        json::{matches, part, set, text},
        upivia::Step,
    },
    upivia::{auth, resource, schedule},
};

const STATES: [&str; 5] = ["accepted", "in_progress", "completed", "failed", "cancelled"];

/// `POST /agents/{id}/delegated-tasks`, for the agent whose key it is.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("objective")?;
    if auth::agent(call) != Some(call.id()) {
        return Err(error(403, "forbidden", "an agent hands on its own tasks only").into());
    }
    if let Some(child) = body.maybe_text("child_agent_id")? {
        resource::find(&call.state.upivia.agents, call.project, child)?;
    }
    let at_once = body.maybe_bool("execute_now")? == Some(true);
    let parent = call.id().to_owned();
    let row = made(&mut call.world(), &parent, &body, at_once);
    Ok(Answer::created(json!({ "task": row })))
}

/// Makes a task, which is done after a while if it is begun at once.
pub(crate) fn made(world: &mut World<'_>, parent: &str, body: &Fields, at_once: bool) -> Value {
    let mut row = body.value();
    let id = world.state.ids.with("tsk");
    set(&mut row, "id", id.as_str());
    set(&mut row, "parent_agent_id", parent);
    set(&mut row, "status", if at_once { "in_progress" } else { "pending" });
    set(&mut row, "created_at", world.now.text());
    if at_once {
        schedule::after(world, world.settings.settle_after, Step::TaskEnds, &id);
    }
    resource::keep(&mut world.state.upivia.tasks, world.project, row)
}

/// The end of a task that was begun.
pub(crate) fn end(world: &mut World<'_>, id: &str) {
    let row = world.state.upivia.tasks.find_mut(world.project, id);
    if let Some(row) = row.filter(|row| text(row, "status") == "in_progress") {
        set(row, "status", "completed");
    }
}

/// `GET /agents/{id}/delegated-tasks`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let side = match call.query("direction").unwrap_or("created") {
        "created" => "parent_agent_id",
        "received" => "child_agent_id",
        _ => return Err(error(400, "invalid_request", "direction is not known").into()),
    };
    let fits =
        |row: &Value| text(row, side) == call.id() && matches(row, "status", call.query("status"));
    let tasks = resource::some(&call.state.upivia.tasks, call.project, fits);
    Ok(Answer::ok(json!({ "tasks": tasks })))
}

/// `GET /agents/{id}/delegated-tasks/{task}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "task": found(call)? })))
}

/// `PATCH /agents/{id}/delegated-tasks/{task}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    if body.has("status") {
        body.choice("status", &STATES)?;
    }
    found(call)?;
    let task = call.second_id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.tasks, call.project, &task)?;
    resource::merge(row, &body, &["parent_agent_id", "created_at"]);
    Ok(Answer::ok(json!({ "task": row })))
}

/// A task of the agent in the path, on either side.
fn found<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    let task = resource::find(&call.state.upivia.tasks, call.project, call.second_id())?;
    let is_of = |side: &str| text(task, side) == call.id();
    let of_agent = is_of("parent_agent_id") || is_of("child_agent_id");
    if of_agent { Ok(task) } else { Err(resource::missing()) }
}

/// `GET /delegated-tasks/{task}`: how it stands, and the files written since.
pub(crate) fn reattach(call: &mut Call<'_>) -> Outcome {
    let since = call.query("since").map_or(Ok(0), str::parse::<u64>);
    let since = since.map_err(|_| error(400, "invalid_request", "since is no number"))?;
    let task = resource::find(&call.state.upivia.tasks, call.project, call.id())?;
    let written = u64::from(part(task, "status") == "completed");
    let events: Vec<Value> = (since + 1..=written)
        .map(|seq| json!({ "seq": seq, "type": "file_write", "path": "report.md" }))
        .collect();
    Ok(Answer::ok(json!({ "task": task, "events": events })))
}
