//! Whether OpenAI's strict mode can hold for a schema, and the schema it takes then.

use serde_json::{Map, Value, json};

/// What strict mode knows within a schema. Of others some models say no.
const KNOWN: [&str; 9] = [
    "type",
    "description",
    "title",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
];

/// How deeply objects may be nested, how many properties there may be, and values in lists.
const DEEPEST: usize = 10;
const PROPERTIES: usize = 5_000;
const VALUES: usize = 1_000;

/// The schema of strict mode: every object closed, every property required, and `null` where it was
/// optional.
///
/// # Errors
/// Why strict mode cannot hold.
pub(crate) fn strict(schema: &Value) -> Result<Value, String> {
    let mut count = Count::default();
    let strict = node(schema, "", 0, &mut count)?;
    match count {
        Count { properties, .. } if properties > PROPERTIES => {
            Err("it has too many properties".into())
        }
        Count { values, .. } if values > VALUES => Err("its lists of values are too long".into()),
        _ => Ok(strict),
    }
}

#[derive(Default)]
struct Count {
    properties: usize,
    values: usize,
}

fn node(schema: &Value, at: &str, depth: usize, count: &mut Count) -> Result<Value, String> {
    let place = if at.is_empty() { "the arguments" } else { at };
    let Value::Object(members) = schema else {
        return Err(format!("{place}: there is no schema"));
    };
    if depth > DEEPEST {
        return Err(format!("{place}: nested too deeply"));
    }
    if let Some(key) = members.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(format!("{place}: strict mode does not know {key}"));
    }
    let mut whole = members.clone();
    if let Some(Value::Array(values)) = members.get("enum") {
        count.values += values.len();
    }
    if let Some(Value::Array(parts)) = members.get("anyOf") {
        if at.is_empty() {
            return Err("the arguments: strict mode takes no alternatives at the root".to_owned());
        }
        let parts: Result<Vec<_>, _> =
            parts.iter().map(|part| node(part, at, depth + 1, count)).collect();
        whole.insert("anyOf".to_owned(), Value::Array(parts?));
        return Ok(Value::Object(whole));
    }
    let kinds = kinds(schema);
    if kinds.is_empty() {
        return Err(format!("{place}: its type is not known"));
    }
    if kinds.contains(&"array") {
        let items = members.get("items").unwrap_or(&Value::Null);
        let items = node(items, &format!("{at}[]"), depth + 1, count)?;
        whole.insert("items".to_owned(), items);
    }
    if kinds.contains(&"object") {
        close(&mut whole, at, depth, count)?;
    }
    Ok(Value::Object(whole))
}

/// Closes an object, whose properties are all required then.
fn close(
    whole: &mut Map<String, Value>,
    at: &str,
    depth: usize,
    count: &mut Count,
) -> Result<(), String> {
    let place = if at.is_empty() { "the arguments" } else { at };
    if whole.get("additionalProperties") != Some(&Value::Bool(false)) {
        return Err(format!("{place}: may have members of any name"));
    }
    let required: Vec<Value> =
        whole.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let properties =
        whole.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    count.properties += properties.len();
    let mut all = Map::new();
    for (name, property) in &properties {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        let property = node(property, &path, depth + 1, count)?;
        let is_required = required.iter().any(|known| known == name.as_str());
        let property = if is_required { property } else { nullable(property) };
        all.insert(name.clone(), property);
    }
    let names: Vec<Value> = all.keys().map(|name| name.as_str().into()).collect();
    whole.insert("required".to_owned(), Value::Array(names));
    whole.insert("properties".to_owned(), Value::Object(all));
    Ok(())
}

fn kinds(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The same, or `null`.
fn nullable(schema: Value) -> Value {
    let Value::Object(mut members) = schema else { return schema };
    if let Some(Value::Array(parts)) = members.get_mut("anyOf") {
        let null = json!({ "type": "null" });
        if !parts.contains(&null) {
            parts.push(null);
        }
        return Value::Object(members);
    }
    let kinds = match members.remove("type") {
        Some(Value::Array(mut kinds)) => {
            if !kinds.iter().any(|kind| kind == "null") {
                kinds.push("null".into());
            }
            Value::Array(kinds)
        }
        Some(kind) => json!([kind, "null"]),
        None => return Value::Object(members),
    };
    members.insert("type".to_owned(), kinds);
    if let Some(Value::Array(values)) = members.get_mut("enum") {
        if !values.contains(&Value::Null) {
            values.push(Value::Null);
        }
    }
    Value::Object(members)
}
