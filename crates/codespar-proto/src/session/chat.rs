//! Talking to a session's agent (`POST /v1/sessions/{id}/send`), whole or as it works.

pub(crate) mod decoder;
pub(crate) mod event;
mod text_delta;

use std::sync::Arc;

use codespar_engine::{
    Args, Call, Error, Items,
    driver::{Flow, Transport},
    endpoints,
    kit::{EventStream, RequestBuilder, Service},
};

pub use self::event::{
    AssistantText, ChatEvent, ChatToolOutput, SendResult, ToolCallRecord, ToolUse, TurnError,
    UserMessage,
};
use crate::{
    check::check_filled,
    session::{Session, chat::decoder::ChatDecoder},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Hands a message to the session's agent, which may move money, and waits for its answer.
    fn send(session_id; json: &Message) -> SendResult:
        "session.send" POST "/v1/sessions/{session_id}/send", effect MovesMoney;
    /// Hands a message to the session's agent, which may move money, and follows it at work.
    fn send_stream(session_id; json: &Message) -> RequestBuilder:
        "session.send_stream" POST "/v1/sessions/{session_id}/send",
        effect MovesMoney, part of send_stream;
}

/// What the session's agent is told.
#[derive(Args)]
#[wire(check)]
struct Message {
    /// The message, in words.
    message: String,
}

impl Message {
    fn check(&self) -> Result<(), Error> {
        check_filled("message", &self.message)
    }
}

fn stream(
    service: &Arc<Service>,
    session: &str,
    message: &str,
) -> Box<dyn Flow<Item = ChatEvent, Output = ()>> {
    let request = send_stream(service, session, &Message::new(message));
    Box::new(EventStream::new(service, request, ChatDecoder))
}

impl<T: Transport> Session<T> {
    /// Hands a message to the session's agent and waits for its answer
    /// (`POST /v1/sessions/{id}/send`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `message`; `Api` with `chat_loop_failed`, whose body lists the tool calls
    /// that were made, `anthropic_not_configured`, and others.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// let turn = session.send("Charge Maria R$ 150,00 by Pix.").send()?;
    /// println!("{} ({} tool calls)", turn.message, turn.tool_calls.len());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "chat")]
    #[doc(alias = "message")]
    pub fn send(&self, message: &str) -> Call<T, SendResult> {
        self.call(send(self.service(), self.id(), &Message::new(message)))
    }

    /// Hands a message to the session's agent and follows it at work
    /// (`POST /v1/sessions/{id}/send`, as an event stream).
    ///
    /// The stream is over after [`ChatEvent::Done`] or [`ChatEvent::Error`]; one that ends before
    /// is an error. It is never opened a second time: the agent may have acted.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// As items: `Api` when the server refuses, `Stream` when the stream cannot be read or ends
    /// before its end, `Timeout` when it is silent for longer than the idle limit.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::ChatEvent;
    ///
    /// for event in session.send_stream("Charge Maria R$ 150,00 by Pix.") {
    ///     if let ChatEvent::AssistantText(text) = event? {
    ///         print!("{}", text.content);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "chat")]
    #[doc(alias = "sse")]
    pub fn send_stream(&self, message: &str) -> Items<T, ChatEvent> {
        self.api().boxed_items(stream(self.service(), self.id(), message))
    }
}
