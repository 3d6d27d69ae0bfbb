//! Values that are kept as JSON text: how they go into other formats and come out of them.
//!
//! `serde_json` hands raw text out and takes it in under a name of its own, which no other format
//! knows. There a value becomes a tree, and an amount a text; whatever comes back is taken.

use std::{any::type_name, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Unexpected, Visitor},
    ser,
};
use serde_json::value::RawValue;

use crate::json::{finite, member_name::MemberName, tree::value_of};

/// Whether a serializer writes JSON text by `serde_json`, or only looks at what it would write.
///
/// Serializers do not say what they write; their error type does. Should two types ever share a
/// name, raw text is handed to a serializer that does not know it, as everywhere else.
fn is_json<S: Serializer>() -> bool {
    let name = type_name::<S::Error>();
    name == type_name::<serde_json::Error>() || name == type_name::<finite::Fault>()
}

/// Writes a value that is JSON text: as it is, or as a tree.
pub(crate) fn write<S: Serializer>(raw: &RawValue, serializer: S) -> Result<S::Ok, S::Error> {
    if is_json::<S>() {
        raw.serialize(serializer)
    } else {
        value_of(raw.get()).serialize(serializer)
    }
}

/// Writes a decimal number without a binary float in between: as a number in JSON, as a text in
/// other formats.
///
/// # Errors
/// As the serializer says.
pub fn write_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if !is_json::<S>() {
        return serializer.serialize_str(text);
    }
    match text.parse::<i64>() {
        Ok(whole) => serializer.serialize_i64(whole),
        Err(_) => {
            let raw = RawValue::from_string(text.to_owned()).map_err(ser::Error::custom)?;
            raw.serialize(serializer)
        }
    }
}

/// Reads a decimal number, or the text of one, from any format: from its own text where that is at
/// hand, as in JSON, and from the shortest text of a binary float where there is nothing else.
///
/// # Errors
/// When it is neither, or `make` gives nothing.
pub fn read_number<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    make: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_newtype_struct(raw_name(), Decimal(make))
    } else {
        // Formats that do not say what comes next have to be told.
        deserializer.deserialize_str(Decimal(make))
    }
}

/// The name under which `serde_json` hands out raw text: the one that its own type asks for.
pub(crate) fn raw_name() -> &'static str {
    match Box::<RawValue>::deserialize(Listener) {
        Err(NewtypeName(name)) => name,
        Ok(_) => "",
    }
}

/// Listens to which newtype is asked for.
struct Listener;

#[derive(Debug)]
struct NewtypeName(&'static str);

impl fmt::Display for NewtypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for NewtypeName {}

impl de::Error for NewtypeName {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("")
    }
}

impl<'de> Deserializer<'de> for Listener {
    type Error = NewtypeName;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NewtypeName> {
        Err(NewtypeName(""))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: V,
    ) -> Result<V::Value, NewtypeName> {
        Err(NewtypeName(name))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Raw text as `serde_json` hands it out: one member, whose value is the text.
struct Text<F>(F);

impl<'de, T, F: FnOnce(&str) -> Option<T>> DeserializeSeed<'de> for Text<F> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> Option<T>> Visitor<'_> for Text<F> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<T>, E> {
        Ok((self.0)(text))
    }
}

/// A number, or its text.
struct Decimal<T>(fn(&str) -> Option<T>);

impl<T> Decimal<T> {
    fn made<E: de::Error>(&self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(|| E::custom("expected a decimal number"))
    }
}

impl<'de, T> Visitor<'de> for Decimal<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        self.made(&number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        self.made(&number.to_string())
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<T, E> {
        self.made(&number.to_string())
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<T, E> {
        self.made(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        match serde_json::Number::from_f64(number) {
            Some(number) => self.made(&number.to_string()),
            None => Err(E::invalid_value(Unexpected::Float(number), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.made(text)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<T, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut raw: A) -> Result<T, A::Error> {
        let name = raw.next_key::<MemberName<'de>>()?;
        if name.is_none_or(|name| name.as_str() != raw_name()) {
            return Err(de::Error::invalid_type(Unexpected::Map, &self));
        }
        let read = |text: &str| {
            let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            (self.0)(quoted.unwrap_or(text))
        };
        raw.next_value_seed(Text(read))?
            .ok_or_else(|| de::Error::custom("expected a decimal number"))
    }
}

/// Reads any JSON, or a tree of another format.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<RawValue>, D::Error> {
    struct Reader;

    impl<'de> Visitor<'de> for Reader {
        type Value = Box<RawValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON value")
        }

        fn visit_map<A: MapAccess<'de>>(self, raw: A) -> Result<Box<RawValue>, A::Error> {
            Box::deserialize(de::value::MapAccessDeserializer::new(raw))
        }

        fn visit_newtype_struct<D: Deserializer<'de>>(
            self,
            inner: D,
        ) -> Result<Box<RawValue>, D::Error> {
            let mut text = String::new();
            inner.deserialize_any(Writer(&mut text))?;
            RawValue::from_string(text).map_err(de::Error::custom)
        }
    }

    deserializer.deserialize_newtype_struct(raw_name(), Reader)
}

/// Writes the tree of another format down as JSON.
struct Writer<'a>(&'a mut String);

impl Writer<'_> {
    fn put<E: de::Error, T: Serialize + ?Sized>(self, value: &T) -> Result<(), E> {
        let text = serde_json::to_string(value).map_err(E::custom)?;
        self.0.push_str(&text);
        Ok(())
    }
}

macro_rules! puts {
    ($($method:ident: $ty:ty),*) => {$(
        fn $method<E: de::Error>(self, value: $ty) -> Result<(), E> {
            self.put(&value)
        }
    )*};
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    puts! {
        visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_i128: i128, visit_u128: u128,
        visit_str: &str
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        if number.is_finite() {
            return self.put(&number);
        }
        Err(E::invalid_value(Unexpected::Float(number), &self))
    }

    fn visit_none<E: de::Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.put(&())
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<(), D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut before = '[';
        loop {
            let part = Part { text: self.0, before };
            if items.next_element_seed(part)?.is_none() {
                break;
            }
            before = ',';
        }
        self.0.push_str(if before == '[' { "[]" } else { "]" });
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut before = '{';
        while let Some(name) = members.next_key::<String>()? {
            self.0.push(before);
            Writer(self.0).put(&name)?;
            members.next_value_seed(Part { text: self.0, before: ':' })?;
            before = ',';
        }
        self.0.push_str(if before == '{' { "{}" } else { "}" });
        Ok(())
    }
}

/// A value, and what stands before it.
struct Part<'a> {
    text: &'a mut String,
    before: char,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.text.push(self.before);
        deserializer.deserialize_any(Writer(self.text))
    }
}
