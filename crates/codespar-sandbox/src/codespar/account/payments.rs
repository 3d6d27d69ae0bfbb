//! Every payment under a mandate that was begun: `GET /v1/account/payments`.

use serde_json::{Value, json};

use crate::{
    codespar::account::{self, ledger::display_name},
    server::{
        paging::page,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Entry,
        clock::rfc3339,
        json::{matches, member, text},
        records::payment::{Approval, Attempt, AttemptState, Payment},
        state::State,
    },
};

const STATUSES: [&str; 7] =
    ["claimed", "dispatching", "dispatched", "settle_failed", "settled", "uncertain", "failed"];

/// `GET /v1/account/payments`, newest first. One that waits for a person is `claimed`.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    query::choice(req, "status", &STATUSES)?;
    let rows: Vec<Value> = req
        .state
        .attempts
        .iter()
        .rev()
        .filter(|made| made.project == req.project)
        .map(|made| row(req, made))
        .filter(|row| {
            ["status", "agent_id", "mandate_id"].iter().all(|it| matches(row, it, req.query(it)))
        })
        .collect();
    let (rows, next) = page(req, rows, "before", |row| text(row, "attempt_id").to_owned())?;
    Ok(Response::ok(json!({ "payments": rows, "next_before": next })))
}

fn row(req: &Request<'_>, made: &Attempt) -> Value {
    let state = &*req.state;
    let mandate = text(&made.request, "mandate_id");
    let row = state.mandates.find(&made.project, mandate).cloned().unwrap_or_default();
    let entries = state.books.list(&made.project);
    let entries: Vec<&Entry> =
        entries.filter(|entry| entry.is_of_payment(mandate, &made.id)).collect();
    let debit = entries.iter().find(|entry| entry.is("debit"));
    let at = |entry: Option<&&Entry>| entry.map(|entry| rfc3339(entry.posted_at));
    let agent = member(&row, "agent_id").as_str();
    json!({
        "attempt_id": made.id,
        "mandate_id": mandate,
        "agent_id": agent,
        "agent_display_name": agent.map(|agent| display_name(state, &made.project, agent)),
        "amount_minor": member(&made.request, "amount_minor").to_string(),
        "currency": member(&row, "currency"),
        "rail": member(&made.request, "rail"),
        "payee": member(&made.request, "payee"),
        "status": status(&made.end),
        "failure_code": failure(state, made),
        "receipt_id": debit.and_then(|entry| entry.posting.receipt.as_deref()),
        "debit_entry_id": debit.map(|entry| entry.id.to_string()),
        "executor": account::executor(req.settings),
        "created_at": at(entries.last()),
        "updated_at": at(entries.first()),
    })
}

fn status(end: &AttemptState) -> &'static str {
    if matches!(end, AttemptState::Settled(_)) {
        return "settled";
    }
    if matches!(end, AttemptState::Failed) {
        return "failed";
    }
    if matches!(end, AttemptState::Uncertain(_)) {
        return "uncertain";
    }
    if matches!(end, AttemptState::Held(_)) { "claimed" } else { "dispatching" }
}

/// Why nothing moved; not where a person has denied it or did not decide in time.
fn failure(state: &State, made: &Attempt) -> Option<&'static str> {
    let of_attempt = |row: &&Approval| {
        let is_it = |payment: &Payment| payment.attempt == made.id;
        row.project == made.project && row.money.payment().is_some_and(is_it)
    };
    let undecided = |row: &Approval| ["denied", "expired"].contains(&row.status);
    let is_denied = state.approvals.iter().find(of_attempt).is_some_and(undecided);
    let is_failed = matches!(made.end, AttemptState::Failed) && !is_denied;
    is_failed.then_some("psp_dispatch_failed")
}
