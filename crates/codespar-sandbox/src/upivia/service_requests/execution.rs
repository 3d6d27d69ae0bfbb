//! Carrying a service request out, whoever asks for it: price, outcome, and what is written down.

use serde_json::{Value, json};

use crate::{
    server::errors::ApiError,
    store::{
        context::Context,
        effects::EffectKind,
        json::{set, text},
        upivia::{ServiceCall, ServiceRequest, Step},
        verdict::Verdict,
    },
    upivia::{audit_logs, catalog, resource, schedule, service_requests::policy, usage},
};

/// Takes a service call and gives back how it stands.
pub(crate) fn submit(context: &mut Context<'_>, call: ServiceCall) -> Result<Value, ApiError> {
    let operation = policy::operation_of(&call)?;
    let (verdict, reason) = policy::decide(context, &call, operation)?;
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
    if agent.is_none_or(|agent| price > policy::affordable(context, agent)) {
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
