//! What was done.

use serde_json::{Value, json};

use crate::{
    server::request::{Call, Outcome},
    store::{context::World, json::matches},
    upivia::resource::{self, in_time},
};

/// A log entry about an agent, with an id and the time.
pub(crate) fn entry(world: &mut World<'_>, agent: &str, event_type: &str) -> Value {
    json!({
        "id": world.state.ids.with("log"),
        "agent_id": agent,
        "event_type": event_type,
        "created_at": world.now.text(),
    })
}

/// `GET /audit-logs`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let fits = |row: &Value| {
        let named = |name: &str| matches(row, name, call.query(name));
        named("agent_id") && named("service") && named("status") && in_time(call, row)
    };
    let logs = resource::some(&call.state.upivia.logs, call.project, fits);
    resource::paged(call, "logs", logs)
}
