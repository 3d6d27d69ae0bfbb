//! A recording as a line of JSON, without what is hidden.

use std::{cell::RefCell, collections::BTreeMap, ops::Range};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderName,
    header::{
        ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, HOST, RETRY_AFTER,
        TRANSFER_ENCODING, USER_AGENT,
    },
};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use crate::testing::{
    placeholders::{REDACTED, made_up},
    recording::{DROPPED, FAULTS},
    redaction::{Edits, Kind, Redaction, Redactor, Side},
    script::query_pairs,
    tape::{End, Taped, TapedBody, TapedOutcome, media_type},
};
use crate::{http::IDEMPOTENCY_KEY, secret::is_credential, transport::TransportErrorKind};

/// A recording as one line.
#[derive(Serialize)]
struct Line<'a> {
    case: &'a str,
    exchanges: Vec<Pair>,
}

#[derive(Serialize)]
struct Pair {
    request: Request,
    response: Response,
}

#[derive(Serialize)]
struct Request {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    #[serde(flatten)]
    body: Option<Body>,
}

/// The members that a body is written as.
#[derive(Serialize)]
enum Body {
    #[serde(rename = "body_json")]
    Json(Box<RawValue>),
    #[serde(rename = "body_text")]
    Text(String),
    #[serde(rename = "body_bytes")]
    Length(u64),
    #[serde(rename = "sse_chunks")]
    Events(Vec<Chunk>),
    #[serde(rename = "multipart")]
    Form([(); 0]),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Chunk {
    Text(String),
    Bytes { base64: String },
}

#[derive(Default, Serialize)]
struct Response {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(flatten)]
    body: Option<Body>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_after_chunks_ms: Option<u64>,
}

/// Writes a recording down, without what the redaction hides.
pub(in crate::testing) fn line(case: &str, tape: &[Taped], redaction: &Redaction) -> String {
    let mut redactor = Redactor::new(redaction);
    let mut answers = String::new();
    let texts: Vec<Text> = tape.iter().map(Text::of).collect();
    for (taped, text) in tape.iter().zip(&texts) {
        learn(taped, text, &mut redactor);
    }
    let (mut exchanges, keys) = (Vec::new(), RefCell::default());
    for (taped, text) in tape.iter().zip(&texts) {
        let request = request(taped, &redactor, &answers, &keys);
        exchanges.push(Pair { request, response: response(taped, text, &redactor) });
        answers.push_str(&text.whole);
    }
    // Texts and numbers are always JSON.
    serde_json::to_string(&Line { case, exchanges }).unwrap_or_default()
}

/// An answer's body as text.
struct Text {
    whole: String,
    /// Where its chunks end, in bytes; one chunk where bytes had to be mended.
    ends: Vec<usize>,
    kind: Kind,
    side: Side,
    /// What is no text: files.
    is_binary: bool,
}

impl Text {
    fn of(taped: &Taped) -> Self {
        let TapedOutcome::Answer { status, headers, chunks, .. } = &taped.outcome else {
            return Self {
                whole: String::new(),
                ends: Vec::new(),
                kind: Kind::Text,
                side: Side::Answer,
                is_binary: false,
            };
        };
        let (kind, is_binary) = match media_type(headers) {
            Some("text/event-stream") => (Kind::Events, false),
            None => (Kind::Json, false),
            Some(name) if name.ends_with("json") => (Kind::Json, false),
            Some(text) => (Kind::Text, !text.starts_with("text/")),
        };
        let side = if status.is_success() { Side::Answer } else { Side::Refusal };
        let add = |end: &mut usize, chunk: &Bytes| {
            *end += chunk.len();
            Some(*end)
        };
        match String::from_utf8(chunks.concat()) {
            Ok(whole) => {
                Self { whole, ends: chunks.iter().scan(0, add).collect(), kind, side, is_binary }
            }
            Err(error) => {
                let whole = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Self { ends: vec![whole.len()], whole, kind, side, is_binary }
            }
        }
    }
}

fn learn(taped: &Taped, text: &Text, redactor: &mut Redactor<'_>) {
    for (name, value) in &taped.headers {
        redactor.learn_header(name, value);
    }
    for (name, value) in query_pairs(&taped.uri) {
        redactor.learn_pair(&name, &value);
    }
    if let TapedBody::Json(body) = &taped.body {
        redactor.learn(Side::Request, Kind::Json, &String::from_utf8_lossy(body));
    }
    if let TapedOutcome::Answer { headers, .. } = &taped.outcome {
        for (name, value) in headers {
            redactor.learn_header(name, value);
        }
    }
    if !text.is_binary {
        redactor.learn(text.side, text.kind, &text.whole);
    }
}

/// Headers of requests that say something about who recorded.
const WHO_RECORDED: [HeaderName; 5] =
    [ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, HOST, USER_AGENT];

/// `keys` are those that were made up, in their order.
fn request(
    taped: &Taped,
    redactor: &Redactor<'_>,
    answers: &str,
    keys: &RefCell<Vec<String>>,
) -> Request {
    // A key that no answer told before was made up, here or by the caller.
    let made_up = |key: &str| {
        let mut keys = keys.borrow_mut();
        let place = match keys.iter().position(|known| known == key) {
            None if answers.contains(key) => return None,
            None => {
                keys.push(key.to_owned());
                keys.len()
            }
            Some(place) => place + 1,
        };
        Some(made_up(place))
    };
    let mut headers = BTreeMap::new();
    for (name, value) in &taped.headers {
        if WHO_RECORDED.contains(name) {
            continue;
        }
        let mut value = redactor.header(Side::Request, name, value);
        if name == CONTENT_TYPE {
            // The boundary of a form is another one each time.
            value.truncate(value.find(';').unwrap_or(value.len()));
        }
        if name == IDEMPOTENCY_KEY {
            value = redactor.made_up(&value, &made_up);
        }
        headers.insert(name.to_string(), value);
    }
    let segment = |segment: &str| {
        let text = percent_decode_str(segment).decode_utf8_lossy();
        match redactor.text(Side::Request, &text) {
            // It is read as a segment again.
            Some(new) => new.replace('%', "%25").replace('/', "%2F"),
            None => segment.to_owned(),
        }
    };
    let path: Vec<String> = taped.uri.path().split('/').map(segment).collect();
    let mut query = query_pairs(&taped.uri);
    let is_signed = !taped.headers.keys().any(is_credential);
    if is_signed && !query.is_empty() {
        // An address that another answer gave: its query is its credential.
        query = vec![(REDACTED.to_owned(), REDACTED.to_owned())];
    }
    for (name, value) in &mut query {
        *value = redactor.pair(name, value);
    }
    let body = match &taped.body {
        TapedBody::None => None,
        TapedBody::Form => Some(Body::Form([])),
        TapedBody::Other(length) => Some(Body::Length(*length)),
        TapedBody::Json(body) => {
            let text = String::from_utf8_lossy(body);
            let edits = redactor.edits(Side::Request, Kind::Json, &text, &made_up);
            let text = String::from_utf8_lossy(&edited(&text, &[], &edits).concat()).into_owned();
            Some(json(text).map_or(Body::Length(body.len() as u64), Body::Json))
        }
    };
    Request { method: taped.method.to_string(), path: path.join("/"), query, headers, body }
}

/// Headers of answers that are about the connection, or about a body that was not changed.
const OF_CONNECTIONS: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];

fn response(taped: &Taped, text: &Text, redactor: &Redactor<'_>) -> Response {
    let (status, headers, end) = match &taped.outcome {
        TapedOutcome::Open => return Response { network: Some(DROPPED), ..Response::default() },
        TapedOutcome::Fault(kind, sent) => {
            let is_it = |(_, known, known_sent): &(_, TransportErrorKind, bool)| {
                known == kind && known_sent == sent
            };
            let word = FAULTS.iter().find(|fault| is_it(fault));
            let network = Some(word.map_or("closed-without-answer", |(word, ..)| *word));
            return Response { network, ..Response::default() };
        }
        TapedOutcome::Answer { status, headers, end, .. } => (status, headers, end),
    };
    let is_dated = headers.contains_key(RETRY_AFTER);
    let mut kept = BTreeMap::new();
    for (name, value) in headers {
        if !OF_CONNECTIONS.contains(name) && (name != DATE || is_dated) {
            kept.insert(name.to_string(), redactor.header(text.side, name, value));
        }
    }
    Response {
        status: Some(status.as_u16()),
        network: None,
        headers: kept,
        body: answer(text, redactor),
        cut: matches!(end, End::Open | End::Broken),
        delay_after_chunks_ms: match end {
            End::Silent(idle) => Some(u64::try_from(idle.as_millis()).unwrap_or(u64::MAX)),
            _ => None,
        },
    }
}

fn answer(text: &Text, redactor: &Redactor<'_>) -> Option<Body> {
    if text.whole.is_empty() {
        return None;
    }
    if text.is_binary {
        return Some(Body::Text(REDACTED.to_owned()));
    }
    let edits = redactor.edits(text.side, text.kind, &text.whole, &|_| None);
    let ends = if text.kind == Kind::Events { &text.ends[..] } else { &[] };
    let pieces = edited(&text.whole, ends, &edits);
    if text.kind == Kind::Events {
        let chunk = |piece: Vec<u8>| match String::from_utf8(piece) {
            Ok(text) => Chunk::Text(text),
            // A character that came in two pieces.
            Err(error) => Chunk::Bytes { base64: STANDARD.encode(error.as_bytes()) },
        };
        let pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
        return Some(Body::Events(pieces.map(chunk).collect()));
    }
    let whole = String::from_utf8_lossy(&pieces.concat()).into_owned();
    Some(match json(whole.clone()) {
        Some(json) if text.kind == Kind::Json => Body::Json(json),
        _ => Body::Text(whole),
    })
}

/// The text as JSON on one line: outside of texts, line ends are blanks.
fn json(text: String) -> Option<Box<RawValue>> {
    let text = if text.contains(['\n', '\r']) { text.replace(['\n', '\r'], " ") } else { text };
    // What is not read as a value could not be read back.
    serde_json::from_str::<Value>(&text).ok()?;
    RawValue::from_string(text.trim().to_owned()).ok()
}

/// The text with its changes, in pieces that end where those of the original do. What replaces a
/// part is in the piece that the part began in.
fn edited(text: &str, ends: &[usize], edits: &Edits) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    let mut ends = ends.iter().copied().peekable();
    let mut copy = |range: Range<usize>, pieces: &mut Vec<Vec<u8>>, new: Option<&str>| {
        let mut start = range.start;
        while start < range.end {
            let end = ends.peek().map_or(range.end, |end| range.end.min(*end));
            if let (Some(piece), None) = (pieces.last_mut(), new) {
                piece.extend_from_slice(text.as_bytes().get(start..end).unwrap_or_default());
            }
            if ends.next_if_eq(&end).is_some() {
                pieces.push(Vec::new());
            }
            start = end.max(start + usize::from(end <= start));
        }
    };
    let mut at = 0;
    for (range, new) in edits {
        copy(at..range.start, &mut pieces, None);
        if let Some(piece) = pieces.last_mut() {
            piece.extend_from_slice(new.as_bytes());
        }
        copy(range.clone(), &mut pieces, Some(new));
        at = range.end;
    }
    copy(at..text.len(), &mut pieces, None);
    pieces
}
