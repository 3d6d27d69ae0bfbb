//! What the code of derives calls.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};

/// A type that is read from the members of an object, by code that a derive wrote.
pub trait FromMembers<'de>: Sized {
    /// What an error says was expected.
    const EXPECTING: &'static str;

    /// Reads the members.
    ///
    /// # Errors
    /// When one is missing, or not what it should be.
    fn from_members<A: MapAccess<'de>>(members: A) -> Result<Self, A::Error>;
}

/// Reads an object.
///
/// # Errors
/// When it is none, or as its members say.
pub fn object<'de, D: Deserializer<'de>, T: FromMembers<'de>>(from: D) -> Result<T, D::Error> {
    struct Reader<T>(PhantomData<T>);

    impl<'de, T: FromMembers<'de>> Visitor<'de> for Reader<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::EXPECTING)
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::from_members(members)
        }
    }

    from.deserialize_map(Reader(PhantomData))
}

/// Reads the value of a member that may come once.
///
/// # Errors
/// When it came before, or as the type says.
pub fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    name: &'static str,
    slot: &mut Option<T>,
    members: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(members.next_value()?);
    Ok(())
}
