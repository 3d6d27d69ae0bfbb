//! What is done when an event happens: it is delivered, an agent is paused, or a person is to look.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        json_object::JsonObject,
    },
    store::{
        clock::Now,
        json::{matches, member, set, text},
        state::State,
    },
};

/// What is done unless something else was asked for.
pub(super) fn delivery() -> Value {
    json!({ "kind": "webhook" })
}

/// The action that a request names.
pub(super) fn read(body: &JsonObject) -> Result<Option<Value>, Refusal> {
    let Some(action) = body.maybe_object("action")? else { return Ok(None) };
    let kind = action.text("kind").unwrap_or_default();
    let mut read = json!({ "kind": kind });
    let detail = match kind {
        "webhook" => return Ok(Some(read)),
        "human_review" => "note",
        "pause_agent" => "agent_did",
        _ => return Err(invalid("no such action", "kind_unknown").into()),
    };
    if let Some(text) = action.maybe_text(detail)? {
        set(&mut read, detail, text);
    }
    Ok(Some(read))
}

/// The address of an action that delivers nothing: none may be named.
pub(super) fn no_url(body: &JsonObject) -> Result<Value, ApiError> {
    match body.get("webhook_url") {
        None => Ok(Value::Null),
        Some(_) => Err(invalid("nothing is delivered by this action", "webhook_url_refused")),
    }
}

fn invalid(message: &str, reason: &str) -> ApiError {
    error(400, "trigger_action_invalid", message).with("reason", reason)
}

/// Does what an endpoint is there for that delivers nothing, now that an event has happened. That a
/// person is to look is only counted: what the service writes down then is not known.
pub(crate) fn carry_out(
    state: &mut State,
    project: &str,
    endpoint: &Value,
    event: &Value,
    now: Now,
) {
    let action = member(endpoint, "action");
    if text(action, "kind") == "pause_agent" {
        let named = member(action, "agent_did").as_str();
        pause_agent(state, project, named, member(event, "data"));
    }
    if let Some(row) = state.endpoints.find_mut(project, text(endpoint, "id")) {
        let runs = member(row, "total_runs").as_u64().unwrap_or_default();
        set(row, "total_runs", runs + 1);
        set(row, "last_run_at", now.rfc3339());
    }
}

/// Suspends the agent that was named, or the one that the event is about.
fn pause_agent(state: &mut State, project: &str, did: Option<&str>, data: &Value) {
    let is_meant = |row: &&mut Value| match did {
        Some(did) => text(row, "did") == did,
        None => matches(row, "agent_id", member(data, "agent_id").as_str().or(Some(""))),
    };
    let found = state.agents.list_mut(project).find(is_meant);
    if let Some(row) = found.filter(|row| text(row, "status") == "active") {
        set(row, "status", "suspended");
    }
}
