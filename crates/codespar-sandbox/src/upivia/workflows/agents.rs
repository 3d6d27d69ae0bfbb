//! Who may run a workflow.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::ApiError,
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::text,
    upivia::{agents::grant_id, resource, workflows},
};

/// `GET /workflows/{id}/agents`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    workflows::found(call)?;
    let books = &call.state.upivia;
    let granted =
        books.grants.list(call.project).filter(|row| text(row, "workflow_id") == call.id());
    let agents: Vec<&Value> =
        granted.filter_map(|row| books.agents.find(call.project, text(row, "agent_id"))).collect();
    Ok(Answer::ok(json!({ "agents": agents })))
}

/// `POST /workflows/{id}/agents`
pub(crate) fn grant(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let (agent, workflow) = (body.text("agent_id")?.to_owned(), call.id().to_owned());
    workflows::found(call)?;
    give(call, &workflow, &agent)?;
    Ok(Answer::created(json!({ "ok": true })))
}

pub(crate) fn give(call: &mut Call<'_>, workflow: &str, agent: &str) -> Result<(), ApiError> {
    let books = &mut call.state.upivia;
    resource::find(&books.agents, call.project, agent)?;
    let id = grant_id(workflow, agent);
    if books.grants.find(call.project, &id).is_none() {
        let row = json!({ "workflow_id": workflow, "agent_id": agent });
        books.grants.insert(call.project, &id, row);
    }
    Ok(())
}

/// `DELETE /workflows/{id}/agents`
pub(crate) fn revoke(call: &mut Call<'_>) -> Outcome {
    let id = grant_id(call.id(), resource::wanted(call, "agent_id")?);
    call.state.upivia.grants.remove(call.project, &id).ok_or_else(resource::missing)?;
    Ok(Answer::no_content())
}
