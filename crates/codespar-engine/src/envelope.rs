//! Error bodies: the shapes that APIs give them, and one reading.

use serde_json::{Map, Value};

use crate::{PendingApproval, Refusal, Timestamp};

/// Code and message of an error body: the top level first, then the `error` object, then `error`
/// as a text.
///
/// Prose is never taken for a code, nor a code for the only message where words are given.
pub fn envelope(body: &Map<String, Value>) -> Refusal {
    let nested = body.get("error").and_then(Value::as_object);
    let inner = |name| nested.and_then(|inner| text(inner, name));
    let word = text(body, "error");
    let codes = [text(body, "code"), inner("code"), word];
    let messages = [text(body, "message"), inner("message"), word, text(body, "reason")];
    Refusal {
        code: codes.into_iter().flatten().find(|code| is_code(code)).map(str::to_owned),
        message: messages.into_iter().flatten().next().map(str::to_owned),
        request_id: text(body, "request_id").map(str::to_owned),
        retry_after: None,
        approval: approval(body),
    }
}

/// The approval that a body names: at its top, in `error`, or in the details of either.
pub fn approval(body: &Map<String, Value>) -> Option<PendingApproval> {
    let within = |object: &Map<String, Value>, name: &str| {
        object.get(name).and_then(Value::as_object).cloned()
    };
    let of = |object: &Map<String, Value>| {
        let expires_at = text(object, "expires_at").map(Timestamp::from);
        text(object, "approval_id").map(|id| PendingApproval::new(id, expires_at))
    };
    let error = within(body, "error");
    of(body)
        .or_else(|| error.as_ref().and_then(of))
        .or_else(|| within(body, "details").as_ref().and_then(of))
        .or_else(|| error.as_ref().and_then(|error| within(error, "details")).as_ref().and_then(of))
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// More than any code has letters.
const LONGEST_CODE: usize = 128;

/// What a program can branch on: `session_not_active`, `mcp.close_failed`.
pub fn is_code(text: &str) -> bool {
    let allowed = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b'-')
    };
    (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(allowed)
}
