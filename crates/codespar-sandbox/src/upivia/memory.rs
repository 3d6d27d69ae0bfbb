//! What agents remember.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::{part, set, text},
    upivia::{auth, resource},
};

/// `GET /agents/{id}/memories`: all, or with `q` those that contain it.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    agent(call)?;
    let words = call.query("q").unwrap_or_default().to_lowercase();
    let fits =
        |row: &Value| is_live(call, row) && text(row, "content").to_lowercase().contains(&words);
    let memories = resource::some(&call.state.upivia.memories, call.project, fits);
    let mut body = json!({ "memories": memories });
    if call.query("q").is_some() {
        set(&mut body, "semantic", call.query("semantic") == Some("true"));
    }
    Ok(Answer::ok(body))
}

fn is_live(call: &Call<'_>, row: &Value) -> bool {
    text(row, "agent_id") == call.id() && part(row, "archived") != true
}

/// `POST /agents/{id}/memories`, for the agent whose key it is.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("content")?;
    if auth::agent(call) != Some(call.id()) {
        return Err(error(403, "forbidden", "an agent writes its own memories only").into());
    }
    let fixed = json!({ "agent_id": call.id() });
    let row = resource::draw(call, "mem", &body, fixed);
    let row = resource::keep(&mut call.state.upivia.memories, call.project, row);
    Ok(Answer::created(json!({ "memory": row })))
}

/// `GET /agents/{id}/memories/graph`
pub(crate) fn graph(call: &mut Call<'_>) -> Outcome {
    agent(call)?;
    let memories = call.state.upivia.memories.list(call.project);
    let nodes: Vec<Value> = memories
        .filter(|row| is_live(call, row))
        .map(|row| json!({ "id": part(row, "id") }))
        .collect();
    Ok(Answer::ok(json!({ "nodes": nodes, "edges": [] })))
}

/// `PATCH /agents/{id}/memories/{memory}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    found(call)?;
    let id = call.second_id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.memories, call.project, &id)?;
    resource::merge(row, &body, &["agent_id", "created_at"]);
    Ok(Answer::ok(json!({ "memory": row })))
}

/// `DELETE /agents/{id}/memories/{memory}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    found(call)?;
    let id = call.second_id().to_owned();
    call.state.upivia.memories.remove(call.project, &id);
    Ok(resource::fine())
}

fn found<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    let row = resource::find(&call.state.upivia.memories, call.project, call.second_id())?;
    if text(row, "agent_id") == call.id() { Ok(row) } else { Err(resource::missing()) }
}

fn agent<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&call.state.upivia.agents, call.project, call.id())
}
