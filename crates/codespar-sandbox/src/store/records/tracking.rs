//! What there is to follow about a tool call: the events of its payment or verification.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::store::clock::{Now, later, rfc3339};

/// Which of the two statuses a poll asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusKind {
    Payment,
    Verification,
}

/// What there is to follow about a tool call.
pub(crate) struct Tracking {
    pub(crate) kind: StatusKind,
    /// The correlation key that the answers call `idempotency_key`.
    pub(crate) key: String,
    /// The id of the payment or of the verification.
    pub(crate) subject: String,
    pub(crate) provider: &'static str,
    pub(crate) hosted_url: Option<String>,
    pub(crate) pending: Option<PendingEvent>,
    /// Newest first.
    pub(crate) events: Vec<ReceivedEvent>,
}

pub(crate) struct PendingEvent {
    pub(crate) due: Instant,
    pub(crate) at: Timestamp,
    pub(crate) event_type: &'static str,
}

pub(crate) struct ReceivedEvent {
    pub(crate) kind: String,
    pub(crate) received_at: Timestamp,
}

impl Tracking {
    pub(crate) fn payment(key: String, subject: &str, provider: &'static str) -> Self {
        Self::new(StatusKind::Payment, key, subject, provider)
    }

    pub(crate) fn verification(
        key: String,
        subject: &str,
        provider: &'static str,
        hosted_url: Option<String>,
    ) -> Self {
        Self { hosted_url, ..Self::new(StatusKind::Verification, key, subject, provider) }
    }

    fn new(kind: StatusKind, key: String, subject: &str, provider: &'static str) -> Self {
        let subject = subject.to_owned();
        Self { kind, key, subject, provider, hosted_url: None, pending: None, events: Vec::new() }
    }

    /// Lets the final event arrive by itself after this time, unless it is endless.
    #[must_use]
    pub(crate) fn settling(mut self, wait: Duration, now: Now) -> Self {
        self.pending = now.instant.checked_add(wait).map(|due| PendingEvent {
            due,
            at: later(now.wall, wait),
            event_type: self.kind.success_event(),
        });
        self
    }

    /// Takes in the event that has become due since the last look; says whether there was one.
    pub(crate) fn take_due(&mut self, now: Now) -> bool {
        let due = self.pending.take_if(|pending| pending.due <= now.instant);
        let arrived = due.is_some();
        if let Some(pending) = due {
            let kind = pending.event_type.to_owned();
            self.events.insert(0, ReceivedEvent { kind, received_at: pending.at });
        }
        arrived
    }

    /// Takes in an event that has just arrived. After one that ends it, nothing more comes by
    /// itself.
    pub(crate) fn receive(&mut self, event_type: &str, now: Now) {
        self.take_due(now);
        if self.kind.is_terminal(ending(event_type)) {
            self.pending = None;
        }
        self.events.insert(0, ReceivedEvent { kind: event_type.to_owned(), received_at: now.wall });
    }

    pub(crate) fn status(&self) -> &'static str {
        let has = |status: &str| self.events.iter().any(|event| ending(&event.kind) == status);
        self.kind.priority().iter().copied().find(|status| has(status)).unwrap_or("pending")
    }

    pub(crate) fn rows(&self) -> Vec<Value> {
        self.events.iter().take(20).map(|event| self.row(event)).collect()
    }

    fn row(&self, event: &ReceivedEvent) -> Value {
        let received_at = rfc3339(event.received_at);
        match self.kind {
            StatusKind::Payment => json!({
                "event_type": event.kind,
                "received_at": received_at,
                "provider": self.provider,
                "provider_action": provider_action(&event.kind),
                "payment_id": self.subject,
            }),
            StatusKind::Verification => json!({
                "event_type": event.kind,
                "received_at": received_at,
                "provider": self.provider,
                "verification_id": self.subject,
            }),
        }
    }
}

impl StatusKind {
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

    pub(crate) fn success_event(self) -> &'static str {
        match self {
            Self::Payment => "commerce.payment.succeeded",
            Self::Verification => "commerce.kyc.approved",
        }
    }

    pub(crate) fn event_prefix(self) -> &'static str {
        match self {
            Self::Payment => "commerce.payment.",
            Self::Verification => "commerce.kyc.",
        }
    }
}

/// The last word of an event type, which is the status it means.
pub(crate) fn ending(event_type: &str) -> &str {
    event_type.rsplit('.').next().unwrap_or_default()
}

/// What a provider would have called it.
pub(crate) fn provider_action(event_type: &str) -> Option<&'static str> {
    match ending(event_type) {
        "succeeded" => Some("PAYMENT_RECEIVED"),
        "refunded" => Some("PAYMENT_REFUNDED"),
        "failed" => Some("PAYMENT_REPROVED"),
        "updated" => Some("PAYMENT_UPDATED"),
        _ => None,
    }
}
