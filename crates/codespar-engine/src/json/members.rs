//! Answer structs that keep what they do not know.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, Visitor},
    ser::SerializeMap,
};

use crate::json::Json;

/// The members of an answer that this version has no field for, in the order they came.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Vec<(Box<str>, Json)>);

impl Extra {
    /// The member of that name; of several, the last.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().rev().find(|(member, _)| **member == *name).map(|(_, value)| value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps a member.
    pub fn insert(&mut self, name: &str, value: Json) {
        self.0.push((name.into(), value));
    }

    pub(crate) fn keep(&mut self, name: Box<str>, value: Json) {
        self.0.push((name, value));
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(member, _)| **member == *name)?;
        Some(self.0.remove(at).1)
    }

    /// Writes the members behind the known ones.
    ///
    /// # Errors
    /// As the serializer says.
    pub fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

/// The names only.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// What the members of a type are called on the wire.
pub trait Members {
    /// The names of the members that have a field.
    const NAMES: &'static [&'static str];
}

/// What stands for a member that did not come: `None` for an `Option`, an error for the rest.
///
/// # Errors
/// That the field is missing.
pub fn missing<'de, T: Deserialize<'de>, E: de::Error>(name: &'static str) -> Result<T, E> {
    struct Missing<E>(&'static str, PhantomData<E>);

    impl<'de, E: de::Error> Deserializer<'de> for Missing<E> {
        type Error = E;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
            Err(E::missing_field(self.0))
        }

        fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            visitor.visit_none()
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
            ignored_any
        }
    }

    T::deserialize(Missing(name, PhantomData))
}

/// Reads a text without keeping it, where the input allows.
///
/// # Errors
/// When it is no text.
pub fn text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    make: fn(&str) -> T,
) -> Result<T, D::Error> {
    struct Reader<T>(fn(&str) -> T);

    impl<T> Visitor<'_> for Reader<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_str<E>(self, text: &str) -> Result<T, E> {
            Ok((self.0)(text))
        }
    }

    deserializer.deserialize_str(Reader(make))
}

/// Reads a value as JSON text that is kept, for types that decide by hand.
///
/// # Errors
/// As the type says.
pub fn through_json<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<T, D::Error> {
    Json::deserialize(deserializer)?.read().map_err(de::Error::custom)
}
