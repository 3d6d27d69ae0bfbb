//! Requests: recorded against received.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha2::Sha256;

use super::{json, multipart, short};
use crate::recording::{Call, Part, Request, decode_base64};
use crate::server::Received;

/// Headers that decide who asks and what for: one that was not recorded is a difference.
const DECIDING: [&str; 5] =
    ["authorization", "cookie", "idempotency-key", "x-agentwallet-signature", "x-codespar-project"];

/// A recorded request and the call that made it.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The call: a null among its arguments is meant, a secret signs the body.
    pub call: &'a Call,
    /// What it sent.
    pub request: &'a Request,
}

/// The differences between all requests of a case, one line each.
#[must_use]
pub fn compare_all(expected: &[Expected<'_>], received: &[Received]) -> Vec<String> {
    let mut found = Vec::new();
    for (number, (expected, received)) in expected.iter().zip(received).enumerate() {
        let differences = compare(*expected, received);
        found.extend(differences.into_iter().map(|line| format!("request {}: {line}", number + 1)));
    }
    for (number, missing) in expected.iter().enumerate().skip(received.len()) {
        let Request { method, path, .. } = missing.request;
        found.push(format!("request {}: {method} {path} was not sent", number + 1));
    }
    for (number, extra) in received.iter().enumerate().skip(expected.len()) {
        let Received { method, target, .. } = extra;
        found.push(format!("request {}: {method} {target} was not expected", number + 1));
    }
    found
}

/// The differences between two requests.
#[must_use]
pub fn compare(expected: Expected<'_>, received: &Received) -> Vec<String> {
    let mut found = Vec::new();
    let wanted = expected.request;
    let mut check = |what: &str, wanted: String, given: String| {
        if wanted != given {
            found.push(format!("{what}: expected {}, got {}", short(wanted), short(given)));
        }
    };
    check("method", wanted.method.clone(), received.method.clone());
    if segments(&wanted.path) != segments(received.path()) {
        check("path", wanted.path.clone(), received.path().to_owned());
    }
    check("query", pairs(wanted.query.clone()), pairs(received.query()));
    found.extend(headers(expected, received));
    found.extend(body(expected, received));
    found
}

/// Each segment decoded by itself: an encoded slash is not a slash, `%c3` is `%C3`.
fn segments(path: &str) -> Vec<Vec<u8>> {
    path.split('/').map(|segment| percent_decode_str(segment).collect()).collect()
}

/// The pairs by name; values of one name keep their order.
fn pairs(mut query: Vec<(String, String)>) -> String {
    query.sort_by(|(one, _), (other, _)| one.cmp(other));
    query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn headers(expected: Expected<'_>, received: &Received) -> Vec<String> {
    let recorded: BTreeMap<&str, Vec<&str>> = expected
        .request
        .headers
        .iter()
        .map(|(name, header)| (&**name, header.values()))
        .filter(|(name, _)| *name != "connection")
        .collect();
    let deciding = DECIDING.iter().copied().chain(["content-type"]);
    let names: BTreeSet<&str> = recorded.keys().copied().chain(deciding).collect();
    let nothing = Vec::new();
    let mut found = Vec::new();
    for name in names {
        let wanted = recorded.get(name).unwrap_or(&nothing);
        let given = received.header(name);
        let agree = match name {
            "content-type" if received.body.is_empty() => given.is_empty(),
            "content-type" => essence(wanted) == essence(&given),
            "accept" if wanted.as_slice() == ["*/*"] => true,
            "x-agentwallet-signature" if !wanted.is_empty() => signed(expected.call, received),
            _ => {
                wanted.len() == given.len()
                    && wanted.iter().zip(&given).all(|(one, other)| json::text_matches(one, other))
            }
        };
        if !agree && name == "authorization" {
            // A key stands in it; the recorded ones are made up, another one may not be.
            found.push(format!("{name}: another value than recorded, or none"));
        } else if !agree {
            found.push(format!("{name}: expected {wanted:?}, got {given:?}"));
        }
    }
    found
}

/// The media types alone: a boundary is drawn anew each time, a charset says nothing about JSON.
fn essence(values: &[&str]) -> Vec<String> {
    let media = |value: &&str| value.split(';').next().unwrap_or_default().trim().to_lowercase();
    values.iter().map(media).collect()
}

/// Whether the signature is right for the body that was sent: `sha256=` and the HMAC in
/// hexadecimal.
fn signed(call: &Call, received: &Received) -> bool {
    let secret = call.args.get("secret").and_then(Value::as_str).unwrap_or_default();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(&received.body);
    let digest = mac.finalize().into_bytes();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    received.header("x-agentwallet-signature") == [format!("sha256={hex}")]
}

fn body(expected: Expected<'_>, received: &Received) -> Vec<String> {
    let Request { body_json, body_text, body_base64, multipart, .. } = expected.request;
    if let Some(parts) = multipart {
        return form(parts, received);
    }
    let given = &*received.body;
    let wanted = match (body_json, body_text, body_base64) {
        (Some(Value::Null), None, _) | (None, None, None) => Vec::new(),
        (Some(json), _, _) => return json_body(json, expected.call, given),
        (_, Some(text), _) => text.clone().into_bytes(),
        (_, _, Some(base64)) => match decode_base64(base64) {
            Ok(bytes) => bytes,
            Err(error) => return vec![error],
        },
    };
    bytes("body", &wanted, given).into_iter().collect()
}

fn json_body(wanted: &Value, call: &Call, given: &[u8]) -> Vec<String> {
    let Ok(given) = serde_json::from_slice::<Value>(given) else {
        return vec![format!("body: expected {}, got no JSON", short(wanted))];
    };
    let nulls = json::nulls(&Value::Object(call.args.clone()));
    let differences = json::diff(wanted, &given, json::Rules::Body { nulls: &nulls });
    differences.into_iter().map(|line| format!("body {line}")).collect()
}

fn form(wanted: &[Part], received: &Received) -> Vec<String> {
    let boundary = received.header("content-type").first().copied().and_then(multipart::boundary);
    let given = match boundary.map(|boundary| multipart::parts(&received.body, boundary)) {
        Some(Ok(parts)) => parts,
        Some(Err(error)) => return vec![format!("form: {error}")],
        None => return vec!["form: the content type names no boundary".to_owned()],
    };
    if wanted.len() != given.len() {
        return vec![format!("form: expected {} parts, got {}", wanted.len(), given.len())];
    }
    wanted.iter().zip(&given).flat_map(|(wanted, given)| part(wanted, given)).collect()
}

fn part(wanted: &Part, given: &multipart::Part) -> Vec<String> {
    let head = |name: &str, file: &Option<String>, media: &Option<String>| {
        format!("{name:?}, file {file:?}, type {media:?}")
    };
    let one = head(&wanted.name, &wanted.filename, &wanted.content_type);
    let other = head(&given.name, &given.filename, &given.content_type);
    let mut found = Vec::new();
    if one != other {
        found.push(format!("part: expected {one}, got {other}"));
    }
    match decode_base64(&wanted.content_base64) {
        Ok(content) => found.extend(bytes("part content", &content, &given.content)),
        Err(error) => found.push(error),
    }
    found
}

fn bytes(what: &str, wanted: &[u8], given: &[u8]) -> Option<String> {
    let spelled = |bytes: &[u8]| format!("{:?}", String::from_utf8_lossy(bytes));
    (wanted != given).then(|| {
        format!("{what}: expected {}, got {}", short(spelled(wanted)), short(spelled(given)))
    })
}
