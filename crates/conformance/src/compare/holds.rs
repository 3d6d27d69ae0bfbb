//! Whether an outcome holds at least what the official client had.

use serde_json::Value;

use super::json::text_matches;
use crate::operations::Outcome;
use crate::recording::{Recording, number};

/// What the recorded outcome has of the server's answers and this one has not: a code, a value, an
/// item.
///
/// A value counts that the server said; what an official SDK made up is no loss.
pub(crate) fn lost(recording: &Recording, outcome: &Outcome, served: &str) -> Vec<String> {
    let mut found = Vec::new();
    let error = recording.error.as_ref();
    let (values, failure) = match outcome {
        Outcome::Unknown => return found,
        Outcome::Value(value) => (vec![value], None),
        Outcome::Items { items, then } => (items.iter().collect(), then.as_ref()),
        Outcome::Failed(failure) => (Vec::new(), Some(failure)),
    };
    let recorded = recording.updates.clone().map(Value::Array).or_else(|| recording.result.clone());
    let recorded = recorded.unwrap_or_default();
    if let Some(failure) = failure.filter(|_| error.is_none() && recorded != Value::Null) {
        found.push(format!("a result was had, and here is an error: {}", failure.message));
    }
    if let (Some(code), Some(failure)) = (error.and_then(|error| error.code.as_ref()), failure) {
        if failure.code.is_none() && looks_like_a_code(code) {
            found.push(format!("the code {code:?} was had, and here is none"));
        }
    }
    let had = recorded.as_array().map_or(0, Vec::len);
    if let (Outcome::Items { items, .. }, true) = (outcome, recorded.is_array()) {
        if items.len() < had {
            found.push(format!("{had} items were had, and here are {}", items.len()));
        }
    }
    let mut given = Vec::new();
    values.into_iter().for_each(|value| scalars(value, &mut given));
    let mut wanted = Vec::new();
    if failure.is_none() {
        scalars(&recorded, &mut wanted);
    }
    for value in wanted.into_iter().filter(|value| is_served(value, served)) {
        if !given.iter().any(|given| agree(value, given)) {
            found.push(format!("{value} was had, and is not here"));
        }
    }
    found
}

fn looks_like_a_code(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// Every text and number in a value.
fn scalars<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Object(members) => members.values().for_each(|member| scalars(member, found)),
        Value::String(text) if text.is_empty() => {}
        Value::Number(number) if number.as_f64() == Some(0.0) => {}
        Value::String(_) | Value::Number(_) => found.push(value),
        _ => {}
    }
}

/// Whether the server said the value, spelled as JSON does.
fn is_served(value: &Value, served: &str) -> bool {
    let spelled = value.to_string();
    let ends = |letter: Option<char>| {
        value.is_string()
            || letter.is_none_or(|c| c.is_whitespace() || matches!(c, ':' | ',' | '[' | ']' | '}'))
    };
    served.match_indices(&spelled).any(|(start, _)| {
        let (before, after) = served.split_at(start);
        let after = after.get(spelled.len()..).unwrap_or_default();
        // A colon within a text is no end of a number.
        let in_text = value.is_number() && after.starts_with(':');
        ends(before.chars().next_back()) && ends(after.chars().next()) && !in_text
    })
}

fn agree(wanted: &Value, given: &Value) -> bool {
    match (wanted, given) {
        (Value::String(wanted), Value::String(given)) => {
            text_matches(wanted, given) || given.contains(wanted.as_str())
        }
        _ => {
            let spelled = |value: &Value| match value {
                Value::String(text) => text.parse().ok(),
                value => number(value),
            };
            wanted == given || spelled(wanted).is_some_and(|wanted| spelled(given) == Some(wanted))
        }
    }
}
