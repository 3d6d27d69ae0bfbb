//! Whether what an error says of an argument or of an answer is true.
//!
//! An error that refuses an argument or an answer begins with the operation and the path to the
//! member, and goes on with what is wrong: `agents.get: agent_id: expected an id, it is empty`. An
//! official SDK lets most of that pass, so there is no recording to compare with. The member itself
//! can be looked at.

use serde_json::Value;

use super::errors::own_answers;
use crate::operations::Failure;
use crate::recording::{Recording, Response, number};

/// The arguments and the answers that an error may speak of.
#[derive(Debug, Clone, PartialEq)]
pub struct Grounds {
    given: Value,
    answers: Vec<Answered>,
    /// The recorded items, of which some may come before the error.
    pub(crate) items: Option<Vec<Value>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Answered {
    status: Option<u16>,
    body: Option<Value>,
    kind: String,
    is_empty: bool,
}

impl Grounds {
    pub(crate) fn of(recording: &Recording) -> Self {
        let mut given = recording.config.clone().unwrap_or_default();
        given.extend(recording.call.timeout_s.clone().map(|limit| ("timeout".to_owned(), limit)));
        for (name, value) in &recording.call.args {
            match value {
                // Ours are one struct.
                Value::Object(members) if matches!(&**name, "options" | "config") => {
                    given.extend(members.clone());
                }
                _ => {
                    given.insert(name.clone(), value.clone());
                }
            }
        }
        let of_answer = |answer: &Response| Answered {
            status: answer.status,
            body: answer.json(),
            kind: answer.media_type().unwrap_or_default(),
            is_empty: answer.body().is_ok_and(|body| body.is_empty()),
        };
        Self {
            given: Value::Object(given),
            answers: own_answers(recording).into_iter().map(of_answer).collect(),
            items: recording.result.as_ref().and_then(Value::as_array).cloned(),
        }
    }

    /// What is wrong with what the error says; nothing where it is true.
    pub(crate) fn check(&self, failure: &Failure) -> Option<String> {
        let claim = failure.message.split(" (status ").next().unwrap_or_default();
        let claim = claim.split(" (after ").next().unwrap_or(claim);
        let of_call = claim.split_once(": ").map_or(claim, |(_, claim)| claim);
        let is_true = match &*failure.kind {
            // A client that is only made names no operation.
            "Config" => {
                failure.status.is_none()
                    && [of_call, claim].iter().any(|claim| self.is_true_of_arguments(claim))
            }
            _ => self.answers.last().is_some_and(|answer| {
                failure.status == answer.status && is_true_of_answer(of_call, answer)
            }),
        };
        (!is_true).then(|| format!("nothing shows that {claim:?}"))
    }

    fn is_true_of_arguments(&self, claim: &str) -> bool {
        let (path, what) = parts(claim);
        // Ours drop what the name of the type says already.
        let ends = ["", "_id", "_name"];
        let value = ends.iter().find_map(|end| at(&self.given, &format!("{path}{end}")));
        let text = value.and_then(Value::as_str);
        let length = what.strip_prefix("expected at most ").and_then(|rest| {
            rest.strip_suffix(" characters").and_then(|number| number.parse::<usize>().ok())
        });
        if let Some(length) = length {
            return text.is_some_and(|text| text.chars().count() > length);
        }
        // What an action needs is missing where it is not given.
        let acts = self.given.get("action").is_some();
        let missing = value.is_none_or(Value::is_null);
        match what {
            "expected an id, it is empty" => text == Some(""),
            "expected text, it is empty" => text == Some("") || acts && missing,
            "expected the provider's id" | "expected this argument" => acts && missing,
            "expected it, content or continue_from" => ["message", "content", "continue_from"]
                .iter()
                .all(|name| self.given.get(*name).is_none_or(is_empty)),
            "expected an id, not a step within the path" => matches!(text, Some("." | "..")),
            "expected an id without slashes, backslashes and control characters" => text
                .is_some_and(|text| {
                    text.contains(['/', '\\']) || text.chars().any(char::is_control)
                }),
            "expected no such argument" => value.is_some(),
            "expected an http or https URL" => text.is_some_and(|text| !text.starts_with("http")),
            // Codes of the standard have three letters, those of tokens four.
            _ if what.starts_with("expected three capital letters") => text.is_some_and(|text| {
                !(3..=4).contains(&text.len())
                    || !text.bytes().all(|byte| byte.is_ascii_uppercase())
            }),
            "expected a number of seconds, more than zero"
            | "expected more than zero and at most 24 hours" => value.is_some_and(|value| {
                number(value).is_none_or(|limit| limit <= 0.0 || !limit.is_finite())
            }),
            _ if what.starts_with("expected none") => !missing,
            _ if what.starts_with("expected visible ASCII") => {
                // A key that is derived from other arguments is not among them.
                let whole = || self.given.to_string();
                let text = text.map_or_else(whole, str::to_owned);
                text.bytes().any(|byte| !(33..127).contains(&byte))
            }
            // Whatever else is asked for, the argument is not there or says nothing.
            _ if what.starts_with("expected ") => !missing && value.is_some_and(is_empty),
            _ => value.is_some_and(|value| is_true_of_type(what, value)),
        }
    }
}

/// A claim as the path to a member and what is said of it.
fn parts(claim: &str) -> (String, &str) {
    const SAID: [&str; 5] =
        ["expected ", "invalid ", "missing field ", "the answer has ", "unknown variant"];
    let begins = |start: &usize| {
        let rest = claim.get(*start..).unwrap_or_default();
        SAID.iter().any(|said| rest.starts_with(said))
    };
    let starts = claim.match_indices(": ").map(|(index, separator)| index + separator.len());
    let start = std::iter::once(0).chain(starts).find(begins).unwrap_or(claim.len());
    let (path, what) = claim.split_at(start);
    let steps = path.split(": ").filter(|step| !step.is_empty() && *step != "the answer");
    (steps.collect::<Vec<_>>().join("."), what)
}

fn is_true_of_answer(claim: &str, answer: &Answered) -> bool {
    if claim.starts_with("the answer is empty") {
        return answer.is_empty;
    }
    if claim.starts_with("the answer is not JSON") || claim.starts_with("the answer ends") {
        return answer.body.is_none();
    }
    if let Some(kind) = claim.strip_prefix("the answer is ") {
        return !answer.kind.is_empty() && kind.starts_with(&answer.kind);
    }
    let (path, what) = parts(claim);
    let body = answer.body.as_ref().unwrap_or(&Value::Null);
    if what.starts_with("the answer has no") {
        return is_empty(body);
    }
    let missing = what.strip_prefix("missing field `").and_then(|name| name.strip_suffix('`'));
    match (missing, at(body, &path)) {
        // What an answer as a whole has to have is a matter of the call, and of a rule of its own.
        (Some(_), _) if path.is_empty() => false,
        (Some(name), Some(value)) => value.is_object() && value.get(name).is_none(),
        // An answer that says nothing stands for one without members.
        (Some(_), None) => is_empty(body),
        (None, Some(value)) => is_true_of_type(what, value),
        (None, None) => false,
    }
}

/// Whether `invalid type: integer, expected a text` names the type of this value, and one that it
/// is not.
fn is_true_of_type(what: &str, value: &Value) -> bool {
    if what.starts_with("unknown variant") {
        return value.as_str().is_some_and(|text| !what.contains(&format!("`{text}`")));
    }
    let rest = what.strip_prefix("invalid type: ").or_else(|| what.strip_prefix("invalid value: "));
    let Some((found, expected)) = rest.and_then(|rest| rest.split_once(", expected ")) else {
        return false;
    };
    let names: &[&str] = match value {
        Value::Null => &["null", "unit", "no object"],
        Value::Bool(_) => &["bool", "no object"],
        Value::Number(_) => &["integer", "float", "number", "no object", "the number"],
        Value::String(_) => &["string", "text", "no object"],
        Value::Array(_) => &["sequence", "list", "no object"],
        Value::Object(_) => &["map", "object"],
    };
    names.iter().any(|name| found.starts_with(name)) && !is_of_type(expected, value)
}

/// Whether the value is what was expected; true of what has no meaning here, so that nothing is
/// excused by it.
fn is_of_type(expected: &str, value: &Value) -> bool {
    let word = expected.trim_start_matches("a ").trim_start_matches("an ");
    let word = word.split([' ', ',']).next().unwrap_or_default();
    // A whole number may be spelled with a point or an exponent.
    let whole = || value.as_f64().is_some_and(|number| number.fract() == 0.0);
    match word {
        "string" | "text" => value.is_string(),
        "sequence" | "list" => value.is_array(),
        "object" | "map" | "struct" => value.is_object(),
        "boolean" | "bool" => value.is_boolean(),
        "u8" | "u16" | "u32" | "u64" => {
            whole() && value.as_f64().is_some_and(|number| number >= 0.0)
        }
        "i8" | "i16" | "i32" | "i64" | "integer" | "whole" => whole(),
        "number" | "float" | "f64" => value.is_number(),
        _ => true,
    }
}

/// The value at a path such as `items[2].buyer.name`; `?` stands for any step of one.
fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    steps.filter(|step| !step.is_empty() && *step != "?").try_fold(value, |value, step| match value
    {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    })
}

/// Whether the value says nothing.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}
