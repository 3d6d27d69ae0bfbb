//! Payments under a mandate, their attempts, and transfers out of wallets; and which of them wait
//! for a person.

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

/// A transfer out of a wallet that is to be made, or is held.
#[derive(Clone)]
pub(crate) struct Withdrawal {
    pub(crate) id: String,
    pub(crate) wallet: String,
    pub(crate) currency: String,
    pub(crate) to: String,
    pub(crate) minor: i64,
    /// The mandate that lets it happen, where it needs one.
    pub(crate) mandate: Option<String>,
    pub(crate) agent: Option<String>,
    /// When it was counted against the caps of its mandate.
    pub(crate) taken_at: Timestamp,
    /// Set where it leaves only once a person has approved it.
    pub(crate) needs_approval: bool,
    /// The entry that holds the amount, where one does.
    pub(crate) hold: Option<u64>,
    /// The key that it was asked for under, of this scope.
    pub(crate) key: Option<(String, String)>,
}

/// What waits for a decision.
#[derive(Clone)]
pub(crate) enum HeldMoney {
    Payment(Payment),
    Withdrawal(Withdrawal),
}

impl HeldMoney {
    /// The payment, where it is one.
    pub(crate) fn payment(&self) -> Option<&Payment> {
        match self {
            Self::Payment(payment) => Some(payment),
            Self::Withdrawal(_) => None,
        }
    }
}

/// A payment or a transfer that waits for a decision, or did.
pub(crate) struct Approval {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) money: HeldMoney,
    /// What policies call it.
    pub(crate) tool: &'static str,
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
