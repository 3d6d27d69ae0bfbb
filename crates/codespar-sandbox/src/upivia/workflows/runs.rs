//! Runs of workflows, which go on by themselves.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{member, set, text},
        upivia::Step,
    },
    upivia::{questions, resource, schedule, workflows},
};

/// What a run that fails says of itself.
const FAILED: &str = "the provider failed";

/// `GET /workflows/{id}/runs`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    workflows::in_path(req)?;
    let mine = |row: &Value| text(row, "workflow_id") == req.id();
    let runs = resource::filter(&req.state.upivia.runs, req.project, mine);
    Ok(Response::ok(json!({ "runs": runs })))
}

/// `POST /workflows/{id}/runs`
///
/// The member `sandbox` of the input chooses the end: `failed`, `waiting_approval`, or
/// `waiting_input`, which waits until a person answers a question.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let input = body.maybe_object("input")?.unwrap_or_default();
    let wanted = input.maybe_text("sandbox")?;
    let wanted = wanted.filter(|end| ["failed", "waiting_approval", "waiting_input"].contains(end));
    let wanted = wanted.unwrap_or("completed");
    workflows::in_path(req)?;
    let id = body.text("workflow_version_id")?;
    let version = resource::find(&req.state.upivia.versions, req.project, id)?;
    if text(version, "workflow_id") != req.id() {
        return Err(resource::missing().into());
    }
    let is_test = body.maybe_bool("test_run")? == Some(true);
    if text(version, "status") != "published" && !is_test {
        return Err(error(409, "version_not_published", "drafts take test runs only").into());
    }
    if body.maybe_integer("budget_cents")?.is_some_and(|cents| cents < 0) {
        return Err(issue("budget_cents", "must not be negative").into());
    }
    let steps: Vec<Value> =
        member(version, "steps").as_array().into_iter().flatten().map(pending_step).collect();
    let fixed =
        json!({ "workflow_id": req.id(), "status": "pending", "ends": wanted, "steps": steps });
    let row = resource::new_row(req, "run", &body, fixed);
    let row = resource::insert(&mut req.state.upivia.runs, req.project, row);
    let half = req.settings.settle_after / 2;
    schedule::after(&mut req.context(), half, Step::RunAdvances, text(&row, "id"));
    Ok(Response::created(json!({ "run": public(&row) })))
}

/// A step of a run that has not begun, of a step of the workflow.
fn pending_step(step: &Value) -> Value {
    let id = member(step, "id");
    let named = |name: &str| step.get(name).unwrap_or(id);
    json!({
        "id": id,
        "step_id": id,
        "label": named("label"),
        "step_type": step.get("type").and_then(Value::as_str).unwrap_or("service"),
        "status": "pending",
        "error": null,
    })
}

/// A run without what only the sandbox knows.
fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("ends");
    }
    row
}

/// The next step of a run: begun, then at its end.
pub(crate) fn advance(context: &mut Context<'_>, id: &str) {
    let Some(row) = context.state.upivia.runs.find_mut(context.project, id) else { return };
    match (text(row, "status"), text(row, "ends").to_owned()) {
        ("pending", _) => {
            set(row, "status", "running");
            set_steps(row, |_| "running");
            let wait = context.settings.settle_after;
            schedule::after(context, wait / 2, Step::RunAdvances, id);
        }
        ("running", end) if end == "waiting_approval" => {
            set(row, "status", "waiting_approval");
            let approval = context.state.ids.with("appr");
            let created_at = context.now.rfc3339();
            let row = json!({
                "id": approval, "run_id": id, "status": "pending", "created_at": created_at,
            });
            resource::insert(&mut context.state.upivia.approvals, context.project, row);
        }
        ("running", end) if end == "waiting_input" => {
            set(row, "status", "paused");
            let workflow = text(row, "workflow_id").to_owned();
            ask(context, &workflow, id);
        }
        ("running", end) => {
            let is_good = end == "completed";
            set(row, "status", end);
            // Of a run that fails, the last step does.
            let last = member(row, "steps").as_array().map_or(0, Vec::len);
            set_steps(row, |at| if is_good || at + 1 < last { "completed" } else { "failed" });
            set(row, "error", (!is_good).then_some(FAILED));
        }
        _ => {}
    }
}

/// Asks people what a run waits for.
fn ask(context: &mut Context<'_>, workflow: &str, run: &str) {
    let row = context.state.upivia.workflows.find(context.project, workflow);
    let name = row.map(|row| member(row, "name").clone());
    let about = json!({
        "source": "workflow", "workflow_id": workflow, "workflow_name": name, "run_id": run,
    });
    questions::ask(context, "A step waits", "What should it go on with?", about);
}

fn set_steps(row: &mut Value, status: impl Fn(usize) -> &'static str) {
    let steps = row.get_mut("steps").and_then(Value::as_array_mut);
    for (at, step) in steps.into_iter().flatten().enumerate() {
        if !["completed", "skipped"].contains(&text(step, "status")) {
            let status = status(at);
            set(step, "status", status);
            set(step, "error", (status == "failed").then_some(FAILED));
        }
    }
}

/// Goes on with a run that waited for a person, or ends it; one that waits no more stays as it is.
pub(crate) fn resume(context: &mut Context<'_>, id: &str, approved: bool) {
    let Some(row) = context.state.upivia.runs.find_mut(context.project, id) else { return };
    if !["waiting_approval", "paused"].contains(&text(row, "status")) {
        return;
    }
    set(row, "status", "running");
    set(row, "ends", if approved { "completed" } else { "failed" });
    if approved {
        schedule::after(context, context.settings.settle_after / 2, Step::RunAdvances, id);
    } else {
        advance(context, id);
    }
}

/// `GET /workflows/{id}/runs/{run}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "run": public(in_path(req)?) })))
}

fn in_path<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, ApiError> {
    let (workflow, id) = (req.id().to_owned(), req.second_id().to_owned());
    let row = resource::find_mut(&mut req.state.upivia.runs, req.project, &id)?;
    if text(row, "workflow_id") == workflow { Ok(row) } else { Err(resource::missing()) }
}

/// `POST /workflows/{id}/runs/{run}/cancel`
pub(crate) fn cancel(req: &mut Request<'_>) -> HandlerResult {
    let row = in_path(req)?;
    if ["completed", "failed", "cancelled"].contains(&text(row, "status")) {
        return Err(error(409, "conflict", "the run is over").into());
    }
    set(row, "status", "cancelled");
    let id = req.second_id().to_owned();
    questions::withdraw(&mut req.context(), &id);
    Ok(resource::ok())
}

/// `POST /workflows/{id}/runs/{run}/rerun-failed`
pub(crate) fn rerun_failed(req: &mut Request<'_>) -> HandlerResult {
    let again = go_on(req, "running", |_| true)?;
    Ok(Response::ok(json!({ "retried": again.len() })))
}

/// `POST /workflows/{id}/runs/{run}/steps/{step}/retry`
pub(crate) fn retry_step(req: &mut Request<'_>) -> HandlerResult {
    req.maybe_body()?;
    one_step(req, "running")
}

/// `POST /workflows/{id}/runs/{run}/steps/{step}/skip`
pub(crate) fn skip_step(req: &mut Request<'_>) -> HandlerResult {
    req.maybe_body()?;
    one_step(req, "skipped")
}

/// Goes on with the step in the path, which must have failed.
fn one_step(req: &mut Request<'_>, status: &str) -> HandlerResult {
    let step = req.path.get(2).cloned().unwrap_or_default();
    let again = go_on(req, status, |id| id == step)?;
    let step = again.into_iter().next().ok_or_else(resource::missing)?;
    Ok(Response::ok(json!({ "step": step })))
}

/// Goes on with failed steps, which are run again or passed over; the run then ends well. Gives
/// back those steps.
fn go_on(
    req: &mut Request<'_>,
    status: &str,
    which: impl Fn(&str) -> bool,
) -> Result<Vec<Value>, ApiError> {
    let row = in_path(req)?;
    let mut again = Vec::new();
    let steps = row.get_mut("steps").and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten() {
        if text(step, "status") == "failed" && which(text(step, "id")) {
            set(step, "status", status);
            set(step, "error", Value::Null);
            again.push(step.clone());
        }
    }
    if !again.is_empty() {
        set(row, "status", "running");
        set(row, "ends", "completed");
        set(row, "error", Value::Null);
        let id = req.second_id().to_owned();
        let half = req.settings.settle_after / 2;
        schedule::after(&mut req.context(), half, Step::RunAdvances, &id);
    }
    Ok(again)
}
