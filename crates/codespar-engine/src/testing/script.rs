//! What a replayed server answers, to which requests, in which order.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::testing::{
    clock::Offline,
    matcher::Matcher,
    placeholders::{Keys, REDACTED, shown, text_fits, value_fits},
    recorded::{Now, Recorded, fault, timeout},
    sent_body::sent_body,
    text::shown_headers,
};
use crate::transport::{Exchange, TransportError, TransportErrorKind};

/// A request as it was sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct Sent {
    /// The HTTP method of the request.
    pub method: Method,
    /// Where it went.
    pub uri: Uri,
    /// The headers of the request.
    pub headers: HeaderMap,
    /// The body of the request.
    pub body: Bytes,
    /// When it was sent, in virtual time since the beginning.
    pub at: Duration,
    /// How long the attempt was allowed to take.
    pub timeout: Option<Duration>,
    /// How long the server was allowed to be silent.
    pub idle: Option<Duration>,
}

impl Sent {
    /// The body as JSON; `null` where it is not.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Without credentials and without the body.
impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("headers", &shown_headers(&self.headers))
            .field("body_bytes", &self.body.len())
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// What a request has to look like.
#[derive(Clone)]
pub struct Expected {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: ExpectedBody,
}

#[derive(Clone)]
pub(super) enum ExpectedBody {
    Any,
    Bytes(Bytes),
    Json(Value),
    /// Any of this length.
    Length(u64),
}

impl Expected {
    /// A request without query and body, and with any headers.
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: ExpectedBody::Bytes(Bytes::new()),
        }
    }

    /// Expects a query pair, decoded. Their order does not matter.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Expects a header; others may be there.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Expects a JSON body. The texts `<uuid>`, `<now>` and `[redacted]` stand for any value but
    /// none, and within a text for any part of it; so they do in the query and in headers.
    /// `<uuid-1>` and the like stand for one key each, the same in all requests.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.body = ExpectedBody::Json(body);
        self
    }

    /// Expects these bytes.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = ExpectedBody::Bytes(body.into());
        self
    }

    /// Accepts any body.
    #[must_use]
    pub fn any_body(mut self) -> Self {
        self.body = ExpectedBody::Any;
        self
    }

    /// The keys of a request that stand where the script has those that were made up.
    fn keys(&self, sent: &Sent, matcher: &Matcher) -> Keys {
        let mut keys = Keys::default();
        if matcher.only_route {
            return keys;
        }
        for (name, expected) in &self.headers {
            keys.text(expected, sent.header(name).unwrap_or_default());
        }
        if let ExpectedBody::Json(expected) = &self.body {
            keys.value(&matcher.considered(expected), &matcher.considered(&sent.json()));
        }
        keys
    }

    /// How the request differs, as far as that counts.
    fn differences(&self, sent: &Sent, matcher: &Matcher) -> Vec<String> {
        let mut found = Vec::new();
        let mut differ = |what: &str, expected: &dyn fmt::Debug, came: &dyn fmt::Debug| {
            found.push(format!("{what}: expected {expected:?}, came {came:?}"));
        };
        if self.method != sent.method {
            differ("method", &self.method, &sent.method);
        }
        if !is_same_path(&self.path, sent.uri.path()) {
            differ("path", &self.path, &sent.uri.path());
        }
        if matcher.only_route {
            return found;
        }
        let considered = |pairs: Vec<(String, String)>| -> Vec<_> {
            pairs.into_iter().filter(|(name, _)| !matcher.ignores(name)).collect()
        };
        let expected = considered(self.query.clone());
        let came = considered(query_pairs(&sent.uri));
        if !is_same_query(&expected, &came) {
            differ("query", &expected, &shown_query(&expected, came));
        }
        for (name, value) in &self.headers {
            let came = sent.header(name);
            if !came.is_some_and(|came| is_same_header(name, value, came)) {
                differ("header", name, &shown_header(name, came));
            }
        }
        match &self.body {
            ExpectedBody::Any => {}
            ExpectedBody::Bytes(bytes) if *bytes == sent.body => {}
            ExpectedBody::Bytes(bytes) => differ("body", bytes, &sent.body),
            ExpectedBody::Length(length) if *length == sent.body.len() as u64 => {}
            ExpectedBody::Length(length) => differ("length of the body", length, &sent.body.len()),
            ExpectedBody::Json(expected) => {
                let (expected, came) =
                    (matcher.considered(expected), matcher.considered(&sent.json()));
                if !value_fits(&expected, &came) {
                    let came = shown(Some(&expected), &came);
                    found.push(format!("body: expected {expected:#}, came {came:#}"));
                }
            }
        }
        found
    }
}

/// Method and path: the rest may be personal, or a credential.
impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expected")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A header for the words of a difference, without credentials.
fn shown_header(name: &str, value: Option<&str>) -> Vec<String> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok();
    let value = value.and_then(|value| HeaderValue::from_str(value).ok());
    shown_headers(&HeaderMap::from_iter(name.zip(value)))
}

/// The same segments, but for what was redacted in one.
fn is_same_path(expected: &str, came: &str) -> bool {
    let (expected, came) = (segments(expected), segments(came));
    let is_same = |(a, b): (&Vec<u8>, &Vec<u8>)| {
        a == b || text_fits(&String::from_utf8_lossy(a), &String::from_utf8_lossy(b))
    };
    expected.len() == came.len() && expected.iter().zip(&came).all(is_same)
}

/// The same pairs in any order; a name that was redacted is any query.
fn is_same_query(expected: &[(String, String)], came: &[(String, String)]) -> bool {
    if expected.iter().any(|(name, _)| name == REDACTED) {
        return true;
    }
    let mut left: Vec<_> = came.iter().collect();
    expected.len() == left.len()
        && expected.iter().all(|(name, value)| {
            let is_same = |pair: &&(String, String)| pair.0 == *name && text_fits(value, &pair.1);
            left.iter().position(is_same).map(|place| left.swap_remove(place)).is_some()
        })
}

/// A query for the words of a difference, without what was redacted.
fn shown_query(
    expected: &[(String, String)],
    mut came: Vec<(String, String)>,
) -> Vec<(String, String)> {
    for (name, value) in &mut came {
        let is_hidden = |(known, text): &(String, String)| known == name && text.contains(REDACTED);
        if expected.iter().any(is_hidden) {
            REDACTED.clone_into(value);
        }
    }
    came
}

fn segments(path: &str) -> Vec<Vec<u8>> {
    path.split('/').map(|segment| percent_decode_str(segment).collect()).collect()
}

/// The pairs of a query, decoded.
pub(super) fn query_pairs(uri: &Uri) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let query = uri.query().unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn is_same_header(name: &str, expected: &str, came: &str) -> bool {
    // A form's boundary is nobody's business.
    text_fits(expected, came)
        || (name == "content-type" && came.split(';').next() == expected.split(';').next())
}

pub(super) enum Outcome {
    Answer(Recorded),
    Fault { kind: TransportErrorKind, sent: bool, after: Duration },
}

pub(super) struct Turn {
    pub(super) expected: Option<Expected>,
    pub(super) outcome: Outcome,
}

/// The script of a server, and how far it has come.
#[derive(Default)]
pub(super) struct Script {
    pub(super) clock: Offline,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    turns: VecDeque<Turn>,
    sent: Vec<Sent>,
    matcher: Matcher,
    keys: Keys,
}

impl State {
    /// The turn that answers a request, and how the request differs from it.
    fn take(&mut self, sent: &Sent) -> Option<(Turn, Vec<String>)> {
        let differences = |turn: &Turn| {
            let Some(expected) = &turn.expected else { return Vec::new() };
            let mut found = expected.differences(sent, &self.matcher);
            if found.is_empty() && !self.keys.agree(&expected.keys(sent, &self.matcher)) {
                found.push("key: expected one key for each that was made up".to_owned());
            }
            found
        };
        let place = match self.matcher.any_order {
            true => self.turns.iter().position(|turn| differences(turn).is_empty()).unwrap_or(0),
            false => 0,
        };
        let found = differences(self.turns.get(place)?);
        let turn = self.turns.remove(place)?;
        if let Some(expected) = &turn.expected {
            self.keys.append(expected.keys(sent, &self.matcher));
        }
        Some((turn, found))
    }
}

impl Script {
    pub(super) fn push(&self, turn: Turn) {
        self.state().turns.push_back(turn);
    }

    pub(super) fn set_matcher(&self, matcher: Matcher) {
        self.state().matcher = matcher;
    }

    pub(super) fn sent(&self) -> Vec<Sent> {
        self.state().sent.clone()
    }

    pub(super) fn left(&self) -> usize {
        self.state().turns.len()
    }

    /// Answers a request with the next turn.
    pub(super) fn open(&self, exchange: &Exchange) -> Now<Result<Recorded, TransportError>> {
        let request = &exchange.request;
        let body = match sent_body(request.body()) {
            Ok(body) => body,
            // As with a server that has seen a part of it: the request is not one of the script's.
            Err(error) => return Now::Ready(Err(error)),
        };
        let sent = Sent {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            body,
            at: self.clock.elapsed(),
            timeout: exchange.timeout,
            idle: exchange.idle,
        };
        let (number, turn) = {
            let mut state = self.state();
            state.sent.push(sent.clone());
            (state.sent.len(), state.take(&sent))
        };
        let Some((turn, differences)) = turn else {
            panic!("request {number} is not in the script: {} {}", sent.method, sent.uri.path());
        };
        if !differences.is_empty() {
            panic!("request {number} differs from the script:\n{}", differences.join("\n"));
        }
        let delay = match &turn.outcome {
            Outcome::Answer(recorded) if recorded.hangs => return Now::Never,
            Outcome::Answer(recorded) => recorded.delay,
            Outcome::Fault { after, .. } => *after,
        };
        if let Some(limit) = exchange.timeout.filter(|limit| *limit <= delay) {
            return Now::Ready(Err(timeout(&self.clock, limit)));
        }
        self.clock.advance(delay);
        Now::Ready(match turn.outcome {
            Outcome::Answer(recorded) => Ok(recorded),
            Outcome::Fault { kind, sent, .. } => Err(fault(kind, sent)),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
