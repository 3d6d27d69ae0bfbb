//! What the event-stream rules make of a recorded stream: the outcome that is expected where an
//! official SDK reads streams in its own way.
//!
//! It is written apart from the code that is checked, and on purpose in the plainest way.

use serde_json::{Map, Value, json};

use crate::compare::outcome::Expected;
use crate::compare::{ErrorExpectation, code_of, message_of};
use crate::lenient;
use crate::recording::{Recording, Response};

/// An event: its name, where a line gave one, and its data.
struct Frame {
    event: Option<String>,
    data: String,
    /// Whether its blank line came.
    whole: bool,
}

/// The events of a turn of Upivia.
const UPIVIA: [&str; 16] = [
    "model",
    "status",
    "thinking",
    "message_delta",
    "tool_planned",
    "tool_executing",
    "tool_done",
    "tool_pending",
    "local_tools_pending",
    "usage",
    "message",
    "agent_event",
    "delegation_started",
    "ping",
    "error",
    "done",
];

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
        let progress = recording.sdk.contains("upivia").then(|| progress(&items));
        let last = progress.filter(|_| !ended && !items.is_empty());
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
    for frame in frames(answer) {
        match frame.known(&["snapshot", "update", "done"]) {
            Some("done") => return (states.clone(), !states.is_empty()),
            Some(_) => match frame.json() {
                Some(state @ Value::Object(_)) => states.push(without_type(state)),
                Some(_) => {}
                None => return (states, false),
            },
            None => {}
        }
    }
    (states, false)
}

/// The events of a turn, and whether it came to its end.
fn read_turn(answer: &Response) -> (Vec<Value>, bool) {
    const KNOWN: [&str; 6] =
        ["assistant_text", "user_message", "tool_use", "tool_result", "done", "error"];
    let mut events = Vec::new();
    for frame in frames(answer) {
        let Some(name) = frame.known(&KNOWN) else {
            let Some(data) = frame.json_or_text() else { return (events, false) };
            events.push(json!({ "type": frame.name(), "data": data }));
            continue;
        };
        match (name, frame.json()) {
            ("error", data) => events.push(turn_error(data, &frame.data)),
            (_, Some(data)) => events.push(turn_event(name, &data)),
            (_, None) => return (events, false),
        }
        if name == "done" || name == "error" {
            return (events, true);
        }
    }
    (events, false)
}

/// The events of a turn of Upivia, each under its name, and whether it came to its end.
fn read_events(answer: &Response) -> (Vec<Value>, bool) {
    let mut events = Vec::new();
    for frame in frames(answer) {
        // Half of something is nothing.
        let Some(data) = frame.json_or_text() else { return (events, false) };
        let name = frame.known(&UPIVIA).map_or_else(|| frame.event_name(), str::to_owned);
        events.push(json!({ "event": name, "data": data }));
        if name == "done" {
            return (events, true);
        }
    }
    (events, false)
}

impl Frame {
    fn json(&self) -> Option<Value> {
        lenient::parse(&self.data)
    }

    /// The data as JSON, or as a text where it is none; nothing where the rest of it did not come.
    fn json_or_text(&self) -> Option<Value> {
        self.json().or_else(|| self.whole.then(|| Value::from(self.data.as_str())))
    }

    /// The type that the data names.
    fn kind(&self) -> Option<String> {
        self.json()?.get("type")?.as_str().map(str::to_owned)
    }

    /// Which of these it is: by its own name, or under any other by the type in its data.
    fn known<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        let named = |name: &str| names.iter().copied().find(|known| *known == name);
        self.event.as_deref().and_then(named).or_else(|| named(&self.kind()?))
    }

    /// The name, or without one `message`.
    fn event_name(&self) -> String {
        self.event.clone().unwrap_or_else(|| "message".to_owned())
    }

    /// The name, or without one the type in the data, or `message`.
    fn name(&self) -> String {
        self.event.clone().or_else(|| self.kind()).unwrap_or_else(|| "message".to_owned())
    }
}

fn without_type(mut value: Value) -> Value {
    value.as_object_mut().and_then(|members| members.remove("type"));
    value
}

/// Why a turn failed: as a refusal is read, or plain words.
fn turn_error(data: Option<Value>, text: &str) -> Value {
    let Some(Value::Object(mut members)) = data else {
        let words = data.as_ref().and_then(Value::as_str).unwrap_or(text).trim();
        return json!({ "type": "error", "message": words });
    };
    let body = Value::Object(members.clone());
    ["code", "message"].iter().for_each(|name| drop(members.remove(*name)));
    for (name, value) in [("error", code_of(&body)), ("message", message_of(&body))] {
        members.insert(name.to_owned(), value.into());
    }
    members.insert("type".to_owned(), "error".into());
    Value::Object(members)
}

/// How many events of a turn came, and the text of its pieces.
fn progress(events: &[Value]) -> Value {
    let pieces = events
        .iter()
        .filter(|event| event.get("event").and_then(Value::as_str) == Some("message_delta"));
    let text: String = pieces.filter_map(|event| event.pointer("/data/delta")?.as_str()).collect();
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
        "user_message" | "assistant_text" | "tool_use" => typed(members),
        "tool_result" => match members.remove("toolCall").or_else(|| members.remove("tool_call")) {
            Some(record) => json!({ "type": name, "tool_call": record }),
            None if members.contains_key("tool_use_id") => typed(members),
            None => json!({ "type": name, "tool_call": members }),
        },
        _ => {
            let result = members.remove("result").unwrap_or(Value::Object(members));
            json!({ "type": name, "result": result })
        }
    }
}

/// The events of a stream. One without its blank line at the end counts too, unless the connection
/// broke.
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
