//! Whether arguments fit a schema, in words that a model can go by.

use std::collections::BTreeMap;

use codespar_engine::kit::Number;
use serde_json::{Map, Value};

use crate::arguments::Argument;

/// How many problems are told at once.
const MOST: usize = 5;

/// What is wrong with arguments: which member, and what was expected. Types, lists of values,
/// required and unknown members, and bounds of numbers are looked at; the rest is the server's.
pub(crate) fn problems(arguments: &Argument, schema: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    check(arguments, schema, "", &mut problems);
    problems.truncate(MOST);
    problems
}

fn check(value: &Argument, schema: &Value, at: &str, problems: &mut Vec<String>) {
    let Value::Object(schema) = schema else { return };
    if let Some(Value::Array(parts)) = schema.get("anyOf") {
        any_of(value, parts, at, problems);
    }
    if let Some(kind) = schema.get("type") {
        if !fits(value, kind) {
            problems.push(format!(
                "{}: expected {}, came {}",
                named(at),
                words(kind),
                value.kind()
            ));
            return;
        }
    }
    if let Some(Value::Array(values)) = schema.get("enum") {
        let is_one = values.iter().any(|known| same(value, known));
        if !is_one {
            let list: Vec<String> = values.iter().take(30).map(Value::to_string).collect();
            problems.push(format!("{}: expected one of {}", named(at), list.join(", ")));
        }
    }
    match value {
        Argument::Object(members) => object(members, schema, at, problems),
        Argument::List(items) => {
            if let Some(inner) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    check(item, inner, &format!("{at}[{index}]"), problems);
                }
            }
        }
        Argument::Number(text) => bounds(text, schema, at, problems),
        _ => {}
    }
}

/// It fits one of several; if none, the one that fits best says why not.
fn any_of(value: &Argument, parts: &[Value], at: &str, problems: &mut Vec<String>) {
    let mut best: Option<Vec<String>> = None;
    for part in parts {
        let mut own = Vec::new();
        check(value, part, at, &mut own);
        if best.as_ref().is_none_or(|best| own.len() < best.len()) {
            best = Some(own);
        }
    }
    problems.extend(best.unwrap_or_default());
}

fn object(
    members: &BTreeMap<String, Argument>,
    schema: &Map<String, Value>,
    at: &str,
    problems: &mut Vec<String>,
) {
    let properties = schema.get("properties").and_then(Value::as_object);
    // What is not known comes first: it is often a misspelling of what is missing.
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    let is_known = |name: &str| properties.is_some_and(|known| known.contains_key(name));
    for name in members.keys().filter(|name| is_closed && !is_known(name)) {
        let names = properties.into_iter().flatten().map(|(name, _)| name.as_str());
        let names: Vec<&str> = names.take(40).collect();
        let expected = format!("expected no such member; known: {}", names.join(", "));
        problems.push(format!("{}: {expected}", path(at, name)));
    }
    let required = schema.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(name) {
            problems.push(format!("{}: expected, it is missing", path(at, name)));
        }
    }
    for (name, value) in members {
        let known = properties.and_then(|properties| properties.get(name));
        if let Some(inner) = known.or_else(|| schema.get("additionalProperties")) {
            check(value, inner, &path(at, name), problems);
        }
    }
}

fn bounds(text: &str, schema: &Map<String, Value>, at: &str, problems: &mut Vec<String>) {
    let Ok(number) = text.parse::<f64>() else { return };
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    if let Some(least) = bound("minimum").filter(|least| number < *least) {
        problems.push(format!("{}: expected at least {least}", named(at)));
    }
    if let Some(most) = bound("maximum").filter(|most| number > *most) {
        problems.push(format!("{}: expected at most {most}", named(at)));
    }
}

fn fits(value: &Argument, kind: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| fits(value, kind)),
        Value::String(kind) => match (kind.as_str(), value) {
            ("null", Argument::Null)
            | ("boolean", Argument::Bool(_))
            | ("number", Argument::Number(_))
            | ("string", Argument::Text(_))
            | ("array", Argument::List(_))
            | ("object", Argument::Object(_)) => true,
            ("integer", Argument::Number(text)) => {
                Number::parse(text).is_some_and(|number| number.whole().is_some())
            }
            ("null" | "boolean" | "number" | "string" | "array" | "object" | "integer", _) => false,
            _ => true,
        },
        _ => true,
    }
}

fn words(kind: &Value) -> String {
    match kind {
        Value::Array(kinds) => kinds.iter().map(words).collect::<Vec<_>>().join(" or "),
        Value::String(kind) => match kind.as_str() {
            "boolean" => "true or false".to_owned(),
            "number" => "a number".to_owned(),
            "integer" => "a whole number".to_owned(),
            "string" => "a text".to_owned(),
            "array" => "a list".to_owned(),
            "object" => "an object".to_owned(),
            other => other.to_owned(),
        },
        other => other.to_string(),
    }
}

/// Whether a value is one of a list.
fn same(value: &Argument, known: &Value) -> bool {
    match (value, known) {
        (Argument::Text(text), Value::String(known)) => text == known,
        (Argument::Bool(value), Value::Bool(known)) => value == known,
        (Argument::Null, Value::Null) => true,
        (Argument::Number(text), Value::Number(known)) => {
            Number::parse(text) == Number::parse(&known.to_string())
        }
        // Lists of values of other kinds are the server's to look at.
        (Argument::List(_) | Argument::Object(_), _) => true,
        _ => false,
    }
}

fn path(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn named(at: &str) -> &str {
    if at.is_empty() { "the arguments" } else { at }
}

/// The arguments without members that are `null` where their absence means the same, as strict mode
/// and some models write them.
pub(crate) fn without_nulls(value: Argument, schema: &Value) -> Argument {
    match value {
        Argument::Object(members) => {
            let properties = schema.get("properties").and_then(Value::as_object);
            let required = schema.get("required").and_then(Value::as_array);
            let is_required = |name: &str| {
                required.is_some_and(|required| required.iter().any(|known| known == name))
            };
            let mut kept = BTreeMap::new();
            for (name, value) in members {
                let inner = properties.and_then(|properties| properties.get(&name));
                let value = match inner {
                    Some(inner) if value == Argument::Null && !is_required(&name) => {
                        if !takes_null(inner) {
                            continue;
                        }
                        value
                    }
                    Some(inner) => without_nulls(value, inner),
                    None => value,
                };
                kept.insert(name, value);
            }
            Argument::Object(kept)
        }
        Argument::List(items) => {
            let inner = schema.get("items").unwrap_or(&Value::Null);
            Argument::List(items.into_iter().map(|item| without_nulls(item, inner)).collect())
        }
        other => other,
    }
}

fn takes_null(schema: &Value) -> bool {
    let mut problems = Vec::new();
    check(&Argument::Null, schema, "", &mut problems);
    problems.is_empty() && schema.as_object().is_some_and(|schema| !schema.is_empty())
}
