//! How payments and verifications stand, asked once or followed
//! (`/v1/tool-calls/{id}/payment-status`, `…/verification-status`, and `…/stream` of each).

use std::sync::Arc;

use codespar_engine::{
    Call, Error, Items, RequestBuilder, Sensitive, Service, Transport, answer, decode, endpoints,
    kit::{Decoded, EventDecoder, EventStream, Last},
    open_enum,
    sse::Frame,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Session, Timestamp, ToolCallId,
    bare::{bare, type_of},
};

endpoints! {
    pub(crate) static ROUTES;
    fn payment_status(tool_call) -> PaymentStatus: "session.payment_status" GET "/v1/tool-calls/{tool_call}/payment-status";
    fn verification_status(tool_call) -> VerificationStatus: "session.verification_status" GET "/v1/tool-calls/{tool_call}/verification-status";
    fn payment_stream(tool_call) -> RequestBuilder: "session.payment_status_stream" GET "/v1/tool-calls/{tool_call}/payment-status/stream";
    fn verification_stream(tool_call) -> RequestBuilder: "session.verification_status_stream" GET "/v1/tool-calls/{tool_call}/verification-status/stream";
}

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
        /// The tool call.
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
        /// The provider.
        pub provider: Option<String>,
        /// What the provider calls it.
        pub provider_action: Option<String>,
        /// The provider's payment.
        pub payment_id: Option<String>,
    }

    /// How the verification behind a tool call stands.
    pub struct VerificationStatus {
        /// The tool call.
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
        /// The provider.
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
    fn is_over(&self) -> bool {
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
    fn is_over(&self) -> bool {
        self.is_decided() || self.verification_status == VerificationState::Unknown
    }
}

fn payments(service: &Arc<Service>, tool_call: &str) -> EventStream<StatusFrames<PaymentStatus>> {
    EventStream::new(service, payment_stream(service, tool_call), StatusFrames::of(tool_call))
}

fn verifications(
    service: &Arc<Service>,
    tool_call: &str,
) -> EventStream<StatusFrames<VerificationStatus>> {
    EventStream::new(service, verification_stream(service, tool_call), StatusFrames::of(tool_call))
}

/// Reads a status stream: a snapshot, updates, `done`. Other events are none of the caller's
/// business, as is data that is no object.
#[derive(Debug)]
struct StatusFrames<S> {
    asked: ToolCallId,
    last: Option<S>,
}

/// A state that may leave out whose it is.
trait OfCall {
    /// The same state, of this call where it does not say.
    fn of_call(self, asked: &ToolCallId) -> Self;
}

impl OfCall for PaymentStatus {
    fn of_call(mut self, asked: &ToolCallId) -> Self {
        self.tool_call_id.get_or_insert_with(|| asked.clone());
        self
    }
}

impl OfCall for VerificationStatus {
    fn of_call(mut self, asked: &ToolCallId) -> Self {
        self.tool_call_id.get_or_insert_with(|| asked.clone());
        self
    }
}

/// What an event is, by its name or, where that is not known, by its data's `type`; `None` for
/// what is passed over unread.
fn known(frame: &Frame<'_>) -> Option<&'static str> {
    let named = |name: &str| ["snapshot", "update", "done"].into_iter().find(|it| *it == name);
    named(frame.event()).or_else(|| type_of(frame.data()).and_then(|kind| named(&kind)))
}

#[derive(Deserialize)]
struct Done {
    reason: Option<String>,
}

impl<S: DeserializeOwned + OfCall + Clone + Send + Sync + 'static> EventDecoder
    for StatusFrames<S>
{
    type Item = S;

    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<S>, Error> {
        let name = match known(frame) {
            None => return Ok(Decoded::Skip),
            Some("done") => return self.done(frame.data()),
            Some(name) => name,
        };
        let wrong = |error: Error| Error::stream(format!("event {name}: {}", error.message()));
        let data = codespar_engine::Json::from_slice(frame.data()).map_err(wrong)?;
        if !data.is_object() {
            return Ok(Decoded::Skip);
        }
        let state = bare::<S>(data.as_str().as_bytes()).map_err(wrong)?.of_call(&self.asked);
        self.last = Some(state.clone());
        Ok(Decoded::Item(state))
    }

    fn knows(&self, frame: &Frame<'_>) -> bool {
        known(frame).is_some()
    }

    fn annotate(&self, error: Error) -> Error {
        match &self.last {
            Some(last) => error.with_last(last.clone()),
            None => error,
        }
    }
}

impl<S> StatusFrames<S> {
    fn of(tool_call: &str) -> Self {
        Self { asked: tool_call.into(), last: None }
    }

    /// The server ends the stream: for good, or only this connection.
    fn done(&self, data: &[u8]) -> Result<Decoded<S>, Error> {
        let done: Option<Done> = decode(data).ok();
        let reason = done.and_then(|done| done.reason);
        if reason.as_deref().is_some_and(|reason| reason != "terminal") {
            return Ok(Decoded::Reopen);
        }
        match &self.last {
            Some(_) => Ok(Decoded::Done),
            None => Err(Error::stream("the stream ended before its snapshot")),
        }
    }
}

impl<T: Transport> Session<T> {
    /// How the payment behind a tool call stands
    /// (`GET /v1/tool-calls/{id}/payment-status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// println!("{}", session.payment_status("tc_90817").send()?.payment_status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `tool_call`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    pub fn payment_status(&self, tool_call: impl AsRef<str>) -> Call<T, PaymentStatus> {
        let asked = ToolCallId::from(tool_call.as_ref());
        self.call(payment_status(self.service(), asked.as_str()))
            .map(move |status| status.of_call(&asked))
    }

    /// How the verification behind a tool call stands
    /// (`GET /v1/tool-calls/{id}/verification-status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// println!("{}", session.verification_status("tc_90817").send()?.verification_status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `tool_call`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    pub fn verification_status(&self, tool_call: impl AsRef<str>) -> Call<T, VerificationStatus> {
        let asked = ToolCallId::from(tool_call.as_ref());
        self.call(verification_status(self.service(), asked.as_str()))
            .map(move |status| status.of_call(&asked))
    }

    /// Follows a payment (`GET /v1/tool-calls/{id}/payment-status/stream`): its state now, and at
    /// every change.
    ///
    /// The server ends the stream when the payment is settled, or after half an hour. With
    /// `reconnect`, a stream that ends or breaks before that is opened again.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// for status in session.payment_status_stream("tc_90817", true) {
    ///     println!("{}", status?.payment_status);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As items; the error holds the last state (`error.last::<PaymentStatus>()`).
    pub fn payment_status_stream(
        &self,
        tool_call: impl AsRef<str>,
        reconnect: bool,
    ) -> Items<T, PaymentStatus> {
        self.items(self.payments(tool_call.as_ref()).reconnecting(reconnect))
    }

    /// Follows a verification (`GET /v1/tool-calls/{id}/verification-status/stream`): its state
    /// now, and at every change.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// for status in session.verification_status_stream("tc_90817", true) {
    ///     println!("{}", status?.verification_status);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As items; the error holds the last state (`error.last::<VerificationStatus>()`).
    pub fn verification_status_stream(
        &self,
        tool_call: impl AsRef<str>,
        reconnect: bool,
    ) -> Items<T, VerificationStatus> {
        self.items(self.verifications(tool_call.as_ref()).reconnecting(reconnect))
    }

    /// Waits until a payment is settled, and gives its last state: succeeded, failed, refunded,
    /// or unknown, which will never resolve.
    ///
    /// A stream that ends or breaks before that is opened again. The call's `timeout` limits the
    /// whole wait; without one it lasts until the payment is settled.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// use std::time::Duration;
    ///
    /// let status = session.settled(&"tc_90817".into()).timeout(Duration::from_secs(600)).send()?;
    /// println!("{}", status.payment_status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`payment_status_stream`](Self::payment_status_stream), also when the server refuses to
    /// open the stream again; `Timeout`, with what was seen last in `error.last::<PaymentStatus>()`.
    pub fn settled(&self, tool_call: &ToolCallId) -> Call<T, PaymentStatus> {
        let stream = self.payments(tool_call.as_ref()).reconnecting(true);
        self.call(Last::new("session.settled", stream, PaymentStatus::is_over))
    }

    /// Waits until a verification is decided, and gives its last state: approved, rejected,
    /// expired, or unknown, which will never resolve. A review by a person has no deadline.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// use std::time::Duration;
    ///
    /// let status = session.decided(&"tc_90817".into()).timeout(Duration::from_secs(600)).send()?;
    /// println!("{}", status.verification_status);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`verification_status_stream`](Self::verification_status_stream).
    pub fn decided(&self, tool_call: &ToolCallId) -> Call<T, VerificationStatus> {
        let stream = self.verifications(tool_call.as_ref()).reconnecting(true);
        self.call(Last::new("session.decided", stream, VerificationStatus::is_over))
    }

    fn payments(&self, tool_call: &str) -> EventStream<StatusFrames<PaymentStatus>> {
        payments(self.service(), tool_call)
    }

    fn verifications(&self, tool_call: &str) -> EventStream<StatusFrames<VerificationStatus>> {
        verifications(self.service(), tool_call)
    }
}
