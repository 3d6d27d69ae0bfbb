//! Payments and transfers that wait for a person: `/v1/approvals`.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    codespar::{
        account::ORGANIZATION,
        events::{self, Event},
        mandates::payment,
        policies::judge,
        session::run_tool::CLAIMED_MS,
        wallets::withdrawal,
    },
    server::{
        errors::{error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::set,
        records::payment::{Approval, HeldMoney},
        state::State,
        timers::Timer,
    },
};

/// How long a person has.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// What the service calls a payment.
pub(crate) const TOOL: &str = "codespar_pay";

/// Who decides here.
const PERSON: &str = "usr_sandbox";

const STATUSES: [&str; 5] = ["pending", "approved", "denied", "expired", "execution_failed"];

/// What is to be held, and for whom.
pub(crate) struct Held<'a> {
    pub(crate) project: &'a str,
    pub(crate) money: HeldMoney,
    /// What policies call it.
    pub(crate) tool: &'static str,
    pub(crate) agent: &'a str,
    pub(crate) session: Option<&'a str>,
    pub(crate) rule: &'a judge::Rule,
}

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
    /// The approval as it is listed, without what the tool was given: no key sees that.
    fn row(&self) -> Value {
        json!({
            "id": self.id,
            "org_id": ORGANIZATION,
            "project_id": self.project,
            "session_id": self.session,
            "agent_id": self.agent,
            "origin": { "kind": "agent" },
            "matched_rule_id": self.rule.0,
            "matched_rule_name": self.rule.1,
            "tool_name": self.tool,
            "status": self.status,
            "created_at": self.created_at,
            "expires_at": self.expires_at,
            "decided_at": self.decided_at,
            "decided_by": self.decided_by,
            "decision_reason": null,
            "executed_at": self.executed_at,
            "execution_result": self.result,
        })
    }

    /// How it stands.
    fn standing(&self) -> Value {
        json!({
            "approval_id": self.id,
            "approval_status": self.status,
            "tool_name": self.tool,
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

/// `GET /v1/approvals`: those that wait, unless statuses are named; newest first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let wanted: Vec<&str> =
        req.query("status").unwrap_or("pending").split(',').map(str::trim).collect();
    if wanted.iter().any(|status| !STATUSES.contains(status)) {
        return Err(error(400, "invalid_query", "not a status of approvals").into());
    }
    let limit = match req.query("limit").map(str::parse::<usize>) {
        None => usize::MAX,
        Some(Ok(limit)) if limit > 0 => limit,
        Some(_) => return Err(error(400, "invalid_query", "limit is out of range").into()),
    };
    let rows = req.state.approvals.iter().rev().filter(|row| row.project == req.project);
    let rows = rows.filter(|row| wanted.contains(&row.status)).take(limit);
    Ok(Response::ok(rows.map(Approval::row).collect()))
}

/// `GET /v1/approvals/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req).ok_or_else(not_found)?.row()))
}

/// `GET /v1/approvals/{id}/status`
pub(crate) fn status(req: &mut Request<'_>) -> HandlerResult {
    let missing = || error(404, "approval_not_found", "no such approval in this project");
    Ok(Response::ok(find(req).ok_or_else(missing)?.standing()))
}

/// `GET /v1/approvals/health`: nothing expires too late here.
pub(crate) fn health(req: &mut Request<'_>) -> HandlerResult {
    let pending = |row: &&Approval| row.project == req.project && row.status == "pending";
    let pending: Vec<&Approval> = req.state.approvals.iter().filter(pending).collect();
    let oldest = pending.first().and_then(|row| row.created_at.parse::<Timestamp>().ok());
    let age = oldest.map(|at| req.now.wall.duration_since(at).as_secs().max(0));
    Ok(Response::ok(json!({
        "status": "ok",
        "status_reason": null,
        "pending_count": pending.len(),
        "oldest_pending_age_seconds": age,
        "last_sweep_at": req.now.rfc3339(),
    })))
}

/// `POST /v1/approvals/{id}/decide`: people decide, and a key is nobody. A test calls
/// [`Sandbox::decide`](crate::Sandbox::decide).
pub(crate) fn decide_by_key(_: &mut Request<'_>) -> HandlerResult {
    Err(error(403, "bearer_token_cannot_decide", "a person has to decide").into())
}

fn find<'a>(req: &'a Request<'_>) -> Option<&'a Approval> {
    req.state.approvals.iter().find(|row| row.id == req.id() && row.project == req.project)
}

/// Holds a payment; gives the id of the approval and when it expires.
pub(crate) fn hold(state: &mut State, held: Held<'_>, now: Now) -> (String, String) {
    let id = state.ids.with("apv");
    let expires_at = now.rfc3339_after(PATIENCE);
    let approval = Approval {
        id: id.clone(),
        project: held.project.to_owned(),
        money: held.money,
        tool: held.tool,
        agent: held.agent.to_owned(),
        session: held.session.map(str::to_owned),
        rule: (held.rule.id.clone(), held.rule.name.clone()),
        status: "pending",
        created_at: now.rfc3339(),
        expires_at: expires_at.clone(),
        decided_at: None,
        decided_by: None,
        executed_at: None,
        result: Value::Null,
    };
    note(state, &approval, ("approval.pending", None), now);
    state.approvals.push(approval);
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
        Decision::Approve => Some(make(state, &row, now)),
        Decision::ApproveAndFail => {
            release(state, &row, true, now);
            Some(Err("psp_dispatch_failed"))
        }
        Decision::Deny | Decision::Expire => {
            release(state, &row, false, now);
            None
        }
    };
    row.status = match (&result, decision) {
        (Some(Ok(_)), _) => "approved",
        (Some(Err(_)), _) => "execution_failed",
        (None, Decision::Expire) => "expired",
        (None, _) => "denied",
    };
    let person = (decision != Decision::Expire).then_some(PERSON);
    if let Some(person) = person {
        row.decided_at = Some(now.rfc3339());
        row.decided_by = Some(person);
        judge::decided(state, &row.project, id, person, now);
    }
    if let Some(result) = result {
        row.executed_at = Some(now.rfc3339());
        row.result = execution_result(result);
    }
    note(state, &row, ("approval.decided", person), now);
    state.approvals.insert(index, row);
    true
}

/// Makes what was held.
fn make(state: &mut State, row: &Approval, now: Now) -> Result<Value, &'static str> {
    match &row.money {
        HeldMoney::Payment(payment) => payment::execute_approved(state, &row.project, payment, now),
        HeldMoney::Withdrawal(held) => withdrawal::make_held(state, &row.project, held, now),
    }
}

/// Lets what was held go free again: the rail has failed to make it, or it never got there.
fn release(state: &mut State, row: &Approval, was_sent: bool, now: Now) {
    match &row.money {
        HeldMoney::Payment(payment) if was_sent => {
            payment::fail(state, &row.project, payment, now);
        }
        HeldMoney::Payment(payment) => payment::withdraw(state, &row.project, payment, now),
        HeldMoney::Withdrawal(held) => withdrawal::release(state, &row.project, held, now),
    }
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

/// Tells webhook endpoints and the audit trail.
fn note(
    state: &mut State,
    row: &Approval,
    (kind, person): (&'static str, Option<&'static str>),
    now: Now,
) {
    let mut data = json!({ "approval_id": row.id, "status": row.status, "tool_name": row.tool });
    state.audit.add(Some(&row.project), person, kind, data.clone(), now);
    set(&mut data, "agent_id", row.agent.as_str());
    events::emit(state, &row.project, Event { kind, source: "codespar", data }, now);
}
