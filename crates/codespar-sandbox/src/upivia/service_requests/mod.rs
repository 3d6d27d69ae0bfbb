//! Service requests: taken once per idempotency key.

pub(crate) mod execution;

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        json::{part, text},
        upivia::{Order, Request},
    },
    upivia::{auth, resource},
};

/// `POST /service-requests`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let operation = format!("{}.{}", body.text("service")?, body.text("operation")?);
    let payload = body.object("payload")?.value();
    let agent = auth::agent(call).unwrap_or_default().to_owned();
    if operation == "platform.check_budget" {
        return budget(call, &Fields::of(&payload));
    }
    let key = key(call, &body)?.map(str::to_owned);
    let earlier = key.as_deref().and_then(|key| of_key(call, &agent, key));
    if let Some(earlier) = earlier {
        if earlier.order.operation == operation && earlier.order.payload == payload {
            return Ok(answer(earlier.first.clone()));
        }
        let message = "the key was used with another payload";
        return Err(error(409, "idempotency_key_payload_mismatch", message).into());
    }
    let metadata = body.echo("metadata");
    let order = Order { agent, operation, payload, metadata, key, needs_approval: false };
    Ok(answer(execution::place(&mut call.world(), order)?))
}

/// `GET /service-requests/{id}`: only an agent's own.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let agent = auth::agent(call);
    let mine = |request: &&Request| {
        request.id == call.id() && agent.is_some_and(|agent| request.order.agent == agent)
    };
    let request = call.state.upivia.requests.iter().find(mine).ok_or_else(resource::missing)?;
    Ok(Answer::ok(request.outcome.clone()))
}

/// One that goes on by itself is only accepted.
fn answer(outcome: Value) -> Answer {
    let is_running = text(&outcome, "status") == "running";
    Answer::json(if is_running { StatusCode::ACCEPTED } else { StatusCode::OK }, outcome)
}

/// The idempotency key, which may be in the header, in the body or in both.
fn key<'a>(
    call: &Call<'a>,
    body: &'a Fields,
) -> Result<Option<&'a str>, crate::server::errors::Refusal> {
    let in_body = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    match (call.idempotency_key(), in_body) {
        (Some(header), Some(body)) if header != body => {
            let message = "the header and the body have different idempotency keys";
            Err(error(400, "invalid_request", message).into())
        }
        (header, body) => Ok(header.or(body)),
    }
}

fn of_key<'a>(call: &'a Call<'_>, agent: &str, key: &str) -> Option<&'a Request> {
    call.state.upivia.requests.iter().find(|request| {
        request.workspace == call.project
            && request.order.agent == agent
            && request.order.key.as_deref() == Some(key)
    })
}

/// `platform.check_budget`, which answers without an envelope.
fn budget(call: &Call<'_>, payload: &Fields) -> Outcome {
    let agent = resource::find(&call.state.upivia.agents, call.project, payload.text("agent_id")?)?;
    let cents = |name: &str| part(agent, name).as_i64().unwrap_or_default();
    let (limit, spent) = (cents("monthly_budget_cents"), cents("monthly_spent_cents"));
    let balance = call.state.upivia.balances.get(call.project).copied().unwrap_or_default();
    Ok(Answer::ok(json!({
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
