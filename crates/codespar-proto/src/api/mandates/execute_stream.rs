//! A consumer's payment, followed as it goes on (`/v1/consumer-payments/execute-stream`).

use std::sync::Arc;

use codespar_engine::{
    Answer, Effect, Error, Extra, Items, Json, KeyRule,
    driver::{Flow, Transport},
    endpoints,
    kit::{
        Case, Decoded, EventDecoder, EventStream, RequestBuilder, Service, envelope, judge, members,
    },
    sse::Frame,
};
use serde_json::Value;

use crate::{
    api::mandates::{Mandates, PaymentArgs, Spend},
    client::verdicts,
    types::tagged::{other_data, tagged_content, type_of},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Spends under a mandate that the caller holds and follows how it goes on, in minor units:
    /// this moves money, once for each attempt_id.
    fn execute_payment_stream(; json: &PaymentArgs) -> RequestBuilder:
        "mandates.execute_payment_stream" POST "/v1/consumer-payments/execute-stream",
        effect MovesMoney, key KeyRule::Argument("attempt_id"), scope "mandates:spend",
        part of execute_payment_stream;
}

const OPERATION: &str = "mandates.execute_payment_stream";

fn stream(
    service: &Arc<Service>,
    args: &PaymentArgs,
) -> Box<dyn Flow<Item = SpendEvent, Output = ()>> {
    let request = execute_payment_stream(service, args);
    Box::new(EventStream::new(service, request, SpendDecoder))
}

impl<T: Transport> Mandates<T> {
    /// Spends under a mandate that the caller holds, and follows how it goes on (`POST
    /// /v1/consumer-payments/execute-stream`), in **minor** units.
    ///
    /// **This moves money**, as [`execute_payment`](Self::execute_payment) does. The stream is over
    /// after the event with an [`outcome`](SpendEvent::outcome). One that breaks off before, or
    /// that is dropped, leaves open whether money has moved: come back with the **same**
    /// `attempt_id`, by this method or the other. The API does not say how the steps are called.
    ///
    /// Idempotency: the argument `attempt_id` names the payment; it is not repeated by itself.
    ///
    /// # Errors
    /// As items: those of [`execute_payment`](Self::execute_payment), also where the refusal comes
    /// as an event; `Stream` when the stream cannot be read or ends before its outcome, `Timeout`
    /// when it is silent for longer than the idle limit.
    ///
    /// ```
    /// use codespar_proto::{Json, Minor, mandates::PaymentArgs};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(
    /// #     client: &Client<T>, mandate: Json, signature: &str,
    /// # ) -> Result<(), Error> {
    /// let (amount, payee) = (Minor::new(5_000), "seller@example.com");
    /// let args = PaymentArgs::new(mandate, signature, "groceries", "att_1", amount, payee)
    ///     .agent_id("agent_1");
    /// for event in client.mandates().execute_payment_stream(&args) {
    ///     let event = event?;
    ///     println!("{} {:?}", event.event, event.outcome.and_then(|spent| spent.payment));
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "sse")]
    pub fn execute_payment_stream(&self, args: &PaymentArgs) -> Items<T, SpendEvent> {
        self.client().api().boxed_items(stream(self.client().service(), args))
    }
}

/// Something that happened while a payment was made: a step, which says nothing about money, or at
/// the end the payment.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpendEvent {
    /// The name of the event, as the server wrote it.
    #[wire(default)]
    pub event: String,
    /// The payment that was made: the last event has it.
    pub outcome: Option<Spend>,
    /// What the server says of a step, as JSON.
    pub data: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Reads the events of a payment. How steps are called is not written down: an outcome is known by
/// its members, and a refusal by the name `error`.
#[derive(Debug)]
struct SpendDecoder;

impl EventDecoder for SpendDecoder {
    type Item = SpendEvent;

    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<SpendEvent>, Error> {
        let kind = type_of(frame.data());
        let event = match (frame.has_event(), &kind) {
            (false, Some(kind)) => kind.as_ref(),
            _ => frame.event(),
        };
        if event == "error" || kind.as_deref() == Some("error") {
            return Err(refusal(frame.data()));
        }
        if is_outcome(frame.data()) {
            let (event, outcome) = (event.to_owned(), Some(tagged_content(frame.data())?));
            let extra = Extra::default();
            return Ok(Decoded::Last(SpendEvent { event, outcome, data: None, extra }));
        }
        let (event, data) = (event.to_owned(), Some(other_data(frame)?));
        Ok(Decoded::Item(SpendEvent { event, outcome: None, data, extra: Extra::default() }))
    }
}

/// Whether these are the members of a payment that was made.
fn is_outcome(data: &[u8]) -> bool {
    members(data).is_some_and(|body| {
        let is_completed = body.get("status").and_then(Value::as_str) == Some("completed");
        is_completed && body.get("payment").is_some_and(Value::is_object)
    })
}

/// A refusal that came as an event, judged by its code as an answer would be.
fn refusal(data: &[u8]) -> Error {
    let refusal = envelope(&members(data).unwrap_or_default());
    let judgement = judge(
        verdicts::ROWS,
        &Case {
            operation: OPERATION,
            effect: Effect::MovesMoney,
            key: KeyRule::Argument("attempt_id"),
            status: None,
            code: refusal.code.as_deref(),
            has_approval: refusal.approval.is_some(),
        },
    );
    let message = refusal.message.unwrap_or_else(|| "the payment was refused".to_owned());
    let error = Error::api(message).judged(judgement).with_approval(refusal.approval);
    match refusal.code {
        Some(code) => error.with_code(code),
        None => error,
    }
}
