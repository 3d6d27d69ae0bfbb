//! How payments and verifications stand, and what providers reported of them.

use codespar_engine::{Answer, Extra, Sensitive, Timestamp, WireEnum};

use crate::types::ids::ToolCallId;

/// How a payment stands.
#[derive(Default, Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PaymentState {
    /// Nothing final has come yet: keep waiting.
    Pending,
    /// The money is there.
    Succeeded,
    /// It failed for good.
    Failed,
    /// The money went back.
    Refunded,
    /// Something changed, but it is not settled.
    Updated,
    /// The call cannot be matched with a payment, and never will be: stop asking.
    #[default]
    Unknown,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a verification stands.
#[derive(Default, Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum VerificationState {
    /// Nothing has come yet: keep waiting.
    Pending,
    /// The person was approved.
    Approved,
    /// The person was rejected.
    Rejected,
    /// The inquiry ran out.
    Expired,
    /// A person decides, without a deadline.
    Review,
    /// The call cannot be matched with a verification, and never will be: stop asking.
    #[default]
    Unknown,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How the payment behind a tool call stands.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentStatus {
    /// The id of the tool call.
    pub tool_call_id: Option<ToolCallId>,
    /// The state. `unknown` where the server does not say.
    #[wire(default)]
    pub payment_status: PaymentState,
    /// What the payment is matched by; `None` exactly when the state is `unknown`.
    pub idempotency_key: Option<String>,
    /// Whether the call itself ran: `success` or `error`. Says nothing about the money.
    pub original_status: Option<String>,
    /// The provider's events, newest first, at most 20.
    #[wire(default)]
    pub events: Vec<PaymentEvent>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something a provider reported about a payment.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PaymentEvent {
    /// What happened: `commerce.payment.…`.
    pub event_type: Option<String>,
    /// When the report came in.
    pub received_at: Option<Timestamp>,
    /// The provider that reported the event.
    pub provider: Option<String>,
    /// What the provider calls it.
    pub provider_action: Option<String>,
    /// The provider's payment.
    pub payment_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the verification behind a tool call stands.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct VerificationStatus {
    /// The id of the tool call.
    pub tool_call_id: Option<ToolCallId>,
    /// The state. `unknown` where the server does not say.
    #[wire(default)]
    pub verification_status: VerificationState,
    /// What the verification is matched by; `None` exactly when the state is `unknown`.
    pub idempotency_key: Option<String>,
    /// Whether the call itself ran: `success` or `error`.
    pub original_status: Option<String>,
    /// Where the person continues. Whoever has the link is taken for the person.
    pub hosted_url: Option<Sensitive>,
    /// The provider's events, newest first.
    #[wire(default)]
    pub events: Vec<VerificationEvent>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something a provider reported about a verification.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct VerificationEvent {
    /// What happened: `commerce.kyc.…`.
    pub event_type: Option<String>,
    /// When the report came in.
    pub received_at: Option<Timestamp>,
    /// The provider that reported the event.
    pub provider: Option<String>,
    /// The provider's inquiry.
    pub verification_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PaymentStatus {
    /// Whether the state is final: succeeded, failed or refunded. A payment that succeeded may
    /// still be refunded later.
    pub fn is_settled(&self) -> bool {
        use PaymentState::{Failed, Refunded, Succeeded};
        matches!(self.payment_status, Succeeded | Failed | Refunded)
    }

    /// Whether there is nothing left to wait for.
    pub(super) fn is_over(&self) -> bool {
        self.is_settled() || self.payment_status == PaymentState::Unknown
    }
}

impl VerificationStatus {
    /// Whether the state is final: approved, rejected or expired.
    pub fn is_decided(&self) -> bool {
        use VerificationState::{Approved, Expired, Rejected};
        matches!(self.verification_status, Approved | Rejected | Expired)
    }

    /// Whether there is nothing left to wait for.
    pub(super) fn is_over(&self) -> bool {
        self.is_decided() || self.verification_status == VerificationState::Unknown
    }
}
