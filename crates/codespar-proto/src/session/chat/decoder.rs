//! Reads the event streams of turns.

use std::borrow::Cow;

use codespar_engine::{
    Error, Extra, Json,
    kit::{Decoded, EventDecoder, decode, envelope, members},
    sse::Frame,
};
use serde::{Deserialize, Deserializer, de};

use crate::{
    session::chat::{
        event::{ChatEvent, SendResult, ToolCallRecord, TurnError},
        text_delta::text_delta,
    },
    types::tagged::{other_data, tagged_content, type_of},
};

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

    #[inline]
    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<ChatEvent>, Error> {
        match text_delta(frame) {
            Some(text) => Ok(Decoded::Item(ChatEvent::AssistantText(text))),
            None => any_event(frame),
        }
    }

    fn knows(&self, frame: &Frame<'_>) -> bool {
        known(frame).is_some()
    }
}

/// Reads an event of any kind and spelling. Kept out of the short way, which is small enough to be
/// inlined without it.
#[cold]
#[inline(never)]
pub(super) fn any_event(frame: &Frame<'_>) -> Result<Decoded<ChatEvent>, Error> {
    let Some(name) = known(frame) else { return Ok(Decoded::Item(other(frame)?)) };
    read(name, frame.data())
        .map_err(|error| Error::stream(format!("event {name}: {}", error.message())))
}

/// As it is written: with its `type`.
impl<'de> Deserialize<'de> for ChatEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let data = json.as_str().as_bytes();
        let event = type_of(data).map_or_else(|| "message".to_owned(), Cow::into_owned);
        if !KNOWN.contains(&&*event) {
            let data = json.member("data").unwrap_or(json);
            return Ok(Self::Other { event, data });
        }
        match read(&event, data).map_err(de::Error::custom)? {
            Decoded::Item(event) | Decoded::Last(event) => Ok(event),
            _ => Err(de::Error::custom("expected an event")),
        }
    }
}

fn read(name: &str, data: &[u8]) -> Result<Decoded<ChatEvent>, Error> {
    use Decoded::{Item, Last};

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
        _ => Last(ChatEvent::Error(turn_error(data))),
    })
}

/// Why the turn failed, in whichever shape: as a refusal is read, or plain words.
fn turn_error(data: &[u8]) -> TurnError {
    let Some(mut body) = members(data) else {
        let words = String::from_utf8_lossy(data);
        let words = decode::<String>(data).unwrap_or_else(|_| words.trim().to_owned());
        let message = Some(words).filter(|words| !words.is_empty());
        return TurnError { error: None, message, extra: Extra::default() };
    };
    let refusal = envelope(&body);
    // Nearly always it is written so that nothing has to be moved.
    let plain = tagged_content::<TurnError>(data).ok();
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
    tool_use_id: Option<de::IgnoredAny>,
}

fn tool_result(data: &[u8]) -> Result<ChatEvent, Error> {
    let wrapped: WrappedCall = decode(data)?;
    if let Some(record) = wrapped.tool_call {
        return Ok(ChatEvent::ToolResult(Box::new(record)));
    }
    if wrapped.tool_use_id.is_some() {
        return Ok(ChatEvent::ToolOutput(tagged_content(data)?));
    }
    Ok(ChatEvent::ToolResult(Box::new(tagged_content(data)?)))
}
