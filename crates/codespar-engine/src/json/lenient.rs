//! A second reading of JSON that typed values could not be read from, for what servers spell in
//! another way: whole numbers with a point or an exponent, and ids that are numbers.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{BorrowedStrDeserializer, StringDeserializer},
    },
};
use serde_json::value::RawValue;

use crate::json::{member_name::MemberName, number::Number};

/// Reads a type that is declared as usual from JSON, taking what [`Lenient`] takes.
pub(crate) fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let value = T::deserialize(Lenient::new(&mut reader))?;
    reader.end()?;
    Ok(value)
}

/// A JSON reader that takes two spellings more than the type asks for, at any depth: a whole
/// number may have a point or an exponent, since JSON has one kind of number (RFC 8259, 6), and a
/// text under the name of an id may be a whole number.
///
/// The text of a number is at hand, so that none is rounded on the way.
pub(crate) struct Lenient<D> {
    inner: D,
    /// Whether the value is that of a member whose name is the name of an id.
    is_id: bool,
}

impl<D> Lenient<D> {
    pub(crate) const fn new(inner: D) -> Self {
        Self { inner, is_id: false }
    }
}

/// `id`, `payment_id`, `mandateId`, and several of them: `file_ids`.
fn is_id(name: &str) -> bool {
    let name = name.strip_suffix('s').unwrap_or(name);
    name == "id" || name.ends_with("_id") || name.ends_with("Id")
}

/// The digits of a number, if it is whole and written as one, or can be.
fn digits(text: &str) -> Option<Cow<'_, str>> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    if !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Cow::Borrowed(text));
    }
    Some(Cow::Owned(Number::parse(text)?.whole()?.to_string()))
}

/// Where the number stands within the text is said by the outer reader.
fn without_place<E: serde::de::Error>(error: &serde_json::Error) -> E {
    let words = error.to_string();
    E::custom(words.rsplit_once(" at line ").map_or(&*words, |(words, _)| words))
}

/// Reads the value as its text, and then that as the type asks: with another text if it is a
/// number that `spelled` knows one for.
macro_rules! through_text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            let raw = Box::<RawValue>::deserialize(self.inner)?;
            let text = digits(raw.get()).unwrap_or(Cow::Borrowed(raw.get()));
            let mut reader = serde_json::Deserializer::from_reader(text.as_bytes());
            reader.$method(visitor).map_err(|error| without_place(&error))
        }
    )*};
}

macro_rules! id_or_text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            if !self.is_id {
                return self.inner.$method(visitor);
            }
            let raw = Box::<RawValue>::deserialize(self.inner)?;
            if let Some(digits) = digits(raw.get()) {
                return visitor.visit_str(&digits);
            }
            let mut reader = serde_json::Deserializer::from_reader(raw.get().as_bytes());
            reader.$method(visitor).map_err(|error| without_place(&error))
        }
    )*};
}

macro_rules! forwarded {
    ($($method:ident($($name:ident: $ty:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($name: $ty,)*
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            self.inner.$method($($name,)* Within { visitor, is_id: self.is_id })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lenient<D> {
    type Error = D::Error;

    through_text! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    id_or_text! { deserialize_str deserialize_string }

    forwarded! {
        deserialize_any()
        deserialize_bool()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_option()
        deserialize_unit()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_seq()
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_map()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_identifier()
        deserialize_ignored_any()
    }
}

/// A visitor whose parts are read leniently as well.
struct Within<V> {
    visitor: V,
    is_id: bool,
}

macro_rules! visits {
    ($($method:ident($ty:ty))*) => {$(
        fn $method<E: serde::de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.visitor.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Within<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    visits! {
        visit_bool(bool)
        visit_i64(i64)
        visit_u64(u64)
        visit_f64(f64)
        visit_str(&str)
        visit_borrowed_str(&'de str)
        visit_string(String)
        visit_bytes(&[u8])
        visit_borrowed_bytes(&'de [u8])
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Lenient { inner, is_id: self.is_id })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Lenient { inner, is_id: self.is_id })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Parts { parts: items, is_id: self.is_id })
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Parts { parts: members, is_id: false })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(variant)
    }
}

/// The items of a list or the members of an object.
struct Parts<A> {
    parts: A,
    /// Whether the items are, or the member at hand is, an id.
    is_id: bool,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Parts<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.parts.next_element_seed(Seed { seed, is_id: self.is_id })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Parts<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.parts.next_key::<MemberName<'de>>()? else { return Ok(None) };
        self.is_id = is_id(name.as_str());
        match name {
            MemberName::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            MemberName::Owned(name) => {
                let name: StringDeserializer<A::Error> = name.into_deserializer();
                seed.deserialize(name)
            }
        }
        .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.parts.next_value_seed(Seed { seed, is_id: self.is_id })
    }
}

struct Seed<S> {
    seed: S,
    is_id: bool,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        self.seed.deserialize(Lenient { inner, is_id: self.is_id })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::json::{Json, decode};

    #[derive(Debug, PartialEq, Deserialize)]
    struct Newtype(i32);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Deep {
        payment_id: Option<String>,
        file_ids: Vec<String>,
        list: Vec<u64>,
        pair: (u8, i64),
        map: BTreeMap<String, Option<Newtype>>,
        price: f64,
        raw: Json,
    }

    fn deep(payment_id: &str, number: &str) -> String {
        format!(
            r#"{{"payment_id":{payment_id},"file_ids":[7,"b"],"list":[{number},1],"pair":[2.0,-3e0],
                "map":{{"a":{number},"b":null}},"price":2.50,"raw":{{"id":7.0,"n":{number}}}}}"#,
        )
    }

    #[test]
    fn whole_numbers_and_ids_are_read_at_any_depth() {
        let read: Deep = decode(deep("81", "30e-1").as_bytes()).unwrap();
        let map = [("a", Some(Newtype(3))), ("b", None)];
        let expected = Deep {
            payment_id: Some("81".to_owned()),
            file_ids: vec!["7".to_owned(), "b".to_owned()],
            list: vec![3, 1],
            pair: (2, -3),
            map: map.map(|(name, value)| (name.to_owned(), value)).into(),
            price: 2.5,
            raw: Json::parse_str(r#"{"id":7.0,"n":30e-1}"#).unwrap(),
        };
        assert_eq!(read, expected);
        // Free JSON stays to the letter.
        assert_eq!(read.raw.as_str(), r#"{"id":7.0,"n":30e-1}"#);
        let null: Deep = decode(deep("null", "3").as_bytes()).unwrap();
        assert_eq!(null.payment_id, None);
    }

    #[test]
    fn what_is_not_whole_or_does_not_fit_is_an_error_with_its_place() {
        for (number, reason) in [
            ("3.5", "list[0]: invalid type: floating point, expected u64"),
            ("3.00000000000000000000001", "list[0]: invalid type: floating point, expected u64"),
            ("-1.0", "list[0]: invalid value: integer, expected u64"),
            ("18446744073709551616.0", "list[0]: invalid type: floating point, expected u64"),
            ("1e400", "list[0]: number out of range"),
            ("\"3\"", "list[0]: invalid type: string, expected u64"),
            ("3e9", "map.a: invalid value: integer, expected i32"),
        ] {
            let error = decode::<Deep>(deep("\"p\"", number).as_bytes()).unwrap_err();
            assert_eq!(error.message(), reason, "{number}");
        }
        for id in ["1.5", "true", "[]", "{}", "1e400"] {
            let error = decode::<Deep>(deep(id, "3").as_bytes()).unwrap_err();
            assert!(error.message().starts_with("payment_id: "), "{id}: {error}");
        }
    }

    #[test]
    fn no_digit_of_a_number_is_lost() {
        for number in ["9007199254740993.0", "9007199254740993", "90071992547409930e-1"] {
            let read: Vec<u64> = decode(format!("[1.0, {number}]").as_bytes()).unwrap();
            assert_eq!(read, [1, 9_007_199_254_740_993], "{number}");
        }
        let most: Vec<i64> = decode(b"[-9223372036854775808.0, 9223372036854775807.0]").unwrap();
        assert_eq!(most, [i64::MIN, i64::MAX]);
    }

    #[test]
    fn ids_are_told_by_their_names() {
        for name in ["id", "ids", "payment_id", "file_ids", "mandateId", "fileIds"] {
            assert!(is_id(name), "{name}");
        }
        for name in ["paid", "kid", "valid", "idle", "status", "", "s", "uuid", "ID"] {
            assert!(!is_id(name), "{name}");
        }
    }
}
