//! What waits for a person: service requests and steps of workflow runs.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::{matches, part, set, text},
    upivia::{resource, service_requests::execution, workflows::runs},
};

/// `GET /approvals`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let books = &call.state.upivia;
    let fits = |row: &Value| matches(row, "status", call.query("status"));
    let mut approvals = resource::some(&books.approvals, call.project, fits);
    for row in &mut approvals {
        let agent = books.agents.find(call.project, text(row, "agent_id"));
        let name = agent.map(|agent| part(agent, "name").clone());
        set(row, "agent_name", name);
    }
    Ok(Answer::ok(json!({ "approvals": approvals })))
}

/// `POST /approvals/{id}/approve`
pub(crate) fn approve(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(decide(call, true)?))
}

/// `POST /approvals/{id}/reject`
pub(crate) fn reject(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(decide(call, false)?))
}

/// Decides about an approval, once.
pub(crate) fn decide(call: &mut Call<'_>, approved: bool) -> Result<Value, ApiError> {
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.approvals, call.project, &id)?;
    if text(row, "status") != "pending" {
        return Err(error(409, "conflict", "it has been decided already"));
    }
    set(row, "status", if approved { "approved" } else { "rejected" });
    let row = row.clone();
    let mut world = call.world();
    if let Some(run) = part(&row, "run_id").as_str() {
        runs::resume(&mut world, run, approved);
        let status = if approved { "executed" } else { "blocked" };
        return Ok(json!({ "status": status, "run_id": run }));
    }
    let request = text(&row, "request_id");
    let outcome = execution::resume(&mut world, request, approved);
    Ok(json!({ "status": part(&outcome, "status"), "request_id": request }))
}
