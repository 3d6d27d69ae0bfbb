//! The members of a JSON object: read one, change one.

use serde_json::{Map, Value};

/// Changes one member of an object.
pub(crate) fn set(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

/// Changes one member of an object inside an object, which is made where it is missing.
pub(crate) fn set_in(object: &mut Value, of: &str, name: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        let inner = members.entry(of).or_insert(Value::Null);
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        set(inner, name, value);
    }
}

/// A member, null when it is not there.
pub(crate) fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// The text of a member, empty when it is not there.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a member has the text that a query parameter asks for, when it asks.
pub(crate) fn matches(object: &Value, name: &str, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| text(object, name) == wanted)
}

/// These members of an object, null where there is none.
pub(crate) fn pick(object: &Value, names: &[&str]) -> Value {
    let picked = names.iter().map(|name| ((*name).to_owned(), member(object, name).clone()));
    picked.collect::<Map<_, _>>().into()
}
