//! What tool calls wait for: the events that arrive for them, and what they mean for others.

use serde_json::{Value, json};

use crate::{
    codespar::{
        charges::lifecycle::{self, ChargeEvent},
        events::{self, Event},
        tool_calls,
    },
    server::errors::ApiError,
    store::{
        clock::Now,
        json::{member, set},
        records::{
            tool_call::ToolCallRecord,
            tracking::{StatusKind, Tracking},
        },
        state::State,
        timers::Timer,
    },
};

/// The answer of a poll, which is also what each frame of a stream carries.
pub(crate) fn status_body(
    state: &mut State,
    project: &str,
    number: u64,
    kind: StatusKind,
) -> Result<Value, ApiError> {
    let row = tool_calls::find_mut(state, project, number)?;
    let original = row.status;
    let id = row.id();
    let mut answer = match tracking(row, kind) {
        Some(tracking) => json!({
            "tool_call_id": id,
            kind.member(): tracking.status(),
            "idempotency_key": tracking.key,
            "original_status": original,
            "events": tracking.rows(),
            "hosted_url": tracking.hosted_url,
        }),
        None => json!({
            "tool_call_id": id,
            kind.member(): "unknown",
            "idempotency_key": null,
            "original_status": original,
            "events": [],
            "hosted_url": null,
        }),
    };
    if let (StatusKind::Payment, Some(members)) = (kind, answer.as_object_mut()) {
        members.remove("hosted_url");
    }
    Ok(answer)
}

/// Lets the event arrive that a tool call waits for, once its time has come.
pub(crate) fn complete(state: &mut State, number: u64, now: Now) {
    let Some(row) = state.tool_calls.iter_mut().find(|row| row.number == number) else { return };
    let Some(tracking) = row.tracking.as_mut() else { return };
    let event_type = tracking.kind.success_event();
    if tracking.take_due(now) {
        publish(state, number, event_type, now);
    }
}

/// When the event comes by itself that a tool call waits for.
pub(crate) fn schedule(state: &mut State, row: &ToolCallRecord, now: Now) {
    let pending = row.tracking.as_ref().and_then(|tracking| tracking.pending.as_ref());
    if let Some(pending) = pending {
        let wait = pending.due.saturating_duration_since(now.instant);
        state.timers.after(wait, now, Timer::ToolCallEnds { number: row.number });
    }
}

/// Lets an event arrive for whatever tool calls follow this payment.
pub(crate) fn post_to_subject(state: &mut State, subject: &str, event_type: &str, now: Now) {
    let rows: Vec<u64> = state
        .tool_calls
        .iter()
        .filter(|row| row.tracking.as_ref().is_some_and(|tracking| tracking.subject == subject))
        .map(|row| row.number)
        .collect();
    for number in rows {
        receive(state, number, event_type, now);
    }
}

/// The same of an event that endpoints have been told of already.
pub(crate) fn note_to_subject(state: &mut State, subject: &str, event_type: &str, now: Now) {
    for tracking in state.tool_calls.iter_mut().filter_map(|row| row.tracking.as_mut()) {
        if tracking.subject == subject {
            tracking.receive(event_type, now);
        }
    }
}

/// Lets an event arrive; says whether the call follows events of this kind.
pub(crate) fn post(state: &mut State, id: &str, event_type: &str, now: Now) -> bool {
    tool_calls::parse_id(id).is_ok_and(|number| receive(state, number, event_type, now))
}

fn receive(state: &mut State, number: u64, event_type: &str, now: Now) -> bool {
    let row = state.tool_calls.iter_mut().find(|row| row.number == number);
    let Some(tracking) = row.and_then(|row| row.tracking.as_mut()) else { return false };
    if !event_type.starts_with(tracking.kind.event_prefix()) {
        return false;
    }
    tracking.receive(event_type, now);
    publish(state, number, event_type, now);
    true
}

/// Tells the endpoints of the project what has arrived, and pays the charge that it is about.
fn publish(state: &mut State, number: u64, event_type: &str, now: Now) {
    let Some(row) = state.tool_calls.iter().find(|row| row.number == number) else { return };
    let Some(tracking) = &row.tracking else { return };
    let project = row.project.clone();
    let subject = tracking.subject.clone();
    let named = match tracking.kind {
        StatusKind::Payment => "payment_id",
        StatusKind::Verification => "verification_id",
    };
    let mut data = json!({ named: subject, "tool_call_id": row.id() });
    let source = tracking.provider;
    if let Some((amount, currency, rail)) = sum_of(state, &project, &subject) {
        set(&mut data, "amount_minor", amount);
        set(&mut data, "currency", currency);
        set(&mut data, "rail", rail);
    }
    let event = Event { kind: event_type, source, data };
    events::emit(state, &project, event, now);
    if event_type == StatusKind::Payment.success_event() {
        // The tool call was told of the payment of its charge.
        lifecycle::apply(state, &project, &subject, ChargeEvent::Paid, now);
    }
}

/// How much a charge or a payment that a tool has begun is about, in which currency, and by which
/// rail; none of what is not kept.
fn sum_of(state: &State, project: &str, subject: &str) -> Option<(Value, Value, Value)> {
    let of = |row: &Value, amount: &str| {
        let [amount, currency, method] =
            [amount, "currency", "method"].map(|it| member(row, it).clone());
        (amount, currency, method)
    };
    let charge = state.charges.find(project, subject).map(|row| of(row, "amount_minor"));
    charge.or_else(|| state.payments.find(project, subject).map(|row| of(row, "amount")))
}

fn tracking(row: &mut ToolCallRecord, kind: StatusKind) -> Option<&mut Tracking> {
    row.tracking.as_mut().filter(|tracking| tracking.kind == kind)
}
