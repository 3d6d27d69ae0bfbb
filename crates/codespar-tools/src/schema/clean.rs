//! What providers stumble over within a schema, put right. No type is lost.

use serde_json::{Map, Value, json};

type Schema = Map<String, Value>;

/// Cleans a schema and all that it holds.
///
/// # Errors
/// When a schema in it is none.
pub(super) fn clean(mut schema: Schema) -> Result<Schema, String> {
    say_unit(&mut schema);
    if let Some(Value::String(about)) = schema.get_mut("description") {
        // Descriptions are texts, without marks.
        *about = about.replace("**", "");
    }
    schema.retain(|key, _| !key.starts_with('$') && !key.starts_with("x-"));
    if let Some(value) = schema.remove("const") {
        schema.entry("enum").or_insert_with(|| json!([value]));
    }
    let values = schema.get("enum").and_then(Value::as_array);
    if !schema.contains_key("type") && values.is_some_and(|all| all.iter().all(Value::is_string)) {
        schema.insert("type".to_owned(), "string".into());
    }
    if let Some(one_of) = schema.remove("oneOf") {
        schema.entry("anyOf").or_insert(one_of);
    }
    lists(&mut schema);
    properties(&mut schema)?;
    required(&mut schema);
    for key in ["anyOf", "allOf"] {
        if let Some(Value::Array(parts)) = schema.get_mut(key) {
            for part in parts {
                let own = part.take();
                *part = node(own)?;
            }
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner @ Value::Object(_)) = schema.get_mut(key) {
            let own = inner.take();
            *inner = node(own)?;
        }
    }
    Ok(schema)
}

fn node(schema: Value) -> Result<Value, String> {
    match schema {
        Value::Object(members) => Ok(Value::Object(clean(members)?)),
        Value::Bool(_) => Ok(json!({})),
        other => Err(format!("a schema in it is {other} and no object")),
    }
}

fn is(schema: &Schema, kind: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(own)) => own == kind,
        Some(Value::Array(kinds)) => kinds.iter().any(|own| own == kind),
        _ => false,
    }
}

/// A list has one schema of its items.
fn lists(schema: &mut Schema) {
    let tuple = match (schema.remove("prefixItems"), schema.get_mut("items")) {
        (Some(Value::Array(tuple)), _) => Some(tuple),
        (_, Some(Value::Array(tuple))) => Some(std::mem::take(tuple)),
        _ => None,
    };
    match tuple {
        Some(tuple) if !tuple.is_empty() => {
            schema.insert("items".to_owned(), json!({ "anyOf": tuple }));
        }
        _ if is(schema, "array") && !schema.get("items").is_some_and(Value::is_object) => {
            schema.insert("items".to_owned(), json!({}));
        }
        _ => {}
    }
}

/// Properties are schemas; one that nothing fits is none.
fn properties(schema: &mut Schema) -> Result<(), String> {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        schema.remove("properties");
        return Ok(());
    };
    for (name, property) in std::mem::take(properties) {
        if property == Value::Bool(false) {
            continue;
        }
        let property = node(property).map_err(|error| format!("{name}: {error}"))?;
        properties.insert(name, property);
    }
    Ok(())
}

/// What is required is there once, and is a property.
fn required(schema: &mut Schema) {
    let Some(required) = schema.remove("required") else { return };
    let mut names: Vec<Value> = Vec::new();
    let known = schema.get("properties").and_then(Value::as_object);
    for name in required.as_array().into_iter().flatten() {
        let is_known =
            name.as_str().is_some_and(|name| known.is_some_and(|it| it.contains_key(name)));
        if is_known && !names.contains(name) {
            names.push(name.clone());
        }
    }
    if !names.is_empty() {
        schema.insert("required".to_owned(), Value::Array(names));
    }
}

/// Units are said in words, as no provider knows a member for them.
fn say_unit(schema: &mut Schema) {
    let Some(unit) = schema.get("x-unit").and_then(Value::as_str) else { return };
    let words = match unit {
        "minor" => "Unit: minor units of the currency, whole digits (15000 is 150.00).",
        "major" => "Unit: major units of the currency (150.00 is one hundred and fifty).",
        "atomic" => "Unit: smallest units of the token, whole digits (1000000 is 1 USDC).",
        "undocumented" => "Unit not documented.",
        "milliseconds" => "Unit: milliseconds.",
        "seconds" => "Unit: seconds.",
        "minutes" => "Unit: minutes.",
        "hours" => "Unit: hours.",
        "days" => "Unit: days.",
        "unix_seconds" => "Unit: seconds since 1970.",
        "percent" => "Unit: percent.",
        "bytes" => "Unit: bytes.",
        _ => return,
    };
    let about = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let about = about.trim().trim_end_matches('.');
    let about = match about {
        "" => words.to_owned(),
        about => format!("{about}. {words}"),
    };
    schema.insert("description".to_owned(), about.into());
}
