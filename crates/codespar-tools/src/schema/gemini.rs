//! The part of OpenAPI's schemas that Gemini takes.

use serde_json::{Map, Value, json};

type Schema = Map<String, Value>;

const KEPT: [&str; 13] = [
    "description",
    "title",
    "enum",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "pattern",
    "required",
    "format",
    "type",
];

/// The schema in the words that Gemini knows. What it has no word for is said in the description.
pub(super) fn gemini(schema: &Value) -> Value {
    let Value::Object(members) = schema else { return json!({}) };
    let kept = members.iter().filter(|(key, _)| KEPT.contains(&key.as_str()));
    let mut whole: Schema = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    types(&mut whole, members);
    values(&mut whole);
    formats(&mut whole);
    if let Some(Value::Object(properties)) = members.get("properties") {
        if !properties.is_empty() {
            let own = properties.iter().map(|(name, schema)| (name.clone(), gemini(schema)));
            whole.insert("properties".to_owned(), Value::Object(own.collect()));
        }
    }
    let is_list = whole.get("type").is_some_and(|kind| kind == "array");
    if let Some(items) = members.get("items").filter(|_| is_list) {
        whole.insert("items".to_owned(), gemini(items));
    }
    if let Some(values @ Value::Object(_)) = members.get("additionalProperties") {
        say(&mut whole, &format!("Members of any name; the schema of each: {values}."));
    }
    Value::Object(whole)
}

/// One type; `null` is a member of its own, and several are alternatives.
fn types(whole: &mut Schema, members: &Schema) {
    let mut alternatives: Vec<Value> = Vec::new();
    let mut nullable = false;
    for key in ["anyOf", "allOf"] {
        let parts = members.get(key).and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            match part.get("type") {
                Some(kind) if kind == "null" => nullable = true,
                _ => alternatives.push(gemini(part)),
            }
        }
    }
    if let Some(Value::Array(kinds)) = whole.get("type").cloned() {
        whole.remove("type");
        nullable |= kinds.iter().any(|kind| kind == "null");
        let kinds: Vec<Value> = kinds.into_iter().filter(|kind| kind != "null").collect();
        match kinds.as_slice() {
            [kind] => {
                whole.insert("type".to_owned(), kind.clone());
            }
            _ => alternatives.extend(kinds.into_iter().map(of_type)),
        }
    }
    match alternatives.as_slice() {
        [] => {}
        // The only alternative is the schema.
        [Value::Object(only)] => {
            for (key, value) in only.clone() {
                whole.entry(key).or_insert(value);
            }
        }
        _ => {
            whole.insert("anyOf".to_owned(), Value::Array(alternatives));
        }
    }
    if nullable {
        whole.insert("nullable".to_owned(), true.into());
    }
}

fn of_type(kind: Value) -> Value {
    match kind == "array" {
        true => json!({ "type": kind, "items": {} }),
        false => json!({ "type": kind }),
    }
}

/// Only texts have lists of values.
fn values(whole: &mut Schema) {
    let Some(values) = whole.remove("enum") else { return };
    let texts: Vec<Value> = values.as_array().into_iter().flatten().cloned().collect();
    if texts.iter().any(Value::is_null) {
        whole.insert("nullable".to_owned(), true.into());
    }
    let texts: Vec<Value> = texts.into_iter().filter(|value| !value.is_null()).collect();
    let is_text = whole.get("type").is_none_or(|kind| kind == "string");
    if is_text
        && !texts.is_empty()
        && texts.iter().all(|it| it.as_str().is_some_and(|it| !it.is_empty()))
    {
        whole.insert("type".to_owned(), "string".into());
        whole.insert("enum".to_owned(), Value::Array(texts));
    } else {
        say(whole, &format!("One of {values}."));
    }
}

/// Formats that it knows; others are said.
fn formats(whole: &mut Schema) {
    let Some(Value::String(format)) = whole.get("format").cloned() else { return };
    let kind = whole.get("type").and_then(Value::as_str).unwrap_or_default();
    let is_known = match kind {
        "string" => matches!(format.as_str(), "date-time" | "enum"),
        "number" => matches!(format.as_str(), "float" | "double"),
        "integer" => matches!(format.as_str(), "int32" | "int64"),
        _ => false,
    };
    if !is_known {
        whole.remove("format");
        say(whole, &format!("Format: {format}."));
    }
}

fn say(whole: &mut Schema, words: &str) {
    let about = whole.get("description").and_then(Value::as_str).unwrap_or_default();
    let about = about.trim_end_matches('.');
    let about = if about.is_empty() { words.to_owned() } else { format!("{about}. {words}") };
    whole.insert("description".to_owned(), about.into());
}
