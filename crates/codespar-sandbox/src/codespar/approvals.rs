//! Payments that wait for a person: `/v1/approvals/{id}/status`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    codespar::{
        events::{self, Event},
        mandates::payment,
        session::run_tool::CLAIMED_MS,
    },
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        records::payment::{Approval, Payment},
        state::State,
        timers::Timer,
    },
};

/// How long a person has.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// What the service calls a payment above the cap of one.
const TOOL: &str = "codespar_pay";

/// What a person decides about a held payment, or what becomes of it without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Approved: the payment is made.
    Approve,
    /// Approved, and then the payment fails: nothing moves.
    ApproveAndFail,
    /// Denied: what was held is free again.
    Deny,
    /// Nobody decided in time: what was held is free again.
    Expire,
}

impl Approval {
    fn row(&self) -> Value {
        json!({
            "approval_id": self.id,
            "approval_status": self.status,
            "tool_name": TOOL,
            "created_at": self.created_at,
            "expires_at": self.expires_at,
            "decided_at": self.decided_at,
            "decided_by": self.decided_by,
            "decision_reason": null,
            "executed_at": self.executed_at,
            "execution_result": self.result,
        })
    }
}

/// `GET /v1/approvals/{id}/status`
pub(crate) fn status(req: &mut Request<'_>) -> HandlerResult {
    let mut rows = req.state.approvals.iter();
    let found = rows.find(|row| row.id == req.id() && row.project == req.project);
    let missing = || error(404, "approval_not_found", "no such approval in this project");
    Ok(Response::ok(found.ok_or_else(missing)?.row()))
}

/// Holds a payment; gives the id of the approval and when it expires.
pub(crate) fn hold(
    state: &mut State,
    project: &str,
    payment: Payment,
    now: Now,
) -> (String, String) {
    let id = state.ids.with("apv");
    let expires_at = now.rfc3339_after(PATIENCE);
    emit(state, project, "approval.pending", &id, "pending", now);
    state.approvals.push(Approval {
        id: id.clone(),
        project: project.to_owned(),
        payment,
        status: "pending",
        created_at: now.rfc3339(),
        expires_at: expires_at.clone(),
        decided_at: None,
        decided_by: None,
        executed_at: None,
        result: Value::Null,
    });
    state.timers.after(PATIENCE, now, Timer::ApprovalExpires { id: id.clone() });
    (id, expires_at)
}

/// Decides about a pending one; says whether there is such.
pub(crate) fn decide(state: &mut State, id: &str, decision: Decision, now: Now) -> bool {
    let pending = |row: &Approval| row.id == id && row.status == "pending";
    let Some(index) = state.approvals.iter().position(pending) else { return false };
    // It is taken out while the payment is made beside it.
    let mut row = state.approvals.remove(index);
    let result = match decision {
        Decision::Approve => {
            Some(payment::execute_approved(state, &row.project, &row.payment, now))
        }
        Decision::ApproveAndFail => Some(Err("psp_dispatch_failed")),
        Decision::Deny | Decision::Expire => None,
    };
    row.status = match (&result, decision) {
        (Some(Ok(_)), _) => "approved",
        (Some(Err(_)), _) => "execution_failed",
        (None, Decision::Expire) => "expired",
        (None, _) => "denied",
    };
    if !matches!(result, Some(Ok(_))) {
        payment::release(state, &row.project, &row.payment, now);
    }
    if decision != Decision::Expire {
        row.decided_at = Some(now.rfc3339());
        row.decided_by = Some("usr_sandbox");
    }
    if let Some(result) = result {
        row.executed_at = Some(now.rfc3339());
        row.result = execution_result(result);
    }
    emit(state, &row.project.clone(), "approval.decided", id, row.status, now);
    state.approvals.insert(index, row);
    true
}

/// The time of a pending one is over.
pub(crate) fn expire(state: &mut State, id: &str, now: Now) {
    decide(state, id, Decision::Expire, now);
}

fn execution_result(result: Result<Value, &'static str>) -> Value {
    let (status, data, error) = match result {
        Ok(answer) => (200, answer, None),
        Err(code) => (502, Value::Null, Some(code)),
    };
    json!({
        "ok": error.is_none(),
        "upstream_status": status,
        "data": data,
        "error": error,
        "duration_ms": CLAIMED_MS,
        "mocked": true,
    })
}

fn emit(state: &mut State, project: &str, kind: &str, id: &str, status: &str, now: Now) {
    let data = json!({ "approval_id": id, "status": status, "tool_name": TOOL });
    events::emit(state, project, Event { kind, source: "codespar", data }, now);
}
