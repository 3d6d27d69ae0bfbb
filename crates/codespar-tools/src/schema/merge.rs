//! Alternatives and conjunctions at the root of a schema, as one object.

use serde_json::{Map, Value, json};

type Schema = Map<String, Value>;

/// The root as one object: what all of its parts ask for, and what one of its alternatives may
/// have. Providers refuse `anyOf`, `oneOf` and `allOf` there.
///
/// # Errors
/// When a part of it is of no object.
pub(super) fn root(mut root: Schema) -> Result<Schema, String> {
    for key in ["if", "then", "else", "not", "dependentSchemas", "dependentRequired"] {
        root.remove(key);
    }
    let parts = take(&mut root, "allOf");
    for part in parts {
        let part = self::root(object(part)?)?;
        add(&mut root, part, true);
    }
    for key in ["anyOf", "oneOf"] {
        let alternatives = take(&mut root, key);
        let objects = alternatives.into_iter().filter(|it| it.get("type") != Some(&json!("null")));
        let objects: Vec<Schema> =
            objects.map(|it| self::root(object(it)?)).collect::<Result<_, _>>()?;
        if !objects.is_empty() {
            let merged = alternatives_of(objects);
            add(&mut root, merged, false);
        }
    }
    Ok(root)
}

fn take(root: &mut Schema, key: &str) -> Vec<Value> {
    match root.remove(key) {
        Some(Value::Array(parts)) => parts,
        _ => Vec::new(),
    }
}

/// A part of a root. `required` lists alone are parts, too.
fn object(part: Value) -> Result<Schema, String> {
    match part {
        Value::Object(members) => match members.get("type") {
            Some(kind) if kind != "object" => {
                Err(format!("a part of its schema is of {kind} and not of an object"))
            }
            _ => Ok(members),
        },
        _ => Ok(Schema::new()),
    }
}

/// Adds a part to a root. What only an alternative asks for is not required.
fn add(root: &mut Schema, part: Schema, is_required: bool) {
    for (key, value) in part {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                let own = root.entry("properties").or_insert_with(|| json!({}));
                if let Value::Object(own) = own {
                    for (name, schema) in properties {
                        let known = own.remove(&name);
                        own.insert(name, either(known, schema));
                    }
                }
            }
            ("required", Value::Array(names)) => {
                let own = root.entry("required").or_insert_with(|| json!([]));
                if let Value::Array(own) = own {
                    own.extend(names);
                }
            }
            // An open part opens the whole; a closed one knows only itself.
            ("additionalProperties", _) => {}
            ("description", Value::String(about)) if root.contains_key("description") => {
                if is_required {
                    continue;
                }
                if let Some(Value::String(own)) = root.get_mut("description") {
                    own.push(' ');
                    own.push_str(&about);
                }
            }
            (_, value) => {
                root.entry(key).or_insert(value);
            }
        }
    }
}

/// Two schemas of one property: either.
fn either(known: Option<Value>, schema: Value) -> Value {
    let Some(known) = known else { return schema };
    if known == schema {
        return known;
    }
    // Two lists of values are one: the tags of alternatives.
    if let (Some(one), Some(two)) = (values(&known), values(&schema)) {
        let mut both = one;
        both.extend(two.into_iter().filter(|value| !both.contains(value)).collect::<Vec<_>>());
        let mut whole = known;
        if let Value::Object(members) = &mut whole {
            members.remove("const");
            members.insert("enum".to_owned(), Value::Array(both));
        }
        return whole;
    }
    let mut all = match known {
        Value::Object(mut members) if members.len() == 1 && members.contains_key("anyOf") => {
            take(&mut members, "anyOf")
        }
        known => vec![known],
    };
    if !all.contains(&schema) {
        all.push(schema);
    }
    json!({ "anyOf": all })
}

fn values(schema: &Value) -> Option<Vec<Value>> {
    let constant = schema.get("const").map(|value| vec![value.clone()]);
    constant.or_else(|| schema.get("enum")?.as_array().cloned())
}

/// Several alternatives as one object: only what all of them require is required.
fn alternatives_of(alternatives: Vec<Schema>) -> Schema {
    let names = |schema: &Schema| -> Vec<Value> {
        schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let mut common = alternatives.first().map(names).unwrap_or_default();
    for alternative in &alternatives {
        let own = names(alternative);
        common.retain(|name| own.contains(name));
    }
    let hints: Vec<String> = alternatives.iter().filter_map(hint).collect();
    let mut whole = Schema::new();
    for mut alternative in alternatives {
        alternative.remove("required");
        alternative.remove("description");
        alternative.remove("title");
        add(&mut whole, alternative, false);
    }
    if !common.is_empty() {
        whole.insert("required".to_owned(), Value::Array(common));
    }
    if hints.len() > 1 {
        whole.insert("description".to_owned(), format!("One of: {}.", hints.join("; ")).into());
    }
    whole
}

/// An alternative in words: its tag, what it is, what it requires.
fn hint(alternative: &Schema) -> Option<String> {
    let properties = alternative.get("properties").and_then(Value::as_object);
    let tag = properties.and_then(|properties| {
        properties
            .iter()
            .find_map(|(name, schema)| Some(format!("{name} {}", schema.get("const")?)))
    });
    let required = alternative.get("required").and_then(Value::as_array);
    let required: Vec<&str> = required.into_iter().flatten().filter_map(Value::as_str).collect();
    let required = match (required.len() > usize::from(tag.is_some()), required) {
        (true, names) => Some(format!("with {}", names.join(", "))),
        (false, _) => None,
    };
    let words: Vec<String> = [tag, required].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
