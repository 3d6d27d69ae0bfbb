//! Usage: what was spent, by which agent.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{matches, member, set},
    },
    upivia::resource::{self, in_time},
};

/// Takes the price of a request from the workspace and from the budget of the agent.
pub(crate) fn spend(context: &mut Context<'_>, agent: &str, operation: &str, id: &str, cents: i64) {
    let row = json!({
        "id": context.state.ids.with("use"),
        "agent_id": agent,
        "operation": operation,
        "request_id": id,
        "cost_cents": cents,
        "created_at": context.now.rfc3339(),
    });
    let upivia = &mut context.state.upivia;
    resource::insert(&mut upivia.usage, context.project, row);
    if let Some(balance) = upivia.balances.get_mut(context.project) {
        *balance = balance.saturating_sub(cents);
    }
    if let Some(row) = upivia.agents.find_mut(context.project, agent) {
        let spent = member(row, "monthly_spent_cents").as_i64().unwrap_or_default();
        set(row, "monthly_spent_cents", spent.saturating_add(cents));
    }
}

/// `GET /usage`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let most = resource::limit(req)?;
    let agent = req.query("agent_id");
    let fits = |row: &Value| matches(row, "agent_id", agent) && in_time(req, row);
    let mut records = resource::filter(&req.state.upivia.usage, req.project, fits);
    let total: i64 = records.iter().filter_map(|row| member(row, "cost_cents").as_i64()).sum();
    records.truncate(most);
    let mut body = json!({ "total_cents": total, "records": records });
    if req.query("include_chart") == Some("1") {
        set(&mut body, "chart", json!([]));
    }
    Ok(Response::ok(body))
}
