//! What was spent and done, and whether the server is well.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        context::World,
        json::{matches, part, set, text},
    },
    upivia::{auth, resource},
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

/// Takes the price of a request from the workspace and from the budget of the agent.
pub(crate) fn spend(world: &mut World<'_>, agent: &str, operation: &str, id: &str, cents: i64) {
    let row = json!({
        "id": world.state.ids.with("use"),
        "agent_id": agent,
        "operation": operation,
        "request_id": id,
        "cost_cents": cents,
        "created_at": world.now.text(),
    });
    let books = &mut world.state.upivia;
    resource::keep(&mut books.usage, world.project, row);
    if let Some(balance) = books.balances.get_mut(world.project) {
        *balance = balance.saturating_sub(cents);
    }
    if let Some(row) = books.agents.find_mut(world.project, agent) {
        let spent = part(row, "monthly_spent_cents").as_i64().unwrap_or_default();
        set(row, "monthly_spent_cents", spent.saturating_add(cents));
    }
}

/// `GET /balance`
pub(crate) fn balance(call: &mut Call<'_>) -> Outcome {
    let books = &call.state.upivia;
    if let Some(team) = call.query("team_id") {
        let row = resource::find(&books.teams, call.project, team)?;
        let pool = part(row, "pool_cents");
        return Ok(Answer::ok(json!({ "amount_cents": pool, "team_id": team })));
    }
    let cents = books.balances.get(call.project);
    Ok(Answer::ok(json!({ "amount_cents": cents, "currency": "USD" })))
}

/// `GET /usage`
pub(crate) fn usage(call: &mut Call<'_>) -> Outcome {
    let most = resource::limit(call)?;
    let agent = call.query("agent_id");
    let fits = |row: &Value| matches(row, "agent_id", agent) && in_time(call, row);
    let mut records = resource::some(&call.state.upivia.usage, call.project, fits);
    let total: i64 = records.iter().filter_map(|row| part(row, "cost_cents").as_i64()).sum();
    records.truncate(most);
    let mut body = json!({ "total_cents": total, "records": records });
    if call.query("include_chart") == Some("1") {
        set(&mut body, "chart", json!([]));
    }
    Ok(Answer::ok(body))
}

/// `GET /audit-logs`
pub(crate) fn audit_logs(call: &mut Call<'_>) -> Outcome {
    let fits = |row: &Value| {
        let named = |name: &str| matches(row, name, call.query(name));
        named("agent_id") && named("service") && named("status") && in_time(call, row)
    };
    let logs = resource::some(&call.state.upivia.logs, call.project, fits);
    resource::paged(call, "logs", logs)
}

/// `GET /agents/{id}/activity`, whose cursor is spelled its own way.
pub(crate) fn activity(call: &mut Call<'_>) -> Outcome {
    let books = &call.state.upivia;
    resource::find(&books.agents, call.project, call.id())?;
    let logs = resource::some(&books.logs, call.project, |row| {
        text(row, "agent_id") == call.id() && matches(row, "event_type", call.query("type"))
    });
    let tasks =
        resource::some(&books.tasks, call.project, |row| text(row, "parent_agent_id") == call.id());
    let (logs, next) = resource::page(call, logs)?;
    let more = next.is_some();
    let mut body =
        json!({ "logs": logs, "delegations": tasks, "nextCursor": next, "hasMore": more });
    if call.query("verify") == Some("1") {
        set(&mut body, "verified", true);
    }
    Ok(Answer::ok(body))
}

/// Whether a row lies between the query parameters `from` and `to`, the latter excluded.
fn in_time(call: &Call<'_>, row: &Value) -> bool {
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let Some(at) = read(text(row, "created_at")) else { return true };
    let bound = |name: &str| call.query(name).and_then(read);
    bound("from").is_none_or(|from| from <= at) && bound("to").is_none_or(|to| at < to)
}

/// The team a user has switched to.
pub(crate) fn team<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    auth::cookie(call.request, auth::TEAM_COOKIE)
}

/// `GET /healthz`
pub(crate) fn health(_: &mut Call<'_>) -> Outcome {
    Ok(resource::fine())
}

/// `GET /health/readiness`
pub(crate) fn readiness(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "status": "ready", "checks": { "db": "ok", "worker": "ok" } })))
}
