//! Tasks that run by the clock. Each of them runs once after a while, whatever its schedule.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        context::World,
        json::{matches, part, text},
        upivia::Step,
    },
    upivia::{resource, schedule},
};

const STATES: [&str; 4] = ["active", "paused", "completed", "cancelled"];

/// `GET /scheduled-tasks`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let fits = |row: &Value| {
        let named = |name: &str| matches(row, name, call.query(name));
        named("status") && named("agent_id") && named("category")
    };
    let tasks = resource::some(&call.state.upivia.scheduled_tasks, call.project, fits);
    let tasks = tasks.iter().map(shown).collect();
    Ok(Answer::ok(json!({ "tasks": resource::slice(call, tasks)? })))
}

/// A task without its runs.
fn shown(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("runs");
    }
    row
}

/// `POST /scheduled-tasks`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let row = resource::draw(call, "st", &body, json!({ "status": "active", "runs": [] }));
    let row = resource::keep(&mut call.state.upivia.scheduled_tasks, call.project, row);
    let wait = call.settings.settle_after;
    schedule::after(&mut call.world(), wait, Step::ScheduleRuns, text(&row, "id"));
    Ok(Answer::created(json!({ "task": shown(&row) })))
}

/// A run of a task that is active.
pub(crate) fn run(world: &mut World<'_>, id: &str) {
    let run = json!({
        "id": world.state.ids.with("str"),
        "task_id": id,
        "status": "executed",
        "created_at": world.now.text(),
    });
    let row = world.state.upivia.scheduled_tasks.find_mut(world.project, id);
    let row = row.filter(|row| text(row, "status") == "active");
    if let Some(runs) = row.and_then(|row| row.get_mut("runs")).and_then(Value::as_array_mut) {
        runs.push(run);
    }
}

/// `GET /scheduled-tasks/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let row = resource::find(&call.state.upivia.scheduled_tasks, call.project, call.id())?;
    Ok(Answer::ok(json!({ "task": shown(row), "runs": part(row, "runs") })))
}

/// `PATCH /scheduled-tasks/{id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    if body.has("status") {
        body.choice("status", &STATES)?;
    }
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.scheduled_tasks, call.project, &id)?;
    resource::merge(row, &body, &["runs", "created_at"]);
    Ok(Answer::ok(json!({ "task": shown(row) })))
}

/// `DELETE /scheduled-tasks/{id}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id().to_owned();
    call.state.upivia.scheduled_tasks.remove(call.project, &id).ok_or_else(resource::missing)?;
    Ok(Answer::no_content())
}

/// `GET /scheduled-tasks/{id}/runs`
pub(crate) fn runs(call: &mut Call<'_>) -> Outcome {
    let row = resource::find(&call.state.upivia.scheduled_tasks, call.project, call.id())?;
    let runs = part(row, "runs").as_array().cloned().unwrap_or_default();
    Ok(Answer::ok(json!({ "runs": resource::slice(call, runs)? })))
}
