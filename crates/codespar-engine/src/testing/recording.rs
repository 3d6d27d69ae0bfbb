//! Reading recorded exchanges.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::testing::{
    recorded::Recorded,
    script::{Expected, ExpectedBody, Outcome, Turn},
};
use crate::{json::Json, transport::TransportErrorKind};

#[derive(Deserialize)]
struct Name {
    case: String,
}

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    before: Vec<Before>,
    #[serde(default)]
    exchanges: Vec<Pair>,
}

/// A call that was made before, on the same client.
#[derive(Deserialize)]
struct Before {
    #[serde(default)]
    exchanges: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    path: String,
    #[serde(default)]
    query: Vec<(String, String)>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body_json: Value,
    body_base64: Option<String>,
    body_bytes: Option<u64>,
    multipart: Option<Value>,
}

#[derive(Deserialize)]
struct Response {
    status: Option<u16>,
    network: Option<String>,
    #[serde(default)]
    headers: Map<String, Value>,
    body_json: Option<Json>,
    body_text: Option<String>,
    body_base64: Option<String>,
    sse_chunks: Option<Vec<Chunk>>,
    #[serde(default)]
    cut: bool,
    #[serde(default)]
    delay_ms: f64,
    #[serde(default)]
    delay_after_chunks_ms: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Chunk {
    Text(String),
    Bytes { base64: String },
}

type Outcomes = Result<Vec<Turn>, String>;

/// Whether a line is this case.
pub(super) fn is_case(line: &str, case: &str) -> bool {
    serde_json::from_str::<Name>(line).is_ok_and(|found| found.case == case)
}

/// The turns of one case.
pub(super) fn turns(lines: &str, case: &str) -> Outcomes {
    let Some(line) = lines.lines().find(|line| is_case(line, case)) else {
        return Err("no such case in the recordings".to_owned());
    };
    let found: Case = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let before = found.before.into_iter().flat_map(|before| before.exchanges);
    before.chain(found.exchanges).map(turn).collect()
}

fn turn(pair: Pair) -> Result<Turn, String> {
    Ok(Turn { expected: Some(expected(pair.request)?), outcome: outcome(pair.response)? })
}

/// Headers that say something about who recorded, not about what was asked.
const MEANINGLESS: [&str; 3] = ["connection", "user-agent", "x-agentwallet-signature"];

fn expected(request: Request) -> Result<Expected, String> {
    let method =
        Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
    let mut expected = Expected::new(method, &request.path);
    expected.query = request.query;
    expected.body = match (request.body_base64, request.multipart, request.body_json) {
        (Some(text), _, _) => ExpectedBody::Bytes(from_base64(&text)?),
        (None, Some(_), _) => ExpectedBody::Any,
        (None, None, Value::Null) => match request.body_bytes {
            Some(length) => ExpectedBody::Length(length),
            None => ExpectedBody::Bytes(Bytes::new()),
        },
        (None, None, json) => ExpectedBody::Json(json),
    };
    let has_body = !matches!(&expected.body, ExpectedBody::Bytes(bytes) if bytes.is_empty());
    for (name, value) in &request.headers {
        let Some(value) = value.as_str() else { continue };
        let means_something = match name.as_str() {
            "content-type" => has_body,
            "accept" => value == "text/event-stream",
            name => !MEANINGLESS.contains(&name),
        };
        if means_something {
            // Keys that a generator made up are as good as any.
            let generated = name == "idempotency-key" && value.starts_with("idem-generated-");
            expected = expected.header(name, if generated { "<uuid>" } else { value });
        }
    }
    Ok(expected)
}

fn outcome(response: Response) -> Result<Outcome, String> {
    let after = milliseconds(response.delay_ms)?;
    let Some(status) = response.status else {
        return match response.network {
            Some(what) => Ok(fault(&what, after)),
            None => Err("a response without a status".to_owned()),
        };
    };
    let mut recorded = Recorded::status(status).after(after);
    for (name, value) in &response.headers {
        if let Some(value) = value.as_str() {
            recorded = recorded.header(name, value);
        }
    }
    if let Some(json) = response.body_json {
        recorded = recorded.chunk(json.as_str().to_owned());
    }
    if let Some(text) = response.body_text {
        recorded = recorded.chunk(text);
    }
    if let Some(text) = response.body_base64 {
        recorded = recorded.chunk(from_base64(&text)?);
    }
    for chunk in response.sse_chunks.unwrap_or_default() {
        recorded = recorded.chunk(match chunk {
            Chunk::Text(text) => Bytes::from(text),
            Chunk::Bytes { base64 } => from_base64(&base64)?,
        });
    }
    let pause = milliseconds(response.delay_after_chunks_ms)?;
    if !pause.is_zero() {
        recorded = recorded.pause(pause);
    }
    Ok(Outcome::Answer(if response.cut { recorded.broken() } else { recorded }))
}

/// What kept an answer from coming: the words of recordings, and what they stand for.
pub(super) const FAULTS: [(&str, TransportErrorKind, bool); 6] = [
    ("no-connection", TransportErrorKind::Connect, false),
    ("connect-timeout", TransportErrorKind::Timeout, false),
    ("timeout", TransportErrorKind::Timeout, true),
    ("closed-without-answer", TransportErrorKind::Io, true),
    ("canceled-unsent", TransportErrorKind::Canceled, false),
    ("canceled", TransportErrorKind::Canceled, true),
];
/// Nobody waited for the answer.
pub(super) const DROPPED: &str = "dropped";

fn fault(what: &str, after: Duration) -> Outcome {
    if what == DROPPED {
        return Outcome::Answer(Recorded::status(200).never());
    }
    let known = FAULTS.into_iter().find(|(word, ..)| *word == what);
    let (kind, sent) = known.map_or((TransportErrorKind::Io, true), |(_, kind, sent)| (kind, sent));
    Outcome::Fault { kind, sent, after }
}

fn from_base64(text: &str) -> Result<Bytes, String> {
    STANDARD.decode(text).map(Bytes::from).map_err(|error| error.to_string())
}

fn milliseconds(count: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(count / 1000.0).map_err(|error| error.to_string())
}
