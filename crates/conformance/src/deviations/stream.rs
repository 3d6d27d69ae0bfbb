//! What the event-stream rules make of a recorded stream: the outcome that is expected where an official SDK reads
//! streams in its own way.
//!
//! It is written apart from the code that is checked, and on purpose in the plainest way.

use serde_json::{Map, Value, json};

use crate::compare::ErrorExpectation;
use crate::compare::outcome::Expected;
use crate::recording::{Recording, Response};

/// An event: its name, where a line gave one, and its data.
struct Frame {
    event: Option<String>,
    data: String,
    /// Whether its blank line came.
    whole: bool,
}

/// The outcome of a stream, read by the rules: a turn or the states of a payment or verification.
pub(super) fn expected(recording: &Recording) -> Expected {
    let Some(answer) = recording.exchanges.last().map(|exchange| &exchange.response) else {
        return Expected::recorded(recording);
    };
    let states = gives_states(recording);
    let (items, ended) = read(recording, answer);
    let late = recording.error.as_ref().is_some_and(|error| error.class == "TimeoutError");
    let error = match (ended, late, answer.cut) {
        (true, ..) => None,
        (_, true, _) => Some(ErrorExpectation::of(&["Timeout"]).unanswered()),
        (_, _, true) => Some(ErrorExpectation::of(&["Io", "Stream"]).unanswered()),
        _ => Some(ErrorExpectation::of(&["Stream"]).unanswered()),
    };
    if !states {
        // What is told of a turn that broke off: how much of it came, and its text.
        let told = recording.sdk.contains("upivia").then(|| told(&items));
        let last = told.filter(|_| !ended && !items.is_empty());
        return Expected { last, result: Some(items.into()), error, ..Expected::default() };
    }
    let last = items.last().cloned();
    let result = last.clone().filter(|_| ended);
    Expected {
        result,
        last: last.filter(|_| !ended),
        updates: Some(items),
        error,
        ..Expected::default()
    }
}

/// Whether the stream of the last answer came to its end.
pub(super) fn is_whole(recording: &Recording) -> bool {
    recording.exchanges.last().is_some_and(|last| read(recording, &last.response).1)
}

fn gives_states(recording: &Recording) -> bool {
    recording.call.method.ends_with("_status_stream")
}

fn read(recording: &Recording, answer: &Response) -> (Vec<Value>, bool) {
    match (gives_states(recording), recording.sdk.contains("upivia")) {
        (true, _) => read_states(answer),
        (_, true) => read_events(answer),
        _ => read_turn(answer),
    }
}

/// The states of a status stream, and whether it came to its end.
fn read_states(answer: &Response) -> (Vec<Value>, bool) {
    let mut states = Vec::new();
    for Frame { event, data, .. } in frames(answer) {
        match event.as_deref() {
            Some("done") => return (states.clone(), !states.is_empty()),
            Some("snapshot" | "update") => match serde_json::from_str(&data) {
                Ok(state @ Value::Object(_)) => states.push(state),
                Ok(_) => {}
                Err(_) => return (states, false),
            },
            _ => {}
        }
    }
    (states, false)
}

/// The events of a turn, and whether it came to its end.
fn read_turn(answer: &Response) -> (Vec<Value>, bool) {
    let mut events = Vec::new();
    for Frame { event, data, .. } in frames(answer) {
        let Ok(data) = serde_json::from_str::<Value>(&data) else { return (events, false) };
        let in_data = || data.get("type").and_then(Value::as_str).map(str::to_owned);
        let name = event.or_else(in_data).unwrap_or_else(|| "message".to_owned());
        events.push(turn_event(&name, &data));
        if name == "done" || name == "error" {
            return (events, true);
        }
    }
    (events, false)
}

/// The events of a turn of Upivia, each under its name, and whether it came to its end.
fn read_events(answer: &Response) -> (Vec<Value>, bool) {
    let mut events = Vec::new();
    for Frame { event, data, whole } in frames(answer) {
        let data = match serde_json::from_str(&data) {
            Ok(data) => data,
            // Half of something is nothing.
            Err(_) if !whole => return (events, false),
            Err(_) => Value::from(data),
        };
        let name = event.unwrap_or_else(|| "message".to_owned());
        events.push(json!({ "event": name, "data": data }));
        if name == "done" {
            return (events, true);
        }
    }
    (events, false)
}

/// How many events of a turn came, and the text of its pieces.
fn told(events: &[Value]) -> Value {
    let pieces = events.iter().filter(|event| {
        event.get("event").and_then(Value::as_str) == Some("message_delta")
    });
    let text: String =
        pieces.filter_map(|event| event.pointer("/data/delta")?.as_str()).collect();
    json!({ "events": events.len(), "text": text })
}

/// An event of a turn in the one shape that stands for all dialects.
fn turn_event(name: &str, data: &Value) -> Value {
    let mut members = data.as_object().cloned().unwrap_or_default();
    members.remove("type");
    let typed = |mut members: Map<String, Value>| {
        members.insert("type".to_owned(), name.into());
        Value::Object(members)
    };
    match name {
        "user_message" | "assistant_text" | "tool_use" | "error" => typed(members),
        "tool_result" => match members.remove("toolCall").or_else(|| members.remove("tool_call")) {
            Some(record) => json!({ "type": name, "tool_call": record }),
            None if members.contains_key("tool_use_id") => typed(members),
            None => json!({ "type": name, "tool_call": members }),
        },
        "done" => {
            let result = members.remove("result").unwrap_or(Value::Object(members));
            json!({ "type": name, "result": result })
        }
        _ => json!({ "type": name, "data": data }),
    }
}

/// The events of a stream. One without its blank line at the end counts too, unless the connection broke.
fn frames(answer: &Response) -> Vec<Frame> {
    let chunks = answer.sse_chunks.iter().flatten().filter_map(|chunk| chunk.bytes().ok());
    let bytes: Vec<u8> = chunks.flatten().collect();
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut blocks: Vec<_> = text.split("\n\n").collect();
    if answer.cut {
        blocks.pop();
    }
    let last = blocks.len().saturating_sub(1);
    let whole = |number: usize| answer.cut || number < last;
    blocks.iter().enumerate().filter_map(|(number, block)| frame(block, whole(number))).collect()
}

fn frame(block: &str, whole: bool) -> Option<Frame> {
    let (mut event, mut data) = (None, Vec::new());
    for line in block.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => event = Some(value.to_owned()).filter(|event| !event.is_empty()),
            "data" => data.push(value),
            _ => {}
        }
    }
    (!data.is_empty()).then(|| Frame { event, data: data.join("\n"), whole })
}
