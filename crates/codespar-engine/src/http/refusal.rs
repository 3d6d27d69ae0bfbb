//! Error bodies: the shapes that APIs give them, and one reading.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{error::PendingApproval, http::dialect::Refusal, json::Json, time::Timestamp};

/// The members of an error body, however little else can be made of it: see
/// [`Json::to_value`].
pub fn members(body: &[u8]) -> Option<Map<String, Value>> {
    match Json::from_slice(body).ok()?.to_value() {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Code, message and wait of an error body: the top level first, then the `error` object, then
/// `error` as a text.
///
/// Prose is never taken for a code, nor a code for the only message where words are given. What
/// stands under `code` may be in capitals; a word under `error` may not, since `Unauthorized` is
/// the name of a status.
pub fn envelope(body: &Map<String, Value>) -> Refusal {
    let nested = body.get("error").and_then(Value::as_object);
    let inner = |name| nested.and_then(|inner| text(inner, name));
    let word = text(body, "error");
    let said = [text(body, "code"), inner("code")].into_iter().flatten();
    let named = [word, inner("type")].into_iter().flatten();
    let code = said.filter(|code| is_given_code(code)).chain(named.filter(|code| is_code(code)));
    let messages = [text(body, "message"), inner("message"), word, text(body, "reason")];
    let heads = messages.into_iter().flatten().filter_map(|words| words.split_once(": "));
    let others = [text(body, "code"), inner("code"), word].into_iter().flatten();
    let others = others.chain(heads.map(|(head, _)| head)).filter(|code| is_code(code));
    Refusal {
        other_codes: others.map(str::to_owned).collect(),
        code: code.map(str::to_owned).next(),
        message: messages.into_iter().flatten().next().map(str::to_owned),
        request_id: text(body, "request_id").map(str::to_owned),
        retry_after: wait(body, "retry_after_ms", MILLISECOND)
            .or_else(|| wait(body, "retry_after_seconds", SECOND))
            .or_else(|| wait(body, "retry_after", SECOND)),
        approval: approval(body),
    }
}

/// The units that waits are told in.
const SECOND: f64 = 1.0;
/// A thousandth of it.
pub const MILLISECOND: f64 = 0.001;

/// The objects of an error body in which something about the refusal may stand: the top level,
/// `error`, and the `details` and `data` of either.
fn places(body: &Map<String, Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let error = body.get("error").and_then(Value::as_object);
    let outer = [Some(body), error];
    let inner = ["details", "data"]
        .into_iter()
        .flat_map(move |name| outer.map(|of| of.and_then(|of| of.get(name)?.as_object())));
    outer.into_iter().chain(inner).flatten()
}

/// The approval that a body names, as a text or a number: to overlook one is to call a payment
/// refused that will happen.
pub fn approval(body: &Map<String, Value>) -> Option<PendingApproval> {
    let named = |place: &Map<String, Value>, name| match place.get(name)? {
        Value::Number(number) => Some(number.to_string()),
        _ => text(place, name).map(str::to_owned),
    };
    places(body).find_map(|place| {
        let id = named(place, "approval_id").or_else(|| named(place, "approvalId"))?;
        let expires_at = text(place, "expires_at").or_else(|| text(place, "expiresAt"));
        Some(PendingApproval::new(id, expires_at.map(Timestamp::from)))
    })
}

/// The wait that an error body asks for under this name: a number or its text. Nonsense is
/// ignored.
pub fn wait(body: &Map<String, Value>, name: &str, unit: f64) -> Option<Duration> {
    places(body).find_map(|place| {
        let number = match place.get(name)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        Duration::try_from_secs_f64(number * unit).ok()
    })
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// More than any code has letters.
const LONGEST_CODE: usize = 128;

/// What a program can branch on: `session_not_active`, `mcp.close_failed`.
pub fn is_code(text: &str) -> bool {
    is_given_code(text) && !text.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'/')
}

/// What a program can branch on where the server says that it is a code:
/// `FST_ERR_CTP_BODY_TOO_LARGE`, `auth/expired`.
fn is_given_code(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'/');
    (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Refusal {
        envelope(&members(body.as_bytes()).unwrap())
    }

    #[test]
    fn a_code_may_be_in_capitals_where_it_is_said_to_be_one() {
        for (body, code) in [
            (
                r#"{"status":413,"code":"FST_ERR_CTP_BODY_TOO_LARGE","error":"Payload Too Large"}"#,
                Some("FST_ERR_CTP_BODY_TOO_LARGE"),
            ),
            (r#"{"error":{"code":"ECONNREFUSED","message":"x"}}"#, Some("ECONNREFUSED")),
            (r#"{"code":"Not Found"}"#, None),
            (r#"{"code":42}"#, None),
            (r#"{"error":"Unauthorized"}"#, None),
            (r#"{"error":"FST_ERR"}"#, None),
            (r#"{"error":{"type":"overloaded_error"}}"#, Some("overloaded_error")),
            (r#"{"error":{"type":"overloaded_error","code":"E_BUSY"}}"#, Some("E_BUSY")),
        ] {
            assert_eq!(read(body).code.as_deref(), code, "{body}");
        }
    }

    #[test]
    fn a_code_survives_whatever_stands_beside_it() {
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        for body in [
            r#"{"error":"policy_denied","message":"x \ud83d"}"#,
            r#"{"error":"policy_denied","message":"x","limit":1e400}"#,
            r#"{"a\udc00":1,"error":"policy_denied","message":"x"}"#,
            &format!(r#"{{"error":"policy_denied","message":"x","of":{deep}}}"#),
            "\u{feff}{\"error\":\"policy_denied\",\"message\":\"x\"}",
        ] {
            let refusal = read(body);
            assert_eq!(refusal.code.as_deref(), Some("policy_denied"), "{body}");
            assert!(refusal.message.unwrap().starts_with('x'));
        }
        let latin = members(b"{\"error\":\"denied\",\"message\":\"caf\xe9\"}").unwrap();
        let refusal = envelope(&latin);
        assert_eq!(refusal.message.as_deref(), Some("caf\u{fffd}"));
        assert_eq!(refusal.code.as_deref(), Some("denied"));
    }

    #[test]
    fn the_wait_is_read_wherever_and_however_it_is_written() {
        for (body, millis) in [
            (r#"{"retry_after_ms":1200}"#, 1200),
            (r#"{"retry_after_ms":"1200"}"#, 1200),
            (r#"{"retry_after_ms":1200.5}"#, 1201),
            (r#"{"details":{"retry_after_ms":" 7 "}}"#, 7),
            (r#"{"error":{"details":{"retry_after":2.5}}}"#, 2500),
            (r#"{"error":{"retry_after_seconds":"3"}}"#, 3000),
            (r#"{"retry_after_ms":null,"retry_after":1}"#, 1000),
        ] {
            let wait = read(body).retry_after.unwrap();
            assert_eq!(wait.as_micros().div_ceil(1000), millis, "{body}");
        }
        for body in [
            r#"{"retry_after_ms":-1}"#,
            r#"{"retry_after_ms":"soon"}"#,
            r#"{"retry_after_ms":1e400}"#,
            r#"{"retry_after":[1]}"#,
            r#"{"retry_after":"inf"}"#,
        ] {
            assert_eq!(read(body).retry_after, None, "{body}");
        }
    }
}
