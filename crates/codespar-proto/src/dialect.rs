//! How the API words its refusals: eleven shapes, one reading.

use std::time::Duration;

use codespar_engine::{Answer, Dialect, Refusal};
use serde_json::{Map, Value};

/// The CodeSpar wording of errors.
pub static DIALECT: Dialect = Dialect::new(read);

/// Code and message: the top level first, then the `error` object, then `error` as a text.
///
/// Prose is never taken for a code, nor a code for the only message where words are given.
fn read(answer: &Answer) -> Refusal {
    let mut refusal = Refusal::default();
    let Ok(Value::Object(body)) = serde_json::from_slice(&answer.body) else { return refusal };
    let nested = body.get("error").and_then(Value::as_object);
    let word = text(&body, "error");
    let codes = [text(&body, "code"), nested.and_then(|inner| text(inner, "code")), word];
    refusal.code = codes.into_iter().flatten().find(|code| is_code(code)).map(str::to_owned);
    refusal.message = text(&body, "message")
        .or_else(|| nested.and_then(|inner| text(inner, "message")))
        .or(word)
        .or_else(|| text(&body, "reason"))
        .map(str::to_owned);
    if refusal.code.is_none() && answer.status == 403 && body.contains_key("ruleId") {
        // A policy said no. This shape has no code of its own.
        let opened = body.get("approval_id").is_some_and(|id| !id.is_null());
        let code = if opened { "approval_required" } else { "policy_denied" };
        refusal.code = Some(code.to_owned());
    }
    refusal.request_id = text(&body, "request_id").map(str::to_owned);
    // Milliseconds, in both spellings; the self-hosted header means milliseconds too.
    let wait = body.get("retry_after_ms").or_else(|| body.get("retryAfter"));
    refusal.retry_after = wait.and_then(Value::as_u64).map(Duration::from_millis);
    refusal
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// What a program can branch on: `session_not_active`, `mcp.close_failed`.
pub(crate) fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b'-')
    })
}
