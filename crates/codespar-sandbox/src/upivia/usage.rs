//! What was spent.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        context::World,
        json::{matches, part, set},
    },
    upivia::resource::{self, in_time},
};

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

/// `GET /usage`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
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
