//! Service requests: taken once per idempotency key.

pub(crate) mod execution;
pub(crate) mod policy;

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{member, text},
        upivia::{ServiceCall, ServiceRequest},
    },
    upivia::{auth, resource},
};

/// `POST /service-requests`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let operation = format!("{}.{}", body.text("service")?, body.text("operation")?);
    let payload = body.object("payload")?.value();
    let agent = auth::agent(req).unwrap_or_default().to_owned();
    if operation == "platform.check_budget" {
        return budget(req, &JsonObject::of(&payload));
    }
    let key = key(req, &body)?.map(str::to_owned);
    let earlier = key.as_deref().and_then(|key| of_key(req, &agent, key));
    if let Some(earlier) = earlier {
        if earlier.call.operation == operation && earlier.call.payload == payload {
            return Ok(answer(earlier.first.clone()));
        }
        let message = "the key was used with another payload";
        return Err(error(409, "idempotency_key_payload_mismatch", message).into());
    }
    let metadata = body.echo("metadata");
    let call = ServiceCall { agent, operation, payload, metadata, key, needs_approval: false };
    Ok(answer(execution::submit(&mut req.context(), call)?))
}

/// `GET /service-requests/{id}`: only an agent's own.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let agent = auth::agent(req);
    let mine = |request: &&ServiceRequest| {
        request.id == req.id() && agent.is_some_and(|agent| request.call.agent == agent)
    };
    let request = req.state.upivia.requests.iter().find(mine).ok_or_else(resource::missing)?;
    Ok(Response::ok(request.outcome.clone()))
}

/// One that goes on by itself is only accepted.
fn answer(outcome: Value) -> Response {
    let is_running = text(&outcome, "status") == "running";
    Response::json(if is_running { StatusCode::ACCEPTED } else { StatusCode::OK }, outcome)
}

/// The idempotency key, which may be in the header, in the body or in both.
fn key<'a>(req: &Request<'a>, body: &'a JsonObject) -> Result<Option<&'a str>, Refusal> {
    let in_body = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    match (req.idempotency_key(), in_body) {
        (Some(header), Some(body)) if header != body => {
            let message = "the header and the body have different idempotency keys";
            Err(error(400, "invalid_request", message).into())
        }
        (header, body) => Ok(header.or(body)),
    }
}

fn of_key<'a>(req: &'a Request<'_>, agent: &str, key: &str) -> Option<&'a ServiceRequest> {
    req.state.upivia.requests.iter().find(|request| {
        request.workspace == req.project
            && request.call.agent == agent
            && request.call.key.as_deref() == Some(key)
    })
}

/// `platform.check_budget`, which answers without an envelope.
fn budget(req: &Request<'_>, payload: &JsonObject) -> HandlerResult {
    let agent = resource::find(&req.state.upivia.agents, req.project, payload.text("agent_id")?)?;
    let cents = |name: &str| member(agent, name).as_i64().unwrap_or_default();
    let (limit, spent) = (cents("monthly_budget_cents"), cents("monthly_spent_cents"));
    let balance = req.state.upivia.balances.get(req.project).copied().unwrap_or_default();
    Ok(Response::ok(json!({
        "remaining_dollars": dollars(limit.saturating_sub(spent).min(balance)),
        "monthly_spent": dollars(spent),
        "monthly_limit": dollars(limit),
        "org_balance": dollars(balance),
    })))
}

/// Cents as the one answer that has dollars spells them.
#[allow(clippy::cast_precision_loss)] // far below 2^53
fn dollars(cents: i64) -> f64 {
    cents as f64 / 100.0
}

/// The refusal of going on with a request about which nobody, or somebody else, has decided.
pub(crate) fn undecided() -> ApiError {
    error(409, "conflict", "nobody has decided so about this request")
}
