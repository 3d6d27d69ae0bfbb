//! Payment and verification status of a tool call.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    codespar::{
        charges,
        events::{self, Event},
        session::status_stream::Follow,
        timers::What,
        tool_calls::{self, ToolCall},
    },
    server::{
        errors::ApiError,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        clock::{Now, later, text},
        state::State,
    },
};

/// Which of the two statuses a poll asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Payment,
    Verification,
}

/// What there is to follow about a tool call.
pub(crate) struct Tracking {
    pub(crate) kind: Kind,
    /// The correlation key that the answers call `idempotency_key`.
    key: String,
    /// The id of the payment or of the verification.
    subject: String,
    provider: &'static str,
    hosted_url: Option<String>,
    settles: Option<Settles>,
    /// Newest first.
    events: Vec<Arrival>,
}

struct Settles {
    due: Instant,
    at: Timestamp,
    event_type: &'static str,
}

struct Arrival {
    kind: String,
    received_at: Timestamp,
}

impl Tracking {
    pub(crate) fn payment(key: String, subject: &str, provider: &'static str) -> Self {
        Self::new(Kind::Payment, key, subject, provider)
    }

    pub(crate) fn verification(
        key: String,
        subject: &str,
        provider: &'static str,
        hosted_url: Option<String>,
    ) -> Self {
        Self { hosted_url, ..Self::new(Kind::Verification, key, subject, provider) }
    }

    fn new(kind: Kind, key: String, subject: &str, provider: &'static str) -> Self {
        let subject = subject.to_owned();
        Self { kind, key, subject, provider, hosted_url: None, settles: None, events: Vec::new() }
    }

    /// Lets the final event arrive by itself after this time, unless it is endless.
    #[must_use]
    pub(crate) fn settling(mut self, wait: Duration, now: Now) -> Self {
        self.settles = now.instant.checked_add(wait).map(|due| Settles {
            due,
            at: later(now.wall, wait),
            event_type: self.kind.happy_end(),
        });
        self
    }

    /// Takes in the event that has become due since the last look; says whether there was one.
    fn catch_up(&mut self, now: Now) -> bool {
        let due = self.settles.take_if(|settles| settles.due <= now.instant);
        let arrived = due.is_some();
        if let Some(settles) = due {
            let kind = settles.event_type.to_owned();
            self.events.insert(0, Arrival { kind, received_at: settles.at });
        }
        arrived
    }

    /// Takes in an event that has just arrived. After one that ends it, nothing more comes by itself.
    fn take(&mut self, event_type: &str, now: Now) {
        self.catch_up(now);
        if self.kind.is_terminal(ending(event_type)) {
            self.settles = None;
        }
        self.events.insert(0, Arrival { kind: event_type.to_owned(), received_at: now.wall });
    }

    fn status(&self) -> &'static str {
        let has = |status: &str| self.events.iter().any(|event| ending(&event.kind) == status);
        self.kind.priority().iter().copied().find(|status| has(status)).unwrap_or("pending")
    }

    fn rows(&self) -> Vec<Value> {
        self.events.iter().take(20).map(|event| self.row(event)).collect()
    }

    fn row(&self, event: &Arrival) -> Value {
        let received_at = text(event.received_at);
        match self.kind {
            Kind::Payment => json!({
                "event_type": event.kind,
                "received_at": received_at,
                "provider": self.provider,
                "provider_action": provider_action(&event.kind),
                "payment_id": self.subject,
            }),
            Kind::Verification => json!({
                "event_type": event.kind,
                "received_at": received_at,
                "provider": self.provider,
                "verification_id": self.subject,
            }),
        }
    }
}

impl Kind {
    /// The member that holds the status.
    pub(crate) fn member(self) -> &'static str {
        match self {
            Self::Payment => "payment_status",
            Self::Verification => "verification_status",
        }
    }

    pub(crate) fn is_terminal(self, status: &str) -> bool {
        match self {
            Self::Payment => ["succeeded", "failed", "refunded"].contains(&status),
            Self::Verification => ["approved", "rejected", "expired"].contains(&status),
        }
    }

    /// Of several events the first in this order decides, whatever their times.
    fn priority(self) -> &'static [&'static str] {
        match self {
            Self::Payment => &["refunded", "failed", "succeeded", "updated", "pending"],
            Self::Verification => &["approved", "rejected", "review", "expired", "pending"],
        }
    }

    fn happy_end(self) -> &'static str {
        match self {
            Self::Payment => "commerce.payment.succeeded",
            Self::Verification => "commerce.kyc.approved",
        }
    }

    fn event_prefix(self) -> &'static str {
        match self {
            Self::Payment => "commerce.payment.",
            Self::Verification => "commerce.kyc.",
        }
    }
}

/// `GET /v1/tool-calls/{id}/payment-status`
pub(crate) fn payment(call: &mut Call<'_>) -> Outcome {
    poll(call, Kind::Payment)
}

/// `GET /v1/tool-calls/{id}/verification-status`
pub(crate) fn verification(call: &mut Call<'_>) -> Outcome {
    poll(call, Kind::Verification)
}

/// `GET /v1/tool-calls/{id}/payment-status/stream`
pub(crate) fn payment_stream(call: &mut Call<'_>) -> Outcome {
    stream(call, Kind::Payment)
}

/// `GET /v1/tool-calls/{id}/verification-status/stream`
pub(crate) fn verification_stream(call: &mut Call<'_>) -> Outcome {
    stream(call, Kind::Verification)
}

fn poll(call: &mut Call<'_>, kind: Kind) -> Outcome {
    let number = tool_calls::parse_id(call.id())?;
    Ok(Answer::ok(envelope(call.state, call.project, number, kind)?))
}

fn stream(call: &mut Call<'_>, kind: Kind) -> Outcome {
    let number = tool_calls::parse_id(call.id())?;
    // A call that does not exist is a plain 404, before any frame.
    tool_calls::find_mut(call.state, call.project, number)?;
    Ok(Answer::follow(Follow { kind, number, project: call.project.to_owned() }))
}

/// The answer of a poll, which is also what each frame of a stream carries.
pub(crate) fn envelope(
    state: &mut State,
    project: &str,
    number: u64,
    kind: Kind,
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
    if let (Kind::Payment, Some(members)) = (kind, answer.as_object_mut()) {
        members.remove("hosted_url");
    }
    Ok(answer)
}

/// Lets the event arrive that a tool call waits for, once its time has come.
pub(crate) fn end(state: &mut State, number: u64, now: Now) {
    let Some(row) = state.tool_calls.iter_mut().find(|row| row.number == number) else { return };
    let Some(tracking) = row.tracking.as_mut() else { return };
    let event_type = tracking.kind.happy_end();
    if tracking.catch_up(now) {
        arrived(state, number, event_type, now);
    }
}

/// Nothing will arrive by itself any more for the tool calls that follow this payment.
pub(crate) fn never(state: &mut State, subject: &str) {
    for tracking in state.tool_calls.iter_mut().filter_map(|row| row.tracking.as_mut()) {
        if tracking.subject == subject {
            tracking.settles = None;
        }
    }
}

/// When the event comes by itself that a tool call waits for.
pub(crate) fn schedule(state: &mut State, row: &ToolCall, now: Now) {
    let settles = row.tracking.as_ref().and_then(|tracking| tracking.settles.as_ref());
    if let Some(settles) = settles {
        let wait = settles.due.saturating_duration_since(now.instant);
        state.agenda.after(wait, now, What::ToolCallEnds { number: row.number });
    }
}

/// Lets an event arrive for whatever tool calls follow this payment.
pub(crate) fn post_to_subject(state: &mut State, subject: &str, event_type: &str, now: Now) {
    let follow = |row: &&mut ToolCall| {
        row.tracking.as_ref().is_some_and(|tracking| tracking.subject == subject)
    };
    let rows: Vec<u64> = state.tool_calls.iter_mut().filter(follow).map(|row| row.number).collect();
    for number in rows {
        take(state, number, event_type, now);
    }
}

/// Lets an event arrive; says whether the call follows events of this kind.
pub(crate) fn post(state: &mut State, id: &str, event_type: &str, now: Now) -> bool {
    tool_calls::parse_id(id).is_ok_and(|number| take(state, number, event_type, now))
}

fn take(state: &mut State, number: u64, event_type: &str, now: Now) -> bool {
    let row = state.tool_calls.iter_mut().find(|row| row.number == number);
    let Some(tracking) = row.and_then(|row| row.tracking.as_mut()) else { return false };
    if !event_type.starts_with(tracking.kind.event_prefix()) {
        return false;
    }
    tracking.take(event_type, now);
    arrived(state, number, event_type, now);
    true
}

/// Tells the endpoints of the project what has arrived, and pays the charge that it is about.
fn arrived(state: &mut State, number: u64, event_type: &str, now: Now) {
    let Some(row) = state.tool_calls.iter().find(|row| row.number == number) else { return };
    let Some(tracking) = &row.tracking else { return };
    let project = row.project.clone();
    let subject = tracking.subject.clone();
    let member = match tracking.kind {
        Kind::Payment => "payment_id",
        Kind::Verification => "verification_id",
    };
    let data = json!({ member: subject, "tool_call_id": row.id() });
    let event = Event { kind: event_type, source: tracking.provider, data };
    events::emit(state, &project, event, now);
    if event_type == Kind::Payment.happy_end() {
        charges::was_paid(state, &project, &subject, now);
    }
}

fn tracking(row: &mut ToolCall, kind: Kind) -> Option<&mut Tracking> {
    row.tracking.as_mut().filter(|tracking| tracking.kind == kind)
}

/// The last word of an event type, which is the status it means.
fn ending(event_type: &str) -> &str {
    event_type.rsplit('.').next().unwrap_or_default()
}

/// What a provider would have called it.
fn provider_action(event_type: &str) -> Option<&'static str> {
    match ending(event_type) {
        "succeeded" => Some("PAYMENT_RECEIVED"),
        "refunded" => Some("PAYMENT_REFUNDED"),
        "failed" => Some("PAYMENT_REPROVED"),
        "updated" => Some("PAYMENT_UPDATED"),
        _ => None,
    }
}
