//! Names of members, as readers are given them.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Visitor};

/// The name of a member, borrowed from the input where it can be.
#[derive(Debug)]
#[non_exhaustive]
pub enum MemberName<'de> {
    /// It stands in the input as it is.
    Borrowed(&'de str),
    /// It was written with escapes, or the input does not stay.
    Owned(String),
}

impl MemberName<'_> {
    /// The name as a text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(name) => name,
            Self::Owned(name) => name,
        }
    }
}

impl<'de> Deserialize<'de> for MemberName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = MemberName<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<MemberName<'de>, E> {
                Ok(MemberName::Borrowed(name))
            }

            fn visit_str<E>(self, name: &str) -> Result<MemberName<'de>, E> {
                Ok(MemberName::Owned(name.to_owned()))
            }
        }

        deserializer.deserialize_identifier(Reader)
    }
}
