//! What our results say about effects beyond what an official client says: read from the recorded
//! answer by rules of this file alone.

use serde_json::Value;

use crate::lenient;
use crate::operations::Outcome;
use crate::recording::{Recording, answer_text};

/// What a result's verdict ought to be and is not.
pub(crate) fn wrong(case: &Recording, outcome: &Outcome) -> Option<String> {
    let Outcome::Value(value) = outcome else { return None };
    let answer = lenient::parse(&answer_text(&case.exchanges.last()?.response))?;
    let expected = match &*case.call.name() {
        "session.execute" => of_tool(&answer),
        "service_requests.create" | "service_requests.get" | "service_requests.create_and_wait" => {
            of_status(answer.get("status").and_then(Value::as_str)?)
        }
        _ => return None,
    };
    // What was recorded has none.
    let said = value.get("verdict").and_then(Value::as_str)?;
    (!expected.contains(&said))
        .then(|| format!("verdict: expected one of {expected:?}, got {said}"))
}

const DONE: &[&str] = &["completed", "issued", "dispatched", "settled"];

fn of_status(status: &str) -> &'static [&'static str] {
    match status {
        "executed" => &["completed"],
        "blocked" => &["refused"],
        "approval_required" => &["held"],
        _ => &["unknown"],
    }
}

fn of_tool(answer: &Value) -> &'static [&'static str] {
    let success = answer.get("success");
    let data = if success.is_some() { answer.get("data") } else { Some(answer) };
    let text = |name: &str| data.and_then(|data| data.get(name)).and_then(Value::as_str);
    let error = answer.get("error").and_then(Value::as_str).unwrap_or_default();
    let code = text("code").unwrap_or_else(|| error.split(": ").next().unwrap_or_default());
    let refuses = [
        "policy_denied",
        "mocks_exhausted",
        "mocks_engine_error",
        "tool_not_mocked",
        "policy_engine_error",
    ];
    if text("approval_id").is_some_and(|id| !id.is_empty()) || code == "approval_required" {
        &["held"]
    } else if success == Some(&Value::Bool(true)) {
        match text("status") {
            Some("rejected") => &["refused"],
            Some("failed" | "error" | "declined" | "denied" | "uncertain") => &["unknown"],
            // A refusal of a mock needs all of its members to be one.
            _ if text("code").is_some_and(|code| refuses.contains(&code)) => {
                &["refused", "unknown"]
            }
            _ => DONE,
        }
    } else if refuses.contains(&code) || error.starts_with("Tool not registered: ") {
        &["refused"]
    } else {
        // Other codes say more at times, in either direction.
        &["unknown", "refused"]
    }
}
