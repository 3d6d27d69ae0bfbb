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

/// Declares structs of an answer.
///
/// A field is required unless it is an `Option`, or is followed by `= default` (absent and
/// `null` are then the default). `as "name"` names the member on the wire. Members without a
/// field are kept in `extra`, so that writing the struct out again loses nothing. `tells "name" =
/// method` behind its name writes one member more, which is ours: it is passed over when it is
/// read. Fields of an integer type take every spelling of a whole number: `3`, `3.0`, `30e-1`.
///
/// In formats other than JSON, which have to say what comes next (as YAML, TOML and CBOR do), what
/// is free JSON is a tree: see [`Json`](crate::json::Json).
///
/// ```
/// codespar_engine::answer! {
///     /// A receipt.
///     pub struct Receipt {
///         /// Its id.
///         pub id: String,
///         /// What it is for.
///         pub kind as "type": Option<String>,
///         /// Its lines.
///         pub lines: Vec<String> = default,
///     }
/// }
///
/// let text = r#"{"id":"r1","type":"sale","new":[1,2]}"#;
/// let receipt: Receipt = serde_json::from_str(text).unwrap();
/// assert_eq!(receipt.extra.get("new").unwrap().as_str(), "[1,2]");
/// assert_eq!(serde_json::to_string(&receipt).unwrap(), r#"{"id":"r1","type":"sale","lines":[],"new":[1,2]}"#);
/// ```
#[macro_export]
macro_rules! answer {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(tells $tells:literal = $method:ident)? {
            $(
                $(#[$field_meta:meta])*
                $field_vis:vis $field:ident $(as $wire:literal)? : $ty:ty $(= $default:ident)?
            ),* $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $( $(#[$field_meta])* $field_vis $field: $ty, )*
            /// Members this version has no field for.
            pub extra: $crate::Extra,
        }

        impl $crate::kit::Members for $name {
            const NAMES: &'static [&'static str] = &[
                $( $crate::answer!(@wire $field $($wire)?) ),*
            ];
        }

        impl<'de> $crate::kit::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::kit::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                struct Reader;

                impl<'de> $crate::kit::serde::de::Visitor<'de> for Reader {
                    type Value = $name;

                    fn expecting(
                        &self,
                        f: &mut ::core::fmt::Formatter<'_>,
                    ) -> ::core::fmt::Result {
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A: $crate::kit::serde::de::MapAccess<'de>>(
                        self,
                        mut members: A,
                    ) -> ::core::result::Result<$name, A::Error> {
                        #[allow(unused_imports)]
                        use $crate::kit::{AnyField as _, WholeField as _};
                        $( let mut $field: ::core::option::Option<$ty> = None; )*
                        let mut extra = $crate::Extra::default();
                        while let Some(name) =
                            members.next_key::<$crate::kit::MemberName<'de>>()?
                        {
                            match name.as_str() {
                                $( $crate::answer!(@wire $field $($wire)?) => {
                                    $crate::answer!(@read $field, $ty, members $(, $default)?);
                                } )*
                                $( $tells => {
                                    members.next_value::<$crate::kit::serde::de::IgnoredAny>()?;
                                } )?
                                name => extra.insert(name, members.next_value()?),
                            }
                        }
                        Ok($name {
                            $( $field: $crate::answer!(
                                @missing $field, $crate::answer!(@wire $field $($wire)?)
                                $(, $default)?
                            ), )*
                            extra,
                        })
                    }
                }

                deserializer.deserialize_map(Reader)
            }
        }

        impl $crate::kit::serde::Serialize for $name {
            fn serialize<S: $crate::kit::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                use $crate::kit::serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $( map.serialize_entry($crate::answer!(@wire $field $($wire)?), &self.$field)?; )*
                $( map.serialize_entry($tells, &self.$method())?; )?
                self.extra.write(&mut map)?;
                map.end()
            }
        }
    )+};
    (@wire $field:ident) => { stringify!($field) };
    (@wire $field:ident $wire:literal) => { $wire };
    (@read $field:ident, $ty:ty, $members:ident) => {
        $field = Some((&$crate::kit::Field::<$ty>::new()).next_value(&mut $members)?)
    };
    (@read $field:ident, $ty:ty, $members:ident, default) => {
        $field = (&$crate::kit::Field::<::core::option::Option<$ty>>::new())
            .next_value(&mut $members)?
    };
    (@missing $field:ident, $name:expr) => {
        match $field {
            Some(value) => value,
            None => $crate::kit::missing($name)?,
        }
    };
    (@missing $field:ident, $name:expr, default) => {
        $field.unwrap_or_default()
    };
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
