//! A client that does exactly what was recorded, over a raw socket, and can be made to do one thing
//! wrong.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conformance::compare::ErrorExpectation;
use conformance::operations::{Conversation, Failure, Operations, Outcome, Setup};
use conformance::recording::{Call, Exchange, Part, RecordedError, Request, Response};
use serde_json::Value;

const UUID: &str = "6f1c5a52-0d5a-4c3e-9a55-1c2d3e4f5a6b";

/// What goes out, before it is spelled.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Does what was recorded, after `requests` and `outcome` have had their way with it.
pub(crate) struct Mirror {
    pub(crate) requests: fn(&mut Vec<Outgoing>),
    pub(crate) outcome: fn(Outcome) -> Outcome,
}

impl Default for Mirror {
    fn default() -> Self {
        Self { requests: |_| {}, outcome: |outcome| outcome }
    }
}

impl Operations for Mirror {
    fn begin<'a>(&'a self, setup: Setup<'a>) -> Box<dyn Conversation + 'a> {
        Box::new(Mirrored { mirror: self, setup, made: 0 })
    }
}

struct Mirrored<'a> {
    mirror: &'a Mirror,
    setup: Setup<'a>,
    made: usize,
}

impl Conversation for Mirrored<'_> {
    fn call(&mut self, _: &Call) -> Outcome {
        let case = self.setup.recording;
        let earlier = case.before.get(self.made);
        self.made += 1;
        let exchanges = earlier.map_or(&case.exchanges, |earlier| &earlier.exchanges);
        let mut outgoing: Vec<_> =
            exchanges.iter().map(|exchange| spell(&exchange.request)).collect();
        if earlier.is_none() {
            (self.mirror.requests)(&mut outgoing);
        }
        for request in &outgoing {
            send(self.setup.base_url, request);
        }
        if let Some(earlier) = earlier {
            return outcome(&earlier.result, &earlier.error, exchanges);
        }
        (self.mirror.outcome)(
            match (&case.updates, outcome(&case.result, &case.error, exchanges)) {
                (Some(updates), Outcome::Failed(failure)) => {
                    Outcome::Items { items: updates.clone(), then: Some(failure) }
                }
                (Some(updates), _) => Outcome::Items { items: updates.clone(), then: None },
                (None, Outcome::Failed(mut failure)) => {
                    failure.details.extend(
                        case.batch_from_error.clone().map(|batch| ("batch".to_owned(), batch)),
                    );
                    Outcome::Failed(failure)
                }
                (None, outcome) => outcome,
            },
        )
    }
}

fn outcome(
    result: &Option<Value>,
    error: &Option<RecordedError>,
    exchanges: &[Exchange],
) -> Outcome {
    let answers: Vec<&Response> = exchanges.iter().map(|exchange| &exchange.response).collect();
    let failure = error.as_ref().map(|error| {
        let expected = ErrorExpectation::recorded(error, &answers);
        Failure {
            status: expected.status.flatten(),
            code: expected.code.flatten(),
            request_id: expected.request_id,
            retry_after: expected.retry_after,
            ..Failure::new(expected.kinds.first().unwrap(), "as recorded")
        }
    });
    match (result, failure) {
        (Some(Value::Array(items)), then) => Outcome::Items { items: items.clone(), then },
        (_, Some(failure)) => Outcome::Failed(failure),
        (result, None) => Outcome::Value(result.clone().unwrap_or_default()),
    }
}

/// Spells a recorded request, without a content type where there is no body.
fn spell(request: &Request) -> Outgoing {
    let query: Vec<String> = request
        .query
        .iter()
        .map(|(name, value)| format!("{}={}", plain(name), plain(value)))
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let body = match (&request.multipart, &request.body_text, &request.body_json) {
        (Some(parts), ..) => form(parts),
        (_, Some(text), _) => text.replace("<uuid>", UUID).into_bytes(),
        (_, _, Some(json)) if !json.is_null() => {
            json.to_string().replace("<uuid>", UUID).into_bytes()
        }
        _ => {
            request.body_base64.iter().flat_map(|base64| STANDARD.decode(base64).unwrap()).collect()
        }
    };
    let mut headers = Vec::new();
    for (name, header) in &request.headers {
        for value in header.values() {
            match &**name {
                "connection" => {}
                "content-type" if body.is_empty() => {}
                "content-type" if request.multipart.is_some() => {
                    headers.push((name.clone(), "multipart/form-data; boundary=here".to_owned()));
                }
                _ => headers.push((name.clone(), value.replace("<uuid>", UUID))),
            }
        }
    }
    Outgoing {
        method: request.method.clone(),
        target: format!("{}{query}", request.path),
        headers,
        body,
    }
}

fn plain(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn form(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let file =
            part.filename.iter().map(|name| format!("; filename=\"{name}\"")).collect::<String>();
        let media = part.content_type.iter().map(|media| format!("\r\nContent-Type: {media}"));
        let media = media.collect::<String>();
        let head = format!(
            "--here\r\nContent-Disposition: form-data; name=\"{}\"{file}{media}\r\n\r\n",
            part.name
        );
        body.extend(head.into_bytes());
        body.extend(STANDARD.decode(&part.content_base64).unwrap());
        body.extend(b"\r\n");
    }
    body.extend(b"--here--\r\n");
    body
}

/// Sends the request on a connection of its own and gives everything that came back until the
/// connection ended.
pub(crate) fn send(base_url: &str, request: &Outgoing) -> Vec<u8> {
    let mut connection = TcpStream::connect(base_url.strip_prefix("http://").unwrap()).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n",
        request.method, request.target
    );
    for (name, value) in &request.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body.len()));
    let mut all = head.into_bytes();
    all.extend(&request.body);
    connection.write_all(&all).unwrap();
    let mut answer = Vec::new();
    // A connection that breaks is part of some recordings.
    let _ = connection.read_to_end(&mut answer);
    answer
}

/// A GET without anything else.
pub(crate) fn get(target: &str) -> Outgoing {
    Outgoing {
        method: "GET".to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// The recordings of a file in `fixtures/wire`.
pub(crate) fn recordings(name: &str) -> Vec<Value> {
    conformance::recording::read(&fixture(&format!("wire/{name}.jsonl"))).unwrap()
}

/// The text of a file in `fixtures`.
pub(crate) fn fixture(name: &str) -> String {
    let path = format!("{}/../../fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}
