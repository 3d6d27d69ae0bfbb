//! What is decided about a service call, before anything is done: policy, budget, approval.

use serde_json::Value;

use crate::{
    server::errors::{ApiError, error},
    store::{
        context::Context,
        json::{member, text},
        upivia::ServiceCall,
        verdict::Verdict,
    },
    upivia::{
        catalog::{self, Operation},
        resource,
    },
};

/// One of the things that a call is looked at for.
pub(crate) struct Finding {
    pub(crate) name: &'static str,
    pub(crate) ok: bool,
    /// Why the call is blocked where it is not.
    pub(crate) reason: &'static str,
    /// What helps then.
    pub(crate) fix: &'static str,
}

/// The operation that is called, which is given what it needs.
pub(crate) fn operation_of(call: &ServiceCall) -> Result<&'static Operation, ApiError> {
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
    Ok(operation)
}

/// How a call is to end, and why it is blocked if it is.
pub(crate) fn decide(
    context: &Context<'_>,
    call: &ServiceCall,
    operation: &Operation,
) -> Result<(Verdict, &'static str), ApiError> {
    let findings = findings(context, call, operation)?;
    let asked = member(&call.metadata, "sandbox").as_str().and_then(Verdict::named);
    let decided = || context.state.upivia.verdicts.get(&call.operation).copied();
    if let Some(verdict) = asked.or_else(decided) {
        return Ok((verdict, "policy_block"));
    }
    if let Some(finding) = findings.iter().find(|finding| !finding.ok) {
        return Ok((Verdict::Blocked, finding.reason));
    }
    let by_binding = binding(context, call, operation).is_some_and(|row| {
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

/// What a call is looked at for; the first that is not well blocks it.
pub(crate) fn findings(
    context: &Context<'_>,
    call: &ServiceCall,
    operation: &Operation,
) -> Result<[Finding; 3], ApiError> {
    let agent = resource::find(&context.state.upivia.agents, context.project, &call.agent)?;
    let full_name = operation.full_name();
    let listed = member(agent, "services").as_array().is_none_or(|services| {
        services.iter().any(|name| name == full_name.as_str() || name == operation.service)
    });
    Ok([
        Finding {
            name: "agent_active",
            ok: text(agent, "status") == "active",
            reason: "agent_not_active",
            fix: "Set the status of the agent to active.",
        },
        Finding {
            name: "service_enabled",
            ok: listed || binding(context, call, operation).is_some(),
            reason: "service_not_enabled",
            fix: "Enable the service for the agent.",
        },
        Finding {
            name: "budget",
            ok: operation.price_cents <= affordable(context, agent),
            reason: "budget_exceeded",
            fix: "Raise the budget of the agent, or the balance of the workspace.",
        },
    ])
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

/// What an agent can spend, by its own budget and by what the workspace has.
pub(crate) fn affordable(context: &Context<'_>, agent: &Value) -> i64 {
    let limit = member(agent, "monthly_budget_cents").as_i64().unwrap_or(i64::MAX);
    let spent = member(agent, "monthly_spent_cents").as_i64().unwrap_or_default();
    let balance = context.state.upivia.balances.get(context.project).copied().unwrap_or_default();
    limit.saturating_sub(spent).min(balance)
}
