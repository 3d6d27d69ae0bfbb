//! Mandates: `/v1/mandates`.

pub(crate) mod attempts;
mod authorize;
pub(crate) mod payment;
pub(crate) mod spend;

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::{matches, set, text},
};

/// `GET /v1/mandates`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows = call.state.mandates.list(call.project);
    let rows: Vec<&Value> = rows
        .filter(|row| {
            ["consumer_id", "agent_id", "status"].iter().all(|it| matches(row, it, call.query(it)))
        })
        .collect();
    Ok(Answer::ok(json!({ "mandates": rows })))
}

/// `GET /v1/mandates/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(find(call)?.clone()))
}

/// `POST /v1/mandates/{id}/pause`
pub(crate) fn pause(call: &mut Call<'_>) -> Outcome {
    become_status(call, "paused")
}

/// `POST /v1/mandates/{id}/resume`
pub(crate) fn resume(call: &mut Call<'_>) -> Outcome {
    become_status(call, "active")
}

/// `POST /v1/mandates/{id}/revoke`
pub(crate) fn revoke(call: &mut Call<'_>) -> Outcome {
    become_status(call, "revoked")
}

pub(crate) fn missing() -> ApiError {
    error(404, "mandate_not_found", "no such mandate in this project")
}

fn become_status(call: &mut Call<'_>, status: &str) -> Outcome {
    let row = find(call)?;
    if text(row, "status") == "revoked" && status != "revoked" {
        return Err(error(409, "mandate_revoked", "a revoked mandate stays revoked").into());
    }
    set(row, "status", status);
    Ok(Answer::ok(row.clone()))
}

fn find<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Value, Refusal> {
    let id = call.id().to_owned();
    call.state.mandates.find_mut(call.project, &id).ok_or_else(|| missing().into())
}
