//! What the code of derives calls.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor},
};

use crate::json::members::Extra;

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

/// The members of a type, told by their places in a list of names.
#[derive(Debug)]
pub struct Known {
    names: &'static [&'static str],
    /// Which is looked for first: most members come in the order of their fields.
    next: usize,
}

impl Known {
    /// Those of these names.
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self { names, next: 0 }
    }

    /// Goes to the value of the next one; `None` at the end. Others are passed over.
    ///
    /// # Errors
    /// As the input says.
    pub fn next<'de, A: MapAccess<'de>>(
        &mut self,
        members: &mut A,
    ) -> Result<Option<usize>, A::Error> {
        loop {
            match members.next_key_seed(Place(self))? {
                None => return Ok(None),
                Some(Ok(place)) => return Ok(Some(place)),
                Some(Err(_)) => pass_over(members)?,
            }
        }
    }

    /// Goes to the value of the next one; `None` at the end. Others are kept.
    ///
    /// # Errors
    /// As the input says.
    pub fn next_or_keep<'de, A: MapAccess<'de>>(
        &mut self,
        members: &mut A,
        extra: &mut Extra,
    ) -> Result<Option<usize>, A::Error> {
        loop {
            match members.next_key_seed(Place(self))? {
                None => return Ok(None),
                Some(Ok(place)) => return Ok(Some(place)),
                Some(Err(name)) => extra.keep(name, members.next_value()?),
            }
        }
    }

    fn place(&mut self, name: &str) -> Option<usize> {
        let is_next = self.names.get(self.next).is_some_and(|known| *known == name);
        let place = match is_next {
            true => self.next,
            false => self.names.iter().position(|known| *known == name)?,
        };
        self.next = place + 1;
        Some(place)
    }
}

/// Passes over the value of a member.
///
/// # Errors
/// As the input says.
pub fn pass_over<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<IgnoredAny>().map(|_| ())
}

/// Reads the name of a member as its place, or as it is where it has none.
struct Place<'a>(&'a mut Known);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Result<usize, Box<str>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Result<usize, Box<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.place(name).ok_or_else(|| name.into()))
    }
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
