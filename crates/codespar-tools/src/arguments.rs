//! The arguments of a call: JSON whose numbers keep their digits.

use std::{collections::BTreeMap, fmt};

use codespar_engine::{Json, kit::Number};
use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

/// How deeply arguments may be nested.
const DEEPEST: usize = 64;

/// A value among arguments.
///
/// `Debug` tells its kind only: arguments carry personal data.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Argument {
    /// No value: `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text in quotes.
    Text(String),
    /// A list of values.
    List(Vec<Self>),
    /// An object; of members of one name the last counts.
    Object(BTreeMap<String, Self>),
}

impl Argument {
    fn read(raw: &str, depth: usize) -> Result<Self, String> {
        if depth > DEEPEST {
            return Err(format!("expected at most {DEEPEST} levels of nesting"));
        }
        let broken = |error: serde_json::Error| format!("expected JSON: {error}");
        Ok(match raw.as_bytes().first() {
            Some(b'{') => {
                let members: BTreeMap<String, &RawValue> =
                    serde_json::from_str(raw).map_err(broken)?;
                let read = |(name, value): (String, &RawValue)| {
                    Ok((name, Self::read(value.get(), depth + 1)?))
                };
                Self::Object(members.into_iter().map(read).collect::<Result<_, String>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(broken)?;
                let read = |item: &RawValue| Self::read(item.get(), depth + 1);
                Self::List(items.into_iter().map(read).collect::<Result<_, String>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str(raw).map_err(broken)?),
            Some(b'n') => Self::Null,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            _ => Self::Number(raw.to_owned()),
        })
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, in a word.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// The same value in one spelling: `1.50` and `1.5` are alike.
    fn canonical(&self) -> Self {
        match self {
            Self::Number(text) => {
                let plain = Number::parse(text).and_then(|number| number.plain());
                Self::Number(plain.unwrap_or_else(|| text.clone()))
            }
            Self::List(items) => Self::List(items.iter().map(Self::canonical).collect()),
            Self::Object(members) => {
                let same = |(name, value): (&String, &Self)| (name.clone(), value.canonical());
                Self::Object(members.iter().map(same).collect())
            }
            other => other.clone(),
        }
    }
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Serialize for Argument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(text) => {
                RawValue::from_string(text.clone()).map_err(S::Error::custom)?.serialize(serializer)
            }
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => serializer.collect_map(members),
        }
    }
}

/// The arguments of a call: the members of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    members: BTreeMap<String, Argument>,
}

impl Arguments {
    /// Reads what a model gave: JSON of an object. Nothing, blanks and `null` are no arguments, and
    /// an object that came as a JSON text is taken out of it.
    ///
    /// # Errors
    /// What was expected, in words for the model.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let raw: &RawValue =
            serde_json::from_str(text).map_err(|error| format!("expected JSON: {error}"))?;
        match Argument::read(raw.get(), 0)? {
            Argument::Object(members) => Ok(Self { members }),
            Argument::Null => Ok(Self::default()),
            Argument::Text(inner) if inner.trim_start().starts_with('{') => Self::read(&inner),
            Argument::Text(inner) if inner.trim().is_empty() => Ok(Self::default()),
            other => Err(format!("expected an object, came {}", other.kind())),
        }
    }

    /// The argument of this name.
    pub fn get(&self, name: &str) -> Option<&Argument> {
        self.members.get(name)
    }

    /// An argument that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Argument)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Sets an argument.
    pub fn set(&mut self, name: &str, value: Argument) {
        self.members.insert(name.to_owned(), value);
    }

    /// Takes an argument out.
    pub fn remove(&mut self, name: &str) -> Option<Argument> {
        self.members.remove(name)
    }

    /// As they are sent.
    pub fn to_json(&self) -> Json {
        // Texts, and numbers that were read from JSON, have a JSON form.
        Json::of(&self.members).unwrap_or_default()
    }

    /// As a value that checks are made on.
    pub(crate) fn as_object(&self) -> Argument {
        Argument::Object(self.members.clone())
    }

    /// Their text in one spelling: equal for arguments that mean the same.
    pub(crate) fn canonical(&self) -> String {
        let canonical = self.as_object().canonical();
        serde_json::to_string(&canonical).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        let text = r#"{"amount": 0.10000000000000000001, "n": 1e2, "o": {"p": [1.50]}}"#;
        let read = Arguments::read(text).unwrap();
        let sent = r#"{"amount":0.10000000000000000001,"n":1e2,"o":{"p":[1.50]}}"#;
        assert_eq!(read.to_json().as_str(), sent);
        let other = Arguments::read(r#"{"o":{"p":[1.5]},"n":100,"amount":0.10000000000000000001}"#);
        assert_eq!(read.canonical(), other.unwrap().canonical());
    }

    #[test]
    fn nothing_is_no_arguments_and_of_two_members_the_last_counts() {
        for nothing in ["", "  ", "null", "{}", r#""""#, r#""{}""#] {
            assert_eq!(Arguments::read(nothing).unwrap(), Arguments::default(), "{nothing}");
        }
        let twice = Arguments::read(r#"{"a":1,"a":2}"#).unwrap();
        assert_eq!(twice.to_json().as_str(), r#"{"a":2}"#);
        for wrong in ["[", "{", "[1]", "7", r#"{"a":}"#, r#""pix""#, "{} x"] {
            assert!(Arguments::read(wrong).is_err(), "{wrong}");
        }
        let deep = "[".repeat(90) + &"]".repeat(90);
        assert!(Arguments::read(&format!(r#"{{"a":{deep}}}"#)).unwrap_err().contains("nesting"));
    }
}
