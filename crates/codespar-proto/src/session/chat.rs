//! Talking to a session's agent (`POST /v1/sessions/{id}/send`), whole or as it works.

use std::sync::Arc;

use codespar_engine::{
    Answer, Call, Error, Extra, Items, Json,
    driver::Transport,
    endpoints,
    kit::{Decoded, EventDecoder, EventStream, RequestBuilder, Service, decode, envelope, members},
    sse::Frame,
};
use serde::{Deserialize, Serialize};

use crate::{
    api::tool_calls::CallStatus,
    check::check_filled,
    session::Session,
    types::{
        ids::ToolCallId,
        tagged::{other_data, tagged_content, type_of},
    },
};

endpoints! {
    pub(crate) static ROUTES;
    fn send_message(session; json: &Message<'_>) -> SendResult: "session.send" POST "/v1/sessions/{session}/send", effect MovesMoney;
    fn stream_message(session; json: &Message<'_>) -> RequestBuilder: "session.send_stream" POST "/v1/sessions/{session}/send", effect MovesMoney;
}

#[derive(Serialize)]
struct Message<'a> {
    message: &'a str,
}

fn stream(service: &Arc<Service>, session: &str, message: &str) -> EventStream<ChatDecoder> {
    let draft = stream_message(service, session, &Message { message });
    EventStream::new(service, draft.checked(check_filled("message", message)), ChatDecoder)
}

/// What a turn came to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SendResult {
    /// The agent's last words; may be empty.
    #[wire(default)]
    pub message: String,
    /// Every tool call it tried, refused ones too.
    #[wire(default)]
    pub tool_calls: Vec<ToolCallRecord>,
    /// How many times the model was asked.
    #[wire(default)]
    pub iterations: u32,
    /// Whether the turn was cut short.
    pub aborted: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool call of a turn.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolCallRecord {
    /// Its id; a self-hosted runtime gives none.
    pub id: Option<ToolCallId>,
    /// The tool, as the model named it.
    #[wire(default)]
    pub tool_name: String,
    /// The provider; `agentgate` when it was refused.
    #[wire(default)]
    pub server_id: String,
    /// The outcome of the tool call.
    pub status: Option<CallStatus>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration_ms: Option<f64>,
    /// The input of the tool, as JSON.
    pub input: Option<Json>,
    /// What it gave; on a refusal see [`ToolRefusal::of`](crate::session::ToolRefusal::of).
    pub output: Option<Json>,
    /// The error code, where the tool call failed.
    pub error_code: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The message the turn began with.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct UserMessage {
    /// The text of the message, as the user wrote it.
    #[wire(default)]
    pub content: String,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A piece of what the agent says.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AssistantText {
    /// The text that the agent wrote.
    #[wire(default)]
    pub content: String,
    /// The round of the model it belongs to.
    #[wire(default)]
    pub iteration: u32,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The agent decided to call a tool.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolUse {
    /// The model's id for it.
    #[wire(default)]
    pub id: String,
    /// The tool, as the model named it.
    #[wire(default)]
    pub name: String,
    /// What it is given.
    pub input: Option<Json>,
    /// The round of the model it belongs to.
    pub iteration: Option<u32>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a tool gave, as a self-hosted runtime reports it: without a record of the call.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ChatToolOutput {
    /// The [`ToolUse::id`] it answers.
    #[wire(default)]
    pub tool_use_id: String,
    /// What the tool gave, or `{"error": …}`.
    pub content: Option<Json>,
    /// Whether it failed.
    #[wire(default)]
    pub is_error: bool,
    /// The round of the model it belongs to.
    pub iteration: Option<u32>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The turn failed. Tool calls made before stand.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TurnError {
    /// The code, where there is one.
    pub error: Option<String>,
    /// The server's words.
    pub message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something that happened in a turn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ChatEvent {
    /// The turn began.
    UserMessage(UserMessage),
    /// The agent says something.
    AssistantText(AssistantText),
    /// The agent calls a tool.
    ToolUse(ToolUse),
    /// A tool call is over.
    ToolResult(ToolCallRecord),
    /// A tool call is over; a self-hosted runtime reports it so.
    ToolOutput(ChatToolOutput),
    /// The turn is over.
    Done(SendResult),
    /// The turn failed.
    Error(TurnError),
    /// An event this version does not know.
    Other {
        /// The name of the event.
        event: String,
        /// The data of the event, as JSON.
        data: Json,
    },
}

/// Reads the events of a turn in all three dialects: the name from the event line or from the
/// data's `type`, the content beside `type` or wrapped.
///
/// A known name on the event line decides; under any other, or none, a known `type` does. What
/// neither names is handed out unread: heartbeats need not be JSON.
#[derive(Debug)]
pub(crate) struct ChatDecoder;

/// The names of the events that are read.
const KNOWN: [&str; 6] =
    ["assistant_text", "user_message", "tool_use", "tool_result", "done", "error"];

/// What an event is about; `None` for those that are not known.
fn known(frame: &Frame<'_>) -> Option<&'static str> {
    let named = |name: &str| KNOWN.into_iter().find(|known| *known == name);
    named(frame.event()).or_else(|| type_of(frame.data()).and_then(|kind| named(&kind)))
}

impl EventDecoder for ChatDecoder {
    type Item = ChatEvent;

    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<ChatEvent>, Error> {
        let Some(name) = known(frame) else { return Ok(Decoded::Item(other(frame)?)) };
        read(name, frame)
            .map_err(|error| Error::stream(format!("event {name}: {}", error.message())))
    }

    fn knows(&self, frame: &Frame<'_>) -> bool {
        known(frame).is_some()
    }
}

fn read(name: &str, frame: &Frame<'_>) -> Result<Decoded<ChatEvent>, Error> {
    use Decoded::{Item, Last};

    let data = frame.data();
    Ok(match name {
        "assistant_text" => Item(ChatEvent::AssistantText(tagged_content(data)?)),
        "user_message" => Item(ChatEvent::UserMessage(tagged_content(data)?)),
        "tool_use" => Item(ChatEvent::ToolUse(tagged_content(data)?)),
        "tool_result" => Item(tool_result(data)?),
        "done" => {
            let wrapped: Done = decode(data)?;
            Last(ChatEvent::Done(match wrapped.result {
                Some(result) => result,
                None => tagged_content(data)?,
            }))
        }
        _ => Last(ChatEvent::Error(turn_error(frame))),
    })
}

/// Why the turn failed, in whichever shape: as a refusal is read, or plain words.
fn turn_error(frame: &Frame<'_>) -> TurnError {
    let Some(mut body) = members(frame.data()) else {
        let words = frame.text();
        let words = decode::<String>(frame.data()).unwrap_or_else(|_| words.trim().to_owned());
        let message = Some(words).filter(|words| !words.is_empty());
        return TurnError { error: None, message, extra: Extra::default() };
    };
    let refusal = envelope(&body);
    // Nearly always it is written so that nothing has to be moved.
    let plain = tagged_content::<TurnError>(frame.data()).ok();
    let is_read =
        |plain: &TurnError| plain.error == refusal.code && plain.message == refusal.message;
    if let Some(plain) = plain.filter(is_read) {
        return plain;
    }
    let mut extra = Extra::default();
    let nested = body.remove("error");
    // Words that are neither code nor message are kept beside them.
    let word = nested.as_ref().and_then(|error| error.as_str()).map(str::to_owned);
    let is_told = |word: &str| {
        [&refusal.code, &refusal.message].into_iter().any(|told| told.as_deref() == Some(word))
    };
    if let Some(word) = word.filter(|word| !is_told(word)) {
        body.insert("reason".to_owned(), word.into());
    }
    if let Some(serde_json::Value::Object(inner)) = nested {
        for (name, value) in inner {
            body.entry(name).or_insert(value);
        }
        body.remove("code");
    }
    for (name, value) in body {
        let is_read = match &*name {
            "type" | "message" => true,
            "code" => value.as_str() == refusal.code.as_deref(),
            _ => false,
        };
        if !is_read {
            extra.insert(&name, value.into());
        }
    }
    TurnError { error: refusal.code, message: refusal.message, extra }
}

/// An event that is not known, with its data as JSON, or as a text where it is none.
fn other(frame: &Frame<'_>) -> Result<ChatEvent, Error> {
    let named = frame.has_event().then(|| frame.event().to_owned());
    let event = named
        .or_else(|| type_of(frame.data()).map(Into::into))
        .unwrap_or_else(|| "message".to_owned());
    Ok(ChatEvent::Other { event, data: other_data(frame)? })
}

#[derive(Deserialize)]
struct Done {
    result: Option<SendResult>,
}

#[derive(Deserialize)]
struct WrappedCall {
    #[serde(alias = "toolCall")]
    tool_call: Option<ToolCallRecord>,
    tool_use_id: Option<serde::de::IgnoredAny>,
}

fn tool_result(data: &[u8]) -> Result<ChatEvent, Error> {
    let wrapped: WrappedCall = decode(data)?;
    if let Some(record) = wrapped.tool_call {
        return Ok(ChatEvent::ToolResult(record));
    }
    if wrapped.tool_use_id.is_some() {
        return Ok(ChatEvent::ToolOutput(tagged_content(data)?));
    }
    Ok(ChatEvent::ToolResult(tagged_content(data)?))
}

/// As the managed service sends it: with its `type`, and records wrapped in `tool_call`.
impl Serialize for ChatEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Of<'a, C: Serialize> {
            #[serde(rename = "type")]
            name: &'a str,
            #[serde(flatten)]
            content: C,
        }
        #[derive(Serialize)]
        struct Wrapped<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            tool_call: Option<&'a ToolCallRecord>,
            #[serde(skip_serializing_if = "Option::is_none")]
            result: Option<&'a SendResult>,
            #[serde(skip_serializing_if = "Option::is_none")]
            data: Option<&'a Json>,
        }
        let unwrapped = Wrapped { tool_call: None, result: None, data: None };
        match self {
            Self::UserMessage(content) => {
                Of { name: "user_message", content }.serialize(serializer)
            }
            Self::AssistantText(content) => {
                Of { name: "assistant_text", content }.serialize(serializer)
            }
            Self::ToolUse(content) => Of { name: "tool_use", content }.serialize(serializer),
            Self::ToolResult(record) => {
                let content = Wrapped { tool_call: Some(record), ..unwrapped };
                Of { name: "tool_result", content }.serialize(serializer)
            }
            Self::ToolOutput(content) => Of { name: "tool_result", content }.serialize(serializer),
            Self::Done(result) => {
                let content = Wrapped { result: Some(result), ..unwrapped };
                Of { name: "done", content }.serialize(serializer)
            }
            Self::Error(content) => Of { name: "error", content }.serialize(serializer),
            Self::Other { event, data } => {
                Of { name: event, content: Wrapped { data: Some(data), ..unwrapped } }
                    .serialize(serializer)
            }
        }
    }
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
        self.checked("session.send", check_filled("message", message), |service| {
            send_message(service, self.id(), &Message { message })
        })
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
        self.items(stream(self.service(), self.id(), message))
    }
}
