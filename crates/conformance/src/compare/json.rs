//! JSON compared as JSON, with the freedoms that answers and requests have.

use std::collections::BTreeSet;

use jiff::Timestamp;
use regex::Regex;
use serde_json::{Map, Number, Value};

use super::short;
use crate::lenient;
use crate::recording::number;

/// What may differ.
#[derive(Debug, Clone, Copy)]
pub enum Rules<'a> {
    /// A result: null, missing and default are the same, more members are fine, instants are
    /// instants.
    ///
    /// `served` is the text of every answer. A word that an official SDK puts where the server said
    /// nothing (`unknown`, `none`) is not in it, and counts as a default.
    Result {
        /// The text of every answer.
        served: &'a str,
    },
    /// The JSON body of a request: null and missing are the same, unless the caller said null for
    /// that name.
    Body {
        /// Names that the caller gave as null.
        nulls: &'a BTreeSet<String>,
    },
}

/// What the official SDKs make of a missing text.
const INVENTED: [&str; 6] = ["unknown", "none", "None", "empty", "active", "disconnected"];

/// The differences, one line each; none where both agree.
#[must_use]
pub fn diff(expected: &Value, actual: &Value, rules: Rules<'_>) -> Vec<String> {
    let mut comparison = Comparison { rules, path: Vec::new(), found: Vec::new() };
    comparison.values(expected, Some(actual));
    comparison.found
}

/// The names under which a null stands anywhere in the value.
#[must_use]
pub fn nulls(value: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if member.is_null() {
                        into.insert(name.clone());
                    }
                    collect(member, into);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    collect(value, &mut names);
    names
}

/// Whether a text agrees with a recorded one in which placeholders may stand.
#[must_use]
pub fn text_matches(expected: &str, actual: &str) -> bool {
    const UUID: &str = "(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32})";
    match expected {
        "<now>" => return instant(actual).is_some(),
        "<words>" => return !actual.trim().is_empty(),
        _ => {}
    }
    let expected = &*lenient::replaced(expected);
    if !expected.contains("<uuid>") {
        return expected == actual;
    }
    let pattern = regex::escape(expected).replace("<uuid>", UUID);
    Regex::new(&format!("^{pattern}$")).is_ok_and(|pattern| pattern.is_match(actual))
}

/// Whether two texts are the same but for the order of members in the JSON that they show at the
/// end of a line. Its spelling counts: the pieces between separators are the same.
fn shows_the_same(expected: &str, actual: &str) -> bool {
    fn members(line: &str) -> Option<(&str, Value, Vec<&str>)> {
        let at = line.find('{')?;
        let (before, json) = line.split_at_checked(at)?;
        let mut pieces: Vec<_> = json.split(['{', '}', '[', ']', ',']).map(str::trim).collect();
        pieces.sort_unstable();
        Some((before, serde_json::from_str(json).ok()?, pieces))
    }
    let same = |(wanted, given): (&str, &str)| {
        wanted == given || members(wanted).is_some_and(|wanted| Some(wanted) == members(given))
    };
    expected.split('\n').count() == actual.split('\n').count()
        && expected.split('\n').zip(actual.split('\n')).all(same)
}

struct Comparison<'a> {
    rules: Rules<'a>,
    path: Vec<String>,
    found: Vec<String>,
}

impl Comparison<'_> {
    fn values(&mut self, expected: &Value, actual: Option<&Value>) {
        match (expected, actual) {
            (Value::Object(wanted), Some(Value::Object(given))) => self.objects(wanted, given),
            (Value::Array(wanted), Some(Value::Array(given))) => self.arrays(wanted, given),
            (_, Some(given)) if scalars_agree(expected, given) => {}
            (Value::String(text), Some(Value::String(given))) if shows_the_same(text, given) => {}
            (Value::String(text), Some(Value::Number(given))) if self.is_spelled(text, given) => {}
            _ if self.absent(expected, actual) => {}
            _ => {
                let given = actual.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                self.report(&format!("expected {}, got {}", short(expected), short(given)));
            }
        }
    }

    fn objects(&mut self, wanted: &Map<String, Value>, given: &Map<String, Value>) {
        for (name, value) in wanted {
            self.path.push(format!(".{name}"));
            self.values(value, given.get(name));
            self.path.pop();
        }
        if matches!(self.rules, Rules::Body { .. }) {
            for (name, value) in given.iter().filter(|(name, _)| !wanted.contains_key(*name)) {
                self.path.push(format!(".{name}"));
                self.report(&format!("not expected, got {}", short(value)));
                self.path.pop();
            }
        }
    }

    fn arrays(&mut self, wanted: &[Value], given: &[Value]) {
        if wanted.len() != given.len() {
            let (wanted, given) = (Value::from(wanted), Value::from(given));
            self.report(&format!("expected {}, got {}", short(wanted), short(given)));
            return;
        }
        for (index, (value, other)) in wanted.iter().zip(given).enumerate() {
            self.path.push(format!("[{index}]"));
            self.values(value, Some(other));
            self.path.pop();
        }
    }

    /// Whether a number is what the server gave as a text.
    fn is_spelled(&self, text: &str, given: &Number) -> bool {
        let spelled = || text.parse().is_ok_and(|wanted| numbers_agree(&wanted, given));
        matches!(self.rules, Rules::Result { .. }) && spelled()
    }

    /// Whether both sides say nothing, each in its own way.
    fn absent(&self, expected: &Value, actual: Option<&Value>) -> bool {
        match self.rules {
            Rules::Body { nulls } => {
                let name = self.path.last().and_then(|name| name.strip_prefix('.'));
                let meant = name.is_some_and(|name| nulls.contains(name));
                expected.is_null() && actual.is_none() && !meant
            }
            Rules::Result { served } => {
                let invented = |word: &str| {
                    word == "<now>"
                        || word == "<measured_ms>"
                        || INVENTED.contains(&word) && !served.contains(&format!("\"{word}\""))
                };
                (is_default(expected) || expected.as_str().is_some_and(invented))
                    && actual.is_none_or(|actual| is_default(actual) || actual == "unknown")
            }
        }
    }

    fn report(&mut self, what: &str) {
        let path = self.path.concat();
        let path = path.strip_prefix('.').unwrap_or(&path);
        self.found.push(if path.is_empty() { what.to_owned() } else { format!("{path}: {what}") });
    }
}

/// Whether a value says nothing: null, false, zero, or empty throughout.
pub(crate) fn is_default(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_default),
    }
}

fn scalars_agree(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::String(wanted), Value::String(given)) => {
            text_matches(wanted, given)
                || instant(wanted).is_some_and(|wanted| instant(given) == Some(wanted))
        }
        (Value::String(wanted), Value::Number(_)) => wanted == "<measured_ms>",
        (Value::Number(wanted), Value::Number(given)) => numbers_agree(wanted, given),
        (Value::Object(_), _) => match (number(expected), number(actual)) {
            (Some(wanted), Some(given)) => wanted == given || (wanted.is_nan() && given.is_nan()),
            _ => false,
        },
        _ => expected == actual,
    }
}

fn numbers_agree(wanted: &Number, given: &Number) -> bool {
    let whole = |number: &Number| {
        number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
    };
    match (whole(wanted), whole(given)) {
        (Some(wanted), Some(given)) => wanted == given,
        _ => wanted.as_f64() == given.as_f64(),
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_order_of_members_may_differ_in_shown_json() {
        let shown = "STATUS: x\nresult: {\"a\": 1.0, \"b\": [\"\\u00e7\"]}";
        let turned = "STATUS: x\nresult: {\"b\": [\"\\u00e7\"], \"a\": 1.0}";
        assert!(shows_the_same(shown, turned));
        for other in [
            turned.replace("1.0", "1"),
            turned.replace("\\u00e7", "ç"),
            turned.replace("result", "value"),
            format!("{turned}\n"),
        ] {
            assert!(!shows_the_same(shown, &other), "{other}");
        }
    }
}
