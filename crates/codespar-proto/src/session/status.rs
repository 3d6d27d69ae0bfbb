//! How payments and verifications stand, asked once or followed
//! (`/v1/tool-calls/{id}/payment-status`, `…/verification-status`, and `…/stream` of each).

mod decoder;
pub(crate) mod state;

use std::sync::Arc;

use codespar_engine::{
    Call, Items,
    driver::{BoxFlow, Flow, Transport},
    endpoints,
    kit::{EventStream, Last, RequestBuilder, Service},
};

pub use self::state::{
    PaymentEvent, PaymentState, PaymentStatus, VerificationEvent, VerificationState,
    VerificationStatus,
};
use crate::{
    session::{
        Session,
        status::decoder::{StatusDecoder, WithToolCall},
    },
    types::ids::ToolCallId,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how the payment behind a tool call stands.
    fn payment_status(tool_call_id) -> PaymentStatus:
        "session.payment_status" GET "/v1/tool-calls/{tool_call_id}/payment-status",
        scope "sessions:read",
        part of payment_status;
    /// Says how the verification behind a tool call stands.
    fn verification_status(tool_call_id) -> VerificationStatus:
        "session.verification_status" GET "/v1/tool-calls/{tool_call_id}/verification-status",
        scope "sessions:read",
        part of verification_status;
    /// Follows a payment.
    fn payment_stream(tool_call_id) -> RequestBuilder:
        "session.payment_status_stream" GET "/v1/tool-calls/{tool_call_id}/payment-status/stream",
        scope "sessions:read",
        part of payment_status_stream;
    /// Follows a verification.
    fn verification_stream(tool_call_id) -> RequestBuilder:
        "session.verification_status_stream"
        GET "/v1/tool-calls/{tool_call_id}/verification-status/stream", scope "sessions:read",
        part of verification_status_stream;
}

/// Whether a stream that ends or breaks before the last state is opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reconnect {
    /// It is opened again until the last state has come, as often in a row as
    /// [`Limits::reconnects`](crate::config::Limits::reconnects) says.
    UntilOver,
    /// It is not: the stream is one connection.
    Never,
}

fn payments(
    service: &Arc<Service>,
    tool_call_id: &str,
    reconnect: Reconnect,
) -> Box<dyn Flow<Item = PaymentStatus, Output = ()>> {
    let request = payment_stream(service, tool_call_id);
    let decoder = StatusDecoder::of(tool_call_id);
    Box::new(
        EventStream::new(service, request, decoder).reconnecting(reconnect == Reconnect::UntilOver),
    )
}

fn verifications(
    service: &Arc<Service>,
    tool_call_id: &str,
    reconnect: Reconnect,
) -> Box<dyn Flow<Item = VerificationStatus, Output = ()>> {
    let request = verification_stream(service, tool_call_id);
    let decoder = StatusDecoder::of(tool_call_id);
    Box::new(
        EventStream::new(service, request, decoder).reconnecting(reconnect == Reconnect::UntilOver),
    )
}

fn settled(service: &Arc<Service>, tool_call_id: &str) -> BoxFlow<PaymentStatus> {
    let stream = payments(service, tool_call_id, Reconnect::UntilOver);
    Box::new(Last::new("session.settled", stream, PaymentStatus::is_over))
}

fn decided(service: &Arc<Service>, tool_call_id: &str) -> BoxFlow<VerificationStatus> {
    let stream = verifications(service, tool_call_id, Reconnect::UntilOver);
    Box::new(Last::new("session.decided", stream, VerificationStatus::is_over))
}

impl<T: Transport> Session<T> {
    /// How the payment behind a tool call stands
    /// (`GET /v1/tool-calls/{id}/payment-status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `tool_call_id`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// println!("{}", session.payment_status("tc_90817").send()?.payment_status);
    /// # Ok(()) }
    /// ```
    pub fn payment_status(&self, tool_call_id: impl AsRef<str>) -> Call<T, PaymentStatus> {
        let asked = ToolCallId::from(tool_call_id.as_ref());
        self.call(payment_status(self.service(), asked.as_str()))
            .map(move |status| status.with_tool_call(&asked))
    }

    /// How the verification behind a tool call stands
    /// (`GET /v1/tool-calls/{id}/verification-status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `tool_call_id`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// println!("{}", session.verification_status("tc_90817").send()?.verification_status);
    /// # Ok(()) }
    /// ```
    pub fn verification_status(
        &self,
        tool_call_id: impl AsRef<str>,
    ) -> Call<T, VerificationStatus> {
        let asked = ToolCallId::from(tool_call_id.as_ref());
        self.call(verification_status(self.service(), asked.as_str()))
            .map(move |status| status.with_tool_call(&asked))
    }

    /// Follows a payment (`GET /v1/tool-calls/{id}/payment-status/stream`): its state now, and at
    /// every change.
    ///
    /// The server ends the stream when the payment is settled, or after half an hour. With
    /// [`Reconnect::UntilOver`], a stream that ends or breaks before that is opened again.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items; the error holds the last state (`error.last::<PaymentStatus>()`).
    ///
    /// ```
    /// use codespar_proto::Reconnect;
    ///
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for status in session.payment_status_stream("tc_90817", Reconnect::UntilOver) {
    ///     println!("{}", status?.payment_status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn payment_status_stream(
        &self,
        tool_call_id: impl AsRef<str>,
        reconnect: Reconnect,
    ) -> Items<T, PaymentStatus> {
        self.api().boxed_items(payments(self.service(), tool_call_id.as_ref(), reconnect))
    }

    /// Follows a verification (`GET /v1/tool-calls/{id}/verification-status/stream`): its state
    /// now, and at every change.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items; the error holds the last state (`error.last::<VerificationStatus>()`).
    ///
    /// ```
    /// use codespar_proto::Reconnect;
    ///
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for status in session.verification_status_stream("tc_90817", Reconnect::UntilOver) {
    ///     println!("{}", status?.verification_status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn verification_status_stream(
        &self,
        tool_call_id: impl AsRef<str>,
        reconnect: Reconnect,
    ) -> Items<T, VerificationStatus> {
        self.api().boxed_items(verifications(self.service(), tool_call_id.as_ref(), reconnect))
    }

    #[doc(alias = "wait")]
    #[doc(alias = "poll")]
    /// Waits until a payment is settled, and gives its last state: succeeded, failed, refunded,
    /// or unknown, which will never resolve.
    ///
    /// A stream that ends or breaks before that is opened again. The call's `timeout` limits the
    /// whole wait; without one it lasts until the payment is settled.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As [`payment_status_stream`](Self::payment_status_stream), also when the server refuses to
    /// open the stream again; `Timeout`, with what was seen last in
    /// `error.last::<PaymentStatus>()`.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use std::time::Duration;
    ///
    /// let status = session.settled(&"tc_90817".into()).timeout(Duration::from_secs(600)).send()?;
    /// println!("{}", status.payment_status);
    /// # Ok(()) }
    /// ```
    pub fn settled(&self, tool_call_id: &ToolCallId) -> Call<T, PaymentStatus> {
        self.boxed_call(settled(self.service(), tool_call_id.as_ref()))
    }

    /// Waits until a verification is decided, and gives its last state: approved, rejected,
    /// expired, or unknown, which will never resolve. A review by a person has no deadline.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As [`verification_status_stream`](Self::verification_status_stream).
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use std::time::Duration;
    ///
    /// let status = session.decided(&"tc_90817".into()).timeout(Duration::from_secs(600)).send()?;
    /// println!("{}", status.verification_status);
    /// # Ok(()) }
    /// ```
    pub fn decided(&self, tool_call_id: &ToolCallId) -> Call<T, VerificationStatus> {
        self.boxed_call(decided(self.service(), tool_call_id.as_ref()))
    }
}
