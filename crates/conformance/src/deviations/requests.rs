//! The requests that a rule expects.

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::last_answer::{refused_turn, repeats_a_cursor, waits};
use super::placeholders::{changed, resolved, without_nulls};
use crate::recording::{Recording, Request};
use crate::server::Received;

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Requests {
    Word(String),
    Changed(Vec<Map<String, Value>>),
}

/// Words that explain the outcome too or nothing.
const WHOLE: [&str; 2] = ["none", "one-more"];
const OTHERS: [&str; 8] = [
    "ids-encoded",
    "last-part-of-file-names",
    "until-a-repeated-cursor",
    "until-a-refused-turn",
    "until-waiting",
    "without-body",
    "without-cookie",
    "without-nulls",
];

pub(super) fn is_whole(word: &str) -> bool {
    WHOLE.contains(&word)
}

pub(super) fn check(word: &str) -> Result<(), String> {
    let known = is_whole(word) || OTHERS.contains(&word);
    known.then_some(()).ok_or_else(|| format!("requests: {word:?} means nothing"))
}

impl Requests {
    /// What is expected to be sent, where `received` was.
    pub(super) fn expected(
        &self,
        recording: &Recording,
        received: &[Received],
    ) -> Result<Vec<Request>, String> {
        let recorded = || recording.exchanges.iter().map(|exchange| &exchange.request);
        let list = match self {
            Self::Changed(list) => list,
            Self::Word(word) => {
                return match &**word {
                    "none" => Ok(Vec::new()),
                    "one-more" => one_more(recording, received),
                    "until-a-repeated-cursor" => Ok(until(recording, repeats_a_cursor)),
                    "until-a-refused-turn" => {
                        let last = refused_turn(recording);
                        Ok(until(recording, |answers| {
                            last.is_some_and(|last| answers.len() > last)
                        }))
                    }
                    "until-waiting" => {
                        Ok(until(recording, |answers| answers.last().is_some_and(waits)))
                    }
                    "last-part-of-file-names" => Ok(recorded().cloned().map(bare_names).collect()),
                    "without-cookie" => Ok(recorded().cloned().map(without_cookie).collect()),
                    "without-body" => Ok(recorded().cloned().map(without_body).collect()),
                    "without-nulls" => Ok(recorded().map(without_nulls).collect()),
                    "ids-encoded" => Ok(recorded()
                        .enumerate()
                        .map(|(number, request)| encoded(request, received.get(number)))
                        .collect()),
                    word => check(word).map(|()| Vec::new()),
                };
            }
        };
        (0..recorded().count().max(list.len()))
            .map(|index| match list.get(index) {
                Some(change) => {
                    let change = resolved(&Value::Object(change.clone()), recording)?;
                    changed(recorded().nth(index), &change)
                }
                None => Ok(recorded().nth(index).cloned().unwrap_or_default()),
            })
            .collect()
    }
}

/// The recorded requests and one that the script has no answer for: it asks for what the last one
/// did, or where none was recorded, for anything once.
fn one_more(recording: &Recording, received: &[Received]) -> Result<Vec<Request>, String> {
    let recorded: Vec<_> = recording.exchanges.iter().map(|exchange| &exchange.request).collect();
    let more = received.get(recorded.len()).map(as_received);
    let more = more.ok_or("there is no request after the recorded ones")?;
    let same = |last: &&Request| last.method == more.method && last.path == more.path;
    if recorded.last().is_some_and(|last| !same(last)) {
        return Err(format!("{} {} is another request than before", more.method, more.path));
    }
    Ok(recorded.into_iter().cloned().chain([more]).collect())
}

/// The recorded requests up to the one whose answer, with those before it, is what is looked for.
fn until(recording: &Recording, found: impl Fn(&[Value]) -> bool) -> Vec<Request> {
    let answers: Vec<_> = recording
        .exchanges
        .iter()
        .map(|exchange| exchange.response.json().unwrap_or_default())
        .collect();
    let ends = (1..=answers.len()).find(|&end| found(answers.get(..end).unwrap_or_default()));
    let requests = recording.exchanges.iter().map(|exchange| exchange.request.clone());
    requests.take(ends.unwrap_or(answers.len())).collect()
}

fn bare_names(mut request: Request) -> Request {
    for name in request.multipart.iter_mut().flatten().filter_map(|part| part.filename.as_mut()) {
        *name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    }
    request
}

fn without_body(request: Request) -> Request {
    let mut headers = request.headers;
    headers.remove("content-type");
    let (body_json, body_text, body_base64, multipart) = (None, None, None, None);
    Request { headers, body_json, body_text, body_base64, multipart, ..request }
}

fn without_cookie(mut request: Request) -> Request {
    request.headers.remove("cookie");
    request
}

/// What was received, as if it had been recorded.
fn as_received(received: &Received) -> Request {
    let headers = received.headers.iter().map(|(name, value)| {
        (name.to_ascii_lowercase(), crate::recording::Header::One(value.clone()))
    });
    Request {
        method: received.method.clone(),
        path: received.path().to_owned(),
        query: received.query(),
        headers: headers.collect(),
        body_base64: Some(crate::recording::encode_base64(&received.body)),
        ..Request::default()
    }
}

/// The recorded request under the path that was received, where an SDK that pastes ids into its URL
/// as they are would have got from the one to the other.
fn encoded(recorded: &Request, received: Option<&Received>) -> Request {
    let Some(received) = received else { return recorded.clone() };
    let pasted: Vec<String> = received.path().split('/').map(decoded).collect();
    let pasted = pasted.join("/");
    let without_fragment = pasted.split('#').next().unwrap_or_default();
    let path = without_fragment.split('?').next().unwrap_or_default();
    let asks = without_fragment.contains('?');
    if decoded(&walked(path)) != decoded(&recorded.path) && walked(path) != recorded.path {
        return recorded.clone();
    }
    let query = if asks { received.query() } else { recorded.query.clone() };
    Request { path: received.path().to_owned(), query, ..recorded.clone() }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The path with its dot segments followed.
fn walked(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let last_is_a_step = matches!(path.rsplit('/').next(), Some("." | ".."));
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    if last_is_a_step && !kept.is_empty() {
        kept.push("");
    }
    format!("/{}", kept.join("/"))
}
