//! Payments under a mandate: their attempts, and those that wait for a person.

use jiff::Timestamp;
use serde_json::Value;

/// A payment that is to be made, or is held.
#[derive(Clone)]
pub(crate) struct Payment {
    pub(crate) mandate: String,
    pub(crate) attempt: String,
    pub(crate) amount_minor: i64,
    pub(crate) payee: String,
    pub(crate) rail: &'static str,
    /// When it was counted against the caps of its mandate.
    pub(crate) taken_at: Timestamp,
    /// What a repetition under the same id must have in common with it.
    pub(crate) request: Value,
}

/// A payment that was begun, kept under its `attempt_id`.
pub(crate) struct Attempt {
    pub(crate) project: String,
    pub(crate) id: String,
    /// The request that made it; another one under the same id is a conflict.
    pub(crate) request: Value,
    pub(crate) end: AttemptState,
}

/// How it stands.
pub(crate) enum AttemptState {
    /// Paid, and answered like this.
    Settled(Value),
    /// Waiting for a person, and answered like this.
    Held(Value),
    /// Nothing moved, and the id is used up.
    Failed,
    /// On its way: the rail has not answered yet.
    InFlight(Payment),
    /// The rail did not answer.
    Uncertain(Payment),
}

/// A payment that waits for a decision, or did.
pub(crate) struct Approval {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) payment: Payment,
    /// The agent that the mandate is given to.
    pub(crate) agent: String,
    pub(crate) session: Option<String>,
    /// The id and the name of the rule that asks for it.
    pub(crate) rule: (String, String),
    pub(crate) status: &'static str,
    pub(crate) created_at: String,
    pub(crate) expires_at: String,
    pub(crate) decided_at: Option<String>,
    pub(crate) decided_by: Option<&'static str>,
    pub(crate) executed_at: Option<String>,
    pub(crate) result: Value,
}
