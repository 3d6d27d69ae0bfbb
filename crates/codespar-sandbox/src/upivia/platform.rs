//! Whether the server is well, and what there is to know about it.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    upivia::{catalog::OPERATIONS, resource},
};

/// `GET /healthz`
pub(crate) fn health(_: &mut Call<'_>) -> Outcome {
    Ok(resource::fine())
}

/// `GET /health/readiness`
pub(crate) fn readiness(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "status": "ready", "checks": { "db": "ok", "worker": "ok" } })))
}

/// `GET /agent-docs`
pub(crate) fn agent_docs(_: &mut Call<'_>) -> Outcome {
    let operations: Vec<Value> =
        OPERATIONS.iter().enumerate().map(|(at, known)| known.row(at)).collect();
    Ok(Answer::ok(json!({ "version": "1", "operations": operations })))
}
