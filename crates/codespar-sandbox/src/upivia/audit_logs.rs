//! The audit log: what was done, by which agent.

use serde_json::{Value, json};

use crate::{
    server::request::{HandlerResult, Request},
    store::{context::Context, json::matches},
    upivia::resource::{self, in_time},
};

/// A log entry about an agent, with an id and the time.
pub(crate) fn entry(context: &mut Context<'_>, agent: &str, event_type: &str) -> Value {
    json!({
        "id": context.state.ids.with("log"),
        "agent_id": agent,
        "event_type": event_type,
        "created_at": context.now.rfc3339(),
    })
}

/// `GET /audit-logs`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let fits = |row: &Value| {
        let named = |name: &str| matches(row, name, req.query(name));
        named("agent_id") && named("service") && named("status") && in_time(req, row)
    };
    let logs = resource::filter(&req.state.upivia.logs, req.project, fits);
    resource::paged(req, "logs", logs)
}
