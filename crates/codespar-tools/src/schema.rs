//! Schemas of arguments, in the forms that providers take.

pub(crate) mod check;
mod clean;
mod gemini;
mod merge;
mod refs;
mod strict;

use std::collections::BTreeMap;

use codespar_engine::Json;
use serde_json::{Map, Value, json};

pub(crate) use self::strict::strict;
use crate::{dialect::Dialect, hash::hash};

/// How deeply a schema may be nested, and how many schemas it may hold, references followed.
pub(crate) const DEEPEST: usize = 32;
pub(crate) const LARGEST: usize = 5_000;

/// How long the names of properties may be.
const LONGEST_PROPERTY: usize = 64;

/// A schema that every dialect can be made of: of an object, without references, its alternatives
/// merged, its lists with items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlainSchema {
    pub(crate) value: Value,
    /// Members that had to be renamed: the name that is offered, and the tool's own.
    pub(crate) renamed: BTreeMap<String, String>,
}

/// Makes a schema plain. One that is not known takes any object.
///
/// # Errors
/// Why it is no schema of arguments.
pub(crate) fn plain(schema: Option<&Value>) -> Result<PlainSchema, String> {
    let open = json!({});
    let schema = match schema {
        None | Some(Value::Bool(true) | Value::Null) => &open,
        Some(schema) => schema,
    };
    if !schema.is_object() {
        return Err("its schema is no JSON object".to_owned());
    }
    let whole = refs::inline(schema)?;
    let mut root = clean::clean(merge::root(whole)?)?;
    check_root(&mut root)?;
    let mut renamed = BTreeMap::new();
    rename(&mut root, &mut renamed);
    Ok(PlainSchema { value: Value::Object(root), renamed })
}

/// A schema of arguments in the plain form that a toolbox offers: of an object, references written
/// out, alternatives at its root merged, lists with items, units in words.
///
/// # Errors
/// Why it is no schema of arguments.
pub fn plain_schema(schema: &Json) -> Result<Value, String> {
    plain(Some(&schema.to_value())).map(|plain| plain.value)
}

/// A root is of an object and has properties.
fn check_root(root: &mut Map<String, Value>) -> Result<(), String> {
    match root.get("type") {
        None => {}
        Some(Value::String(kind)) if kind == "object" => {}
        Some(Value::Array(kinds)) if kinds.iter().any(|kind| kind == "object") => {}
        Some(kind) => return Err(format!("its schema is of {kind} and not of an object")),
    }
    if root.contains_key("enum") {
        return Err("its schema is a list of values and not of an object".to_owned());
    }
    root.insert("type".to_owned(), "object".into());
    if !root.get("properties").is_some_and(Value::is_object) {
        root.insert("properties".to_owned(), json!({}));
    }
    Ok(())
}

/// Whether providers take a property of this name.
pub(crate) fn is_legal_property(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (1..=LONGEST_PROPERTY).contains(&name.len()) && name.bytes().all(legal)
}

/// Gives properties legal names, with a hash of their own ones, here and below.
fn rename(schema: &mut Map<String, Value>, renamed: &mut BTreeMap<String, String>) {
    let mut own = BTreeMap::new();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in std::mem::take(properties) {
            let legal = if is_legal_property(&name) { name.clone() } else { legal(&name) };
            properties.insert(legal.clone(), property);
            if legal != name {
                own.insert(name, legal);
            }
        }
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        for name in required {
            if let Some(legal) = name.as_str().and_then(|name| own.get(name)) {
                *name = legal.as_str().into();
            }
        }
    }
    renamed.extend(own.into_iter().map(|(name, legal)| (legal, name)));
    for (key, inner) in schema.iter_mut() {
        match inner {
            Value::Object(properties) if key == "properties" => {
                for property in properties.values_mut().filter_map(Value::as_object_mut) {
                    rename(property, renamed);
                }
            }
            Value::Object(inner) if matches!(key.as_str(), "items" | "additionalProperties") => {
                rename(inner, renamed);
            }
            Value::Array(parts) if matches!(key.as_str(), "anyOf" | "allOf") => {
                for part in parts.iter_mut().filter_map(Value::as_object_mut) {
                    rename(part, renamed);
                }
            }
            _ => {}
        }
    }
}

/// A legal name for a property, unlike any that a schema has.
fn legal(name: &str) -> String {
    let letters = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let kept: String = name.chars().map(letters).take(48).collect();
    let mut hash = hash(["property", name]);
    hash.truncate(8);
    format!("{kept}_{hash}")
}

/// The schema as a dialect takes it.
pub(crate) fn of_dialect(plain: &PlainSchema, dialect: Dialect) -> Value {
    match dialect {
        Dialect::Gemini => gemini::gemini(&plain.value),
        _ => plain.value.clone(),
    }
}

#[cfg(test)]
mod tests;
