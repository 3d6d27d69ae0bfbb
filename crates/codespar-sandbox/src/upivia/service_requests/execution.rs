//! Carrying a service request out, whoever asks for it: price, policy, budget, outcome.

use serde_json::{Value, json};

use crate::{
    server::errors::{ApiError, error},
    store::{
        context::World,
        effects::EffectKind,
        json::{part, set, text},
        upivia::{Order, Request, Step},
        verdict::Verdict,
    },
    upivia::{
        audit_logs,
        catalog::{self, Operation},
        resource, schedule, usage,
    },
};

/// Takes an order and gives back how it stands.
pub(crate) fn place(world: &mut World<'_>, order: Order) -> Result<Value, ApiError> {
    let Some(operation) = catalog::named(&order.operation) else {
        let refusal = error(422, "invalid_request", "there is no such operation");
        return Err(refusal.with("field", "operation"));
    };
    for name in operation.required {
        if part(&order.payload, name).is_null() {
            let field = format!("payload.{name}");
            let refusal = error(422, "invalid_request", &format!("{field} is required"));
            return Err(refusal.with("field", field));
        }
    }
    let (verdict, reason) = decide(world, &order, operation)?;
    let id = world.state.ids.with("req");
    let request = Request {
        id: id.clone(),
        workspace: world.project.to_owned(),
        order,
        price_cents: operation.price_cents,
        first: Value::Null,
        outcome: Value::Null,
    };
    world.state.upivia.requests.push(request);
    let outcome = match verdict {
        Verdict::Executed => execute(world, &id),
        Verdict::ApprovalRequired => wait_for_a_person(world, &id),
        Verdict::Running => begin(world, &id),
        Verdict::Blocked => stop(world, &id, verdict, reason),
        Verdict::Failed => stop(world, &id, verdict, "adapter_error"),
    };
    if let Some(request) = find(world, &id) {
        request.first = outcome.clone();
    }
    Ok(outcome)
}

/// How it is to end, and why it is blocked if it is.
fn decide(
    world: &World<'_>,
    order: &Order,
    operation: &Operation,
) -> Result<(Verdict, &'static str), ApiError> {
    let agent = resource::find(&world.state.upivia.agents, world.project, &order.agent)?;
    let asked = part(&order.metadata, "sandbox").as_str().and_then(Verdict::named);
    let decided = || world.state.upivia.verdicts.get(&order.operation).copied();
    if let Some(verdict) = asked.or_else(decided) {
        return Ok((verdict, "policy_block"));
    }
    let binding = binding(world, order, operation);
    if let Some(reason) = blocked(world, agent, binding, operation) {
        return Ok((Verdict::Blocked, reason));
    }
    let by_binding = binding.is_some_and(|row| {
        let threshold = part(row, "approval_threshold_cents").as_i64();
        part(row, "approval_required") == true
            || threshold.is_some_and(|threshold| operation.price_cents > threshold)
    });
    let verdict = if order.needs_approval || by_binding {
        Verdict::ApprovalRequired
    } else if operation.service == "voice_call" {
        Verdict::Running
    } else {
        Verdict::Executed
    };
    Ok((verdict, ""))
}

fn binding<'a>(world: &'a World<'_>, order: &Order, operation: &Operation) -> Option<&'a Value> {
    world.state.upivia.bindings.list(world.project).find(|row| {
        let named = text(row, "operation");
        text(row, "agent_id") == order.agent
            && text(row, "service_id") == operation.service
            && (named.is_empty() || named == operation.name || named == order.operation)
    })
}

fn blocked(
    world: &World<'_>,
    agent: &Value,
    binding: Option<&Value>,
    operation: &Operation,
) -> Option<&'static str> {
    if text(agent, "status") != "active" {
        return Some("agent_not_active");
    }
    let full_name = operation.full_name();
    let listed = part(agent, "services").as_array().is_none_or(|services| {
        services.iter().any(|name| name == full_name.as_str() || name == operation.service)
    });
    if !listed && binding.is_none() {
        return Some("service_not_enabled");
    }
    (operation.price_cents > affordable(world, agent)).then_some("budget_exceeded")
}

/// What an agent can spend, by its own budget and by what the workspace has.
fn affordable(world: &World<'_>, agent: &Value) -> i64 {
    let limit = part(agent, "monthly_budget_cents").as_i64().unwrap_or(i64::MAX);
    let spent = part(agent, "monthly_spent_cents").as_i64().unwrap_or_default();
    let balance = world.state.upivia.balances.get(world.project).copied().unwrap_or_default();
    limit.saturating_sub(spent).min(balance)
}

/// Does it at once.
fn execute(world: &mut World<'_>, id: &str) -> Value {
    pay(world, id);
    finish(world, id)
}

/// Takes the money and counts what went out.
fn pay(world: &mut World<'_>, id: &str) {
    let Some(request) = find(world, id) else { return };
    let (agent, price) = (request.order.agent.clone(), request.price_cents);
    let (operation, key) = (request.order.operation.clone(), request.order.key.clone());
    let kind = EffectKind::ServiceCall;
    world.state.effects.add(kind, id, key.as_deref(), Some(price));
    usage::spend(world, &agent, &operation, id, price);
}

/// Writes down that it was done.
fn finish(world: &mut World<'_>, id: &str) -> Value {
    let result_id = world.state.ids.with("msg");
    let Some(request) = find(world, id) else { return Value::Null };
    let operation = catalog::named(&request.order.operation);
    let result = operation.map(|known| known.result(&result_id, &request.order.payload));
    let outcome = json!({
        "status": "executed",
        "request_id": id,
        "result": result,
        "cost_cents": request.price_cents,
        "estimated_cost_cents": request.price_cents,
        "actual_cost_cents": request.price_cents,
    });
    write(world, id, outcome)
}

fn begin(world: &mut World<'_>, id: &str) -> Value {
    pay(world, id);
    schedule::after(world, world.settings.settle_after, Step::RequestEnds, id);
    let Some(request) = find(world, id) else { return Value::Null };
    let outcome = json!({
        "status": "running",
        "request_id": id,
        "initial_cost_cents": request.price_cents,
        "provider": request.order.operation.split('.').next(),
        "external_id": format!("ext_{id}"),
    });
    write(world, id, outcome)
}

/// The end of one that was running.
pub(crate) fn end(world: &mut World<'_>, id: &str) {
    finish(world, id);
}

fn wait_for_a_person(world: &mut World<'_>, id: &str) -> Value {
    let approval = world.state.ids.with("appr");
    let expires_at = world.now.text_after(std::time::Duration::from_secs(24 * 60 * 60));
    let created_at = world.now.text();
    let Some(request) = find(world, id) else { return Value::Null };
    let (service, operation) = request.order.operation.split_once('.').unwrap_or_default();
    let row = json!({
        "id": approval,
        "request_id": id,
        "agent_id": request.order.agent,
        "service": service,
        "operation": operation,
        "payload": request.order.payload,
        "estimated_cost_cents": request.price_cents,
        "status": "pending",
        "expires_at": expires_at,
        "created_at": created_at,
    });
    let outcome = json!({
        "status": "approval_required",
        "request_id": id,
        "approval_id": approval,
        "estimated_cost_cents": request.price_cents,
        "expires_at": expires_at,
    });
    resource::keep(&mut world.state.upivia.approvals, world.project, row);
    write(world, id, outcome)
}

fn stop(world: &mut World<'_>, id: &str, verdict: Verdict, reason: &str) -> Value {
    let message = if verdict == Verdict::Blocked { "not allowed" } else { "the provider failed" };
    let outcome = json!({
        "status": verdict.as_str(),
        "request_id": id,
        "reason_code": reason,
        "message": message,
    });
    write(world, id, outcome)
}

/// Goes on with a request that waited for a person, or does not. The budget is looked at again.
pub(crate) fn resume(world: &mut World<'_>, id: &str, approved: bool) -> Value {
    if !approved {
        return stop(world, id, Verdict::Blocked, "approval_rejected");
    }
    let Some(request) = find(world, id) else { return Value::Null };
    let (agent, price) = (request.order.agent.clone(), request.price_cents);
    // An agent that is not there any more has nothing to spend.
    let agent = world.state.upivia.agents.find(world.project, &agent);
    if agent.is_none_or(|agent| price > affordable(world, agent)) {
        return stop(world, id, Verdict::Blocked, "budget_exceeded");
    }
    execute(world, id)
}

/// Keeps how a request stands, and logs it.
fn write(world: &mut World<'_>, id: &str, outcome: Value) -> Value {
    let Some(request) = find(world, id) else { return outcome };
    request.outcome = outcome.clone();
    let (agent, operation) = (request.order.agent.clone(), request.order.operation.clone());
    let status = text(&outcome, "status");
    let mut log = audit_logs::entry(world, &agent, &format!("service_request.{status}"));
    set(&mut log, "service", operation.split('.').next().unwrap_or_default());
    set(&mut log, "operation", operation);
    set(&mut log, "status", status);
    set(&mut log, "request_id", id);
    resource::keep(&mut world.state.upivia.logs, world.project, log);
    outcome
}

fn find<'a>(world: &'a mut World<'_>, id: &str) -> Option<&'a mut Request> {
    world.state.upivia.requests.iter_mut().find(|request| request.id == id)
}
