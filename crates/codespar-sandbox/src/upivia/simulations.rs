//! What would become of a service request, which is not made.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{upivia::ServiceCall, verdict::Verdict},
    upivia::service_requests::policy::{self, Finding},
};

/// `POST /simulations/policy-check`: by the same policy as a request that is made.
pub(crate) fn policy_check(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let call = ServiceCall {
        agent: body.text("agent_id")?.to_owned(),
        operation: format!("{}.{}", body.text("service")?, body.text("operation")?),
        payload: body.maybe_object("payload")?.unwrap_or_default().value(),
        metadata: Value::Null,
        key: None,
        needs_approval: false,
    };
    let context = req.context();
    let operation = policy::operation_of(&call)?;
    let (verdict, reason) = policy::decide(&context, &call, operation)?;
    let mut checks: Vec<Value> =
        policy::findings(&context, &call, operation)?.iter().map(told).collect();
    let by_policy = verdict == Verdict::Blocked && reason == "policy_block";
    checks.push(told(&Finding {
        name: "policy",
        ok: !by_policy,
        reason: "policy_block",
        fix: "Ask an administrator to change the policy.",
    }));
    let reason = Some(reason).filter(|_| verdict == Verdict::Blocked);
    Ok(Response::ok(json!({
        "decision": verdict.as_str(),
        "reason_code": reason,
        "estimated_cost_cents": operation.price_cents,
        "checks": checks,
    })))
}

fn told(finding: &Finding) -> Value {
    let (detail, fix) = match finding.ok {
        true => ("passed", None),
        false => (finding.reason, Some(finding.fix)),
    };
    json!({ "name": finding.name, "ok": finding.ok, "detail": detail, "fix": fix })
}
