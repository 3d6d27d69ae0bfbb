//! Agents that agents make.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set},
    upivia::{agents, auth, catalog, resource},
};

/// How deep agents may make agents.
const DEPTH: u64 = 3;

/// `GET /agents/spawn`
pub(crate) fn estimate(req: &mut Request<'_>) -> HandlerResult {
    let mut breakdown = Vec::new();
    let mut total = 0;
    for name in resource::required_query(req, "operations")?.split(',') {
        let price = known(name)?.price_cents;
        total += price;
        breakdown.push(json!({ "operation": name, "cents": price }));
    }
    Ok(Response::ok(json!({ "estimated_budget_cents": total, "breakdown": breakdown })))
}

fn known(name: &str) -> Result<&'static catalog::Operation, ApiError> {
    catalog::named(name).ok_or_else(|| {
        error(422, "invalid_request", "there is no such operation").with("operation", name)
    })
}

/// `POST /agents/spawn`: the budget comes from the parent, and so do the services.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("name")?;
    let services = body.texts("services")?;
    for name in &services {
        known(name)?;
    }
    let budget = body.maybe_integer("budget_cents")?.unwrap_or_default();
    if budget < 0 {
        return Err(issue("budget_cents", "must not be negative").into());
    }
    let parent = auth::agent(req).unwrap_or_default().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.agents, req.project, &parent)?;
    let depth = member(row, "depth").as_u64().unwrap_or_default() + 1;
    check(row, depth, &services)?;
    let left = member(row, "monthly_budget_cents").as_i64().unwrap_or_default() - budget;
    if left < 0 {
        return Err(error(409, "insufficient_budget", "the parent has not got that much").into());
    }
    set(row, "monthly_budget_cents", left);
    let fixed =
        json!({ "parent_agent_id": parent, "depth": depth, "monthly_budget_cents": budget });
    let (agent, key) = agents::create_with_key(req, &body, fixed);
    Ok(Response::created(json!({ "ok": true, "agent": agent, "api_key": key })))
}

fn check(parent: &Value, depth: u64, services: &[String]) -> Result<(), ApiError> {
    if depth > DEPTH {
        return Err(error(403, "forbidden", "agents may not go deeper than this"));
    }
    let Some(own) = member(parent, "services").as_array() else { return Ok(()) };
    if services.iter().all(|name| own.iter().any(|own| own == name)) {
        return Ok(());
    }
    Err(error(403, "forbidden", "the parent has not got all of these services"))
}
