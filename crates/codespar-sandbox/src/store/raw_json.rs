//! JSON that goes out as it came in: order of members, spelling of numbers, white space aside.
//!
//! A [`Value`] sorts members and rounds large numbers. What a caller sends only to get it back is
//! therefore kept as text, inside a value that stands for it and is written out as that text.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Serialize,
    de::{Deserializer, MapAccess, Visitor},
    ser::{SerializeMap, SerializeSeq, Serializer},
};
use serde_json::{Value, json, value::RawValue};

/// The one member of a value that stands for a text. No sane caller sends such a member; one who
/// does gets its text back as JSON, or as a string when it is none.
const MARK: &str = "\u{0}verbatim";

/// A value that stands for this text.
pub(crate) fn embed(raw: &RawValue) -> Value {
    json!({ MARK: compact(raw.get()) })
}

/// A text as a value of its own; null when it is no JSON.
pub(crate) fn raw_value(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// The text of a value for the wire.
pub(crate) fn to_text(value: &Value) -> String {
    serde_json::to_string(&WithEmbedded(value)).unwrap_or_else(|_| value.to_string())
}

/// The members of an object in the order in which they came; of two with one name the last counts.
#[derive(Default)]
pub(crate) struct RawObject(Vec<(String, Box<RawValue>)>);

impl RawObject {
    /// Reads an object; anything else has no members.
    pub(crate) fn read(text: &[u8]) -> Self {
        serde_json::from_slice(text).unwrap_or_default()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Sets a member, at the end when it is new.
    pub(crate) fn set(&mut self, name: &str, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// A value that stands for the object.
    pub(crate) fn embed(&self) -> Value {
        let members = self.iter().map(|(name, value)| {
            let name = Value::from(name);
            format!("{name}:{}", compact(value.get()))
        });
        json!({ MARK: format!("{{{}}}", members.collect::<Vec<_>>().join(",")) })
    }
}

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = RawObject;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawObject, A::Error> {
        // Places by name, or a body of many members would take time in the square of their number.
        let (mut members, mut places) = (Vec::new(), BTreeMap::new());
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            match places.get(&name).and_then(|&place: &usize| members.get_mut(place)) {
                Some((_, old)) => *old = value,
                None => {
                    places.insert(name.clone(), members.len());
                    members.push((name, value));
                }
            }
        }
        Ok(RawObject(members))
    }
}

/// A JSON text without the white space between its tokens.
fn compact(text: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let keep = |&c: &char| {
        if inside {
            inside = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return true;
        }
        inside = c == '"';
        !c.is_ascii_whitespace()
    };
    text.chars().filter(keep).collect()
}

/// Writes a value, and in place of one that stands for a text that text.
struct WithEmbedded<'a>(&'a Value);

impl Serialize for WithEmbedded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                if let (Some(Value::String(text)), 1) = (members.get(MARK), members.len()) {
                    return match RawValue::from_string(text.clone()) {
                        Ok(raw) => raw.serialize(serializer),
                        Err(_) => serializer.serialize_str(text),
                    };
                }
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, &Self(value))?;
                }
                map.end()
            }
            Value::Array(list) => {
                let mut seq = serializer.serialize_seq(Some(list.len()))?;
                for value in list {
                    seq.serialize_element(&Self(value))?;
                }
                seq.end()
            }
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> String {
        to_text(&json!({ "data": embed(&raw_value(text)) }))
    }

    #[test]
    fn order_and_numbers_stay_and_white_space_goes() {
        for (sent, back) in [
            (r#"{"z":1,"big":12345678901234567890}"#, r#"{"z":1,"big":12345678901234567890}"#),
            ("{ \"b\" : [ 1.0 , 1e400 ] ,\n\"a\" : null }", r#"{"b":[1.0,1e400],"a":null}"#),
            (r#"{"t":" a \" : \\ ","u":"\u00e9"}"#, r#"{"t":" a \" : \\ ","u":"\u00e9"}"#),
            ("\"\\\\\"", "\"\\\\\""),
            ("[ ]", "[]"),
        ] {
            assert_eq!(kept(sent), format!("{{\"data\":{back}}}"), "{sent}");
        }
    }

    #[test]
    fn members_keep_their_order_and_the_last_of_a_name_counts() {
        let mut members = RawObject::read(br#"{"z": 1, "a": {"y":1, "b":2}, "z": 3}"#);
        members.set("test", raw_value("true"));
        assert_eq!(to_text(&members.embed()), r#"{"z":3,"a":{"y":1,"b":2},"test":true}"#);
        assert_eq!(RawObject::read(b"[1]").iter().count(), 0);
    }

    #[test]
    fn a_caller_who_sends_the_mark_breaks_nothing() {
        assert_eq!(to_text(&json!({ MARK: "not JSON" })), "\"not JSON\"");
        assert_eq!(to_text(&json!({ MARK: 1 })), json!({ MARK: 1 }).to_string());
    }
}
