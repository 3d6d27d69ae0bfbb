//! How payments and verifications stand, and what providers reported of them.

use codespar_engine::{Sensitive, Timestamp, answer, open_enum};

use crate::types::ids::ToolCallId;

open_enum! {
    /// How a payment stands.
    #[derive(Default)]
    pub enum PaymentState {
        /// Nothing final has come yet: keep waiting.
        Pending = "pending",
        /// The money is there.
        Succeeded = "succeeded",
        /// It failed for good.
        Failed = "failed",
        /// The money went back.
        Refunded = "refunded",
        /// Something changed, but it is not settled.
        Updated = "updated",
        /// The call cannot be matched with a payment, and never will be: stop asking.
        #[default]
        Unknown = "unknown",
    }
}

open_enum! {
    /// How a verification stands.
    #[derive(Default)]
    pub enum VerificationState {
        /// Nothing has come yet: keep waiting.
        Pending = "pending",
        /// The person was approved.
        Approved = "approved",
        /// The person was rejected.
        Rejected = "rejected",
        /// The inquiry ran out.
        Expired = "expired",
        /// A person decides, without a deadline.
        Review = "review",
        /// The call cannot be matched with a verification, and never will be: stop asking.
        #[default]
        Unknown = "unknown",
    }
}

answer! {
    /// How the payment behind a tool call stands.
    pub struct PaymentStatus {
        /// The id of the tool call.
        pub tool_call_id: Option<ToolCallId>,
        /// The state. `unknown` where the server does not say.
        pub payment_status: PaymentState = default,
        /// What the payment is matched by; `None` exactly when the state is `unknown`.
        pub idempotency_key: Option<String>,
        /// Whether the call itself ran: `success` or `error`. Says nothing about the money.
        pub original_status: Option<String>,
        /// The provider's events, newest first, at most 20.
        pub events: Vec<PaymentEvent> = default,
    }

    /// Something a provider reported about a payment.
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
    }

    /// How the verification behind a tool call stands.
    pub struct VerificationStatus {
        /// The id of the tool call.
        pub tool_call_id: Option<ToolCallId>,
        /// The state. `unknown` where the server does not say.
        pub verification_status: VerificationState = default,
        /// What the verification is matched by; `None` exactly when the state is `unknown`.
        pub idempotency_key: Option<String>,
        /// Whether the call itself ran: `success` or `error`.
        pub original_status: Option<String>,
        /// Where the person continues. Whoever has the link is taken for the person.
        pub hosted_url: Option<Sensitive>,
        /// The provider's events, newest first.
        pub events: Vec<VerificationEvent> = default,
    }

    /// Something a provider reported about a verification.
    pub struct VerificationEvent {
        /// What happened: `commerce.kyc.…`.
        pub event_type: Option<String>,
        /// When the report came in.
        pub received_at: Option<Timestamp>,
        /// The provider that reported the event.
        pub provider: Option<String>,
        /// The provider's inquiry.
        pub verification_id: Option<String>,
    }
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
