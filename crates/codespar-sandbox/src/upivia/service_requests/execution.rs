//! Carrying a service request out, whoever asks for it: price, policy, budget, outcome.

use serde_json::{Value, json};

use crate::{
    server::errors::{ApiError, error},
    store::{
        context::Context,
        effects::EffectKind,
        json::{member, set, text},
        upivia::{ServiceCall, ServiceRequest, Step},
        verdict::Verdict,
    },
    upivia::{
        audit_logs,
        catalog::{self, Operation},
        resource, schedule, usage,
    },
};

/// Takes a service call and gives back how it stands.
pub(crate) fn submit(context: &mut Context<'_>, call: ServiceCall) -> Result<Value, ApiError> {
    let Some(operation) = catalog::named(&call.operation) else {
        let refusal = error(422, "invalid_request", "there is no such operation");
        return Err(refusal.with("field", "operation"));
    };
    for name in operation.required {
        if member(&call.payload, name).is_null() {
            let field = format!("payload.{name}");
            let refusal = error(422, "invalid_request", &format!("{field} is required"));
            return Err(refusal.with("field", field));
        }
    }
    let (verdict, reason) = decide(context, &call, operation)?;
    let id = context.state.ids.with("req");
    let request = ServiceRequest {
        id: id.clone(),
        workspace: context.project.to_owned(),
        call,
        price_cents: operation.price_cents,
        first: Value::Null,
        outcome: Value::Null,
    };
    context.state.upivia.requests.push(request);
    let outcome = match verdict {
        Verdict::Executed => execute(context, &id),
        Verdict::ApprovalRequired => request_approval(context, &id),
        Verdict::Running => start(context, &id),
        Verdict::Blocked => conclude(context, &id, verdict, reason),
        Verdict::Failed => conclude(context, &id, verdict, "adapter_error"),
    };
    if let Some(request) = find(context, &id) {
        request.first = outcome.clone();
    }
    Ok(outcome)
}

/// How it is to end, and why it is blocked if it is.
fn decide(
    context: &Context<'_>,
    call: &ServiceCall,
    operation: &Operation,
) -> Result<(Verdict, &'static str), ApiError> {
    let agent = resource::find(&context.state.upivia.agents, context.project, &call.agent)?;
    let asked = member(&call.metadata, "sandbox").as_str().and_then(Verdict::named);
    let decided = || context.state.upivia.verdicts.get(&call.operation).copied();
    if let Some(verdict) = asked.or_else(decided) {
        return Ok((verdict, "policy_block"));
    }
    let binding = binding(context, call, operation);
    if let Some(reason) = blocked(context, agent, binding, operation) {
        return Ok((Verdict::Blocked, reason));
    }
    let by_binding = binding.is_some_and(|row| {
        let threshold = member(row, "approval_threshold_cents").as_i64();
        member(row, "approval_required") == true
            || threshold.is_some_and(|threshold| operation.price_cents > threshold)
    });
    let verdict = if call.needs_approval || by_binding {
        Verdict::ApprovalRequired
    } else if operation.service == "voice_call" {
        Verdict::Running
    } else {
        Verdict::Executed
    };
    Ok((verdict, ""))
}

fn binding<'a>(
    context: &'a Context<'_>,
    call: &ServiceCall,
    operation: &Operation,
) -> Option<&'a Value> {
    context.state.upivia.bindings.list(context.project).find(|row| {
        let named = text(row, "operation");
        text(row, "agent_id") == call.agent
            && text(row, "service_id") == operation.service
            && (named.is_empty() || named == operation.name || named == call.operation)
    })
}

fn blocked(
    context: &Context<'_>,
    agent: &Value,
    binding: Option<&Value>,
    operation: &Operation,
) -> Option<&'static str> {
    if text(agent, "status") != "active" {
        return Some("agent_not_active");
    }
    let full_name = operation.full_name();
    let listed = member(agent, "services").as_array().is_none_or(|services| {
        services.iter().any(|name| name == full_name.as_str() || name == operation.service)
    });
    if !listed && binding.is_none() {
        return Some("service_not_enabled");
    }
    (operation.price_cents > affordable(context, agent)).then_some("budget_exceeded")
}

/// What an agent can spend, by its own budget and by what the workspace has.
fn affordable(context: &Context<'_>, agent: &Value) -> i64 {
    let limit = member(agent, "monthly_budget_cents").as_i64().unwrap_or(i64::MAX);
    let spent = member(agent, "monthly_spent_cents").as_i64().unwrap_or_default();
    let balance = context.state.upivia.balances.get(context.project).copied().unwrap_or_default();
    limit.saturating_sub(spent).min(balance)
}

/// Does it at once.
fn execute(context: &mut Context<'_>, id: &str) -> Value {
    pay(context, id);
    finish(context, id)
}

/// Takes the money and counts what went out.
fn pay(context: &mut Context<'_>, id: &str) {
    let Some(request) = find(context, id) else { return };
    let (agent, price) = (request.call.agent.clone(), request.price_cents);
    let (operation, key) = (request.call.operation.clone(), request.call.key.clone());
    let kind = EffectKind::ServiceCall;
    context.state.effects.add(kind, id, key.as_deref(), Some(price));
    usage::spend(context, &agent, &operation, id, price);
}

/// Writes down that it was done.
fn finish(context: &mut Context<'_>, id: &str) -> Value {
    let result_id = context.state.ids.with("msg");
    let Some(request) = find(context, id) else { return Value::Null };
    let operation = catalog::named(&request.call.operation);
    let result = operation.map(|known| known.result(&result_id, &request.call.payload));
    let outcome = json!({
        "status": "executed",
        "request_id": id,
        "result": result,
        "cost_cents": request.price_cents,
        "estimated_cost_cents": request.price_cents,
        "actual_cost_cents": request.price_cents,
    });
    save_outcome(context, id, outcome)
}

fn start(context: &mut Context<'_>, id: &str) -> Value {
    pay(context, id);
    schedule::after(context, context.settings.settle_after, Step::RequestEnds, id);
    let Some(request) = find(context, id) else { return Value::Null };
    let outcome = json!({
        "status": "running",
        "request_id": id,
        "initial_cost_cents": request.price_cents,
        "provider": request.call.operation.split('.').next(),
        "external_id": format!("ext_{id}"),
    });
    save_outcome(context, id, outcome)
}

/// The end of one that was running.
pub(crate) fn complete(context: &mut Context<'_>, id: &str) {
    finish(context, id);
}

fn request_approval(context: &mut Context<'_>, id: &str) -> Value {
    let approval = context.state.ids.with("appr");
    let expires_at = context.now.rfc3339_after(std::time::Duration::from_secs(24 * 60 * 60));
    let created_at = context.now.rfc3339();
    let Some(request) = find(context, id) else { return Value::Null };
    let (service, operation) = request.call.operation.split_once('.').unwrap_or_default();
    let row = json!({
        "id": approval,
        "request_id": id,
        "agent_id": request.call.agent,
        "service": service,
        "operation": operation,
        "payload": request.call.payload,
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
    resource::insert(&mut context.state.upivia.approvals, context.project, row);
    save_outcome(context, id, outcome)
}

fn conclude(context: &mut Context<'_>, id: &str, verdict: Verdict, reason: &str) -> Value {
    let message = if verdict == Verdict::Blocked { "not allowed" } else { "the provider failed" };
    let outcome = json!({
        "status": verdict.as_str(),
        "request_id": id,
        "reason_code": reason,
        "message": message,
    });
    save_outcome(context, id, outcome)
}

/// Goes on with a request that waited for a person, or does not. The budget is looked at again.
pub(crate) fn resume(context: &mut Context<'_>, id: &str, approved: bool) -> Value {
    if !approved {
        return conclude(context, id, Verdict::Blocked, "approval_rejected");
    }
    let Some(request) = find(context, id) else { return Value::Null };
    let (agent, price) = (request.call.agent.clone(), request.price_cents);
    // An agent that is not there any more has nothing to spend.
    let agent = context.state.upivia.agents.find(context.project, &agent);
    if agent.is_none_or(|agent| price > affordable(context, agent)) {
        return conclude(context, id, Verdict::Blocked, "budget_exceeded");
    }
    execute(context, id)
}

/// Keeps how a request stands, and logs it.
fn save_outcome(context: &mut Context<'_>, id: &str, outcome: Value) -> Value {
    let Some(request) = find(context, id) else { return outcome };
    request.outcome = outcome.clone();
    let (agent, operation) = (request.call.agent.clone(), request.call.operation.clone());
    let status = text(&outcome, "status");
    let mut log = audit_logs::entry(context, &agent, &format!("service_request.{status}"));
    set(&mut log, "service", operation.split('.').next().unwrap_or_default());
    set(&mut log, "operation", operation);
    set(&mut log, "status", status);
    set(&mut log, "request_id", id);
    resource::insert(&mut context.state.upivia.logs, context.project, log);
    outcome
}

fn find<'a>(context: &'a mut Context<'_>, id: &str) -> Option<&'a mut ServiceRequest> {
    context.state.upivia.requests.iter_mut().find(|request| request.id == id)
}
