//! Whole numbers, also where they are spelled with a point or an exponent.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Unexpected, Visitor},
};

/// An integer type that answers have.
pub trait Whole: Sized {
    /// Its name, as errors spell it.
    const NAME: &'static str;

    /// The number, if it fits.
    fn of(number: i128) -> Option<Self>;

    /// Asks a format for it.
    ///
    /// # Errors
    /// As the format says.
    fn ask<'de, D: Deserializer<'de>, V: Visitor<'de>>(
        deserializer: D,
        visitor: V,
    ) -> Result<V::Value, D::Error>;
}

/// Binary floats below this are whole numbers without doubt: their neighbours are, too.
const SURE: f64 = 9_007_199_254_740_992.0;

/// Reads a whole number: `3`, `3.0` and `30e-1` are the same in JSON (RFC 8259, 6). One that is
/// not whole, or does not fit, is an error.
///
/// # Errors
/// When it is no such number.
pub fn whole<'de, D: Deserializer<'de>, T: Whole>(deserializer: D) -> Result<T, D::Error> {
    T::ask(deserializer, Reader(PhantomData))
}

struct Reader<T>(PhantomData<T>);

impl<T: Whole> Reader<T> {
    fn fits<E: de::Error>(self, number: i128, came: Unexpected<'_>) -> Result<T, E> {
        T::of(number).ok_or_else(|| E::invalid_value(came, &self))
    }
}

impl<T: Whole> Visitor<'_> for Reader<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        self.fits(number.into(), Unexpected::Signed(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        self.fits(number.into(), Unexpected::Unsigned(number))
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<T, E> {
        self.fits(number, Unexpected::Other("a number"))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<T, E> {
        let is_whole = number.abs() < SURE && number.fract() == 0.0;
        // The text has neither point nor exponent then.
        let digits = is_whole.then(|| number.to_string().parse::<i128>().ok()).flatten();
        match digits {
            Some(digits) => self.fits(digits, Unexpected::Float(number)),
            None => Err(E::invalid_type(Unexpected::Float(number), &self)),
        }
    }
}

/// A field of an answer, asked for by its type. Of the two traits that read one, the compiler
/// takes the one for integers where it can.
#[derive(Debug)]
pub struct Field<T>(PhantomData<T>);

impl<T> Field<T> {
    /// A reader for one field.
    #[allow(clippy::new_without_default, reason = "it is asked for by name")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// Reads a field of any type.
pub trait AnyField<'de, T> {
    /// Reads it.
    ///
    /// # Errors
    /// As the type says.
    fn next_value<A: MapAccess<'de>>(&self, members: &mut A) -> Result<T, A::Error>;
}

impl<'de, T: Deserialize<'de>> AnyField<'de, T> for &Field<T> {
    fn next_value<A: MapAccess<'de>>(&self, members: &mut A) -> Result<T, A::Error> {
        members.next_value()
    }
}

/// Reads a field of an integer type.
pub trait WholeField<'de, T> {
    /// Reads it.
    ///
    /// # Errors
    /// When it is no whole number, or does not fit.
    fn next_value<A: MapAccess<'de>>(&self, members: &mut A) -> Result<T, A::Error>;
}

/// A value that is read by [`whole`].
struct Read<T>(T);

impl<'de, T: Whole> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        whole(deserializer).map(Self)
    }
}

macro_rules! integers {
    ($($ty:ident $ask:ident),* $(,)?) => {$(
        impl Whole for $ty {
            const NAME: &'static str = stringify!($ty);

            fn of(number: i128) -> Option<Self> {
                number.try_into().ok()
            }

            fn ask<'de, D: Deserializer<'de>, V: Visitor<'de>>(
                deserializer: D,
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                deserializer.$ask(visitor)
            }
        }

        impl<'de> WholeField<'de, $ty> for Field<$ty> {
            fn next_value<A: MapAccess<'de>>(&self, members: &mut A) -> Result<$ty, A::Error> {
                members.next_value::<Read<$ty>>().map(|read| read.0)
            }
        }

        impl<'de> WholeField<'de, Option<$ty>> for Field<Option<$ty>> {
            fn next_value<A: MapAccess<'de>>(
                &self,
                members: &mut A,
            ) -> Result<Option<$ty>, A::Error> {
                members.next_value::<Option<Read<$ty>>>().map(|read| read.map(|read| read.0))
            }
        }
    )*};
}

integers! {
    i8 deserialize_i8, i16 deserialize_i16, i32 deserialize_i32, i64 deserialize_i64,
    u8 deserialize_u8, u16 deserialize_u16, u32 deserialize_u32, u64 deserialize_u64,
}
