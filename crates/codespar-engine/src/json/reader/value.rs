//! The reader as serde sees it.

use serde::{Deserializer, de::Visitor};

use super::{
    Fault, Reader,
    access::{Items, Members, RawText, Variant},
};
use crate::json::raw::raw_name;

/// A visitor's own error gets the place of the value that it was given.
fn placed<T>(read: Result<T, Fault>, start: usize) -> Result<T, Fault> {
    match read {
        Ok(value) => Ok(value),
        Err(fault) => Err(fault.at(start)),
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let number = self.integer(&visitor)?;
            let end = self.at;
            // Within the number, wherever it began.
            placed(number.visit(visitor), end - 1)
        }
    )*};
}

macro_rules! floats {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let number = self.any_number(&visitor)?;
            let end = self.at;
            placed(number.visit(visitor), end - 1)
        }
    )*};
}

macro_rules! wide {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let digits = self.wide(&visitor)?;
            let end = self.at;
            match digits.parse() {
                Ok(number) => placed(visitor.$visit(number), end - 1),
                Err(_) => Err(Fault::syntax("number out of range", end - 1)),
            }
        }
    )*};
}

macro_rules! like {
    ($($method:ident($($name:ident: $ty:ty),*) = $other:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($name: $ty,)*
            visitor: V,
        ) -> Result<V::Value, Fault> {
            self.$other(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Fault;

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    floats! { deserialize_f32 deserialize_f64 }

    wide! { deserialize_i128 visit_i128 deserialize_u128 visit_u128 }

    like! {
        deserialize_string() = deserialize_str;
        deserialize_char() = deserialize_str;
        deserialize_identifier() = deserialize_str;
        deserialize_byte_buf() = deserialize_bytes;
        deserialize_unit_struct(_name: &'static str) = deserialize_unit;
        deserialize_tuple(_len: usize) = deserialize_seq;
        deserialize_tuple_struct(_name: &'static str, _len: usize) = deserialize_seq;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek() {
            Some(b'n') => self.deserialize_unit(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            Some(b'"') => self.deserialize_str(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'{') => self.deserialize_map(visitor),
            _ => self.deserialize_f64(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = self.boolean(&visitor)?;
        let end = self.at;
        placed(visitor.visit_bool(value), end - 1)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.peek() != Some(b'"') {
            let digits = self.id(&visitor)?;
            let end = self.at;
            return placed(visitor.visit_str(&digits), end - 1);
        }
        let start = self.at;
        let read = match self.text()? {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_str(&self.scratch),
        };
        placed(read, start)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.peek() == Some(b'[') {
            return self.deserialize_seq(visitor);
        }
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(&visitor));
        }
        let start = self.at;
        let read = match self.text()? {
            Some(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            None => visitor.visit_bytes(self.scratch.as_bytes()),
        };
        placed(read, start)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.null()? { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if !self.null()? {
            return Err(self.unexpected(&visitor));
        }
        let end = self.at;
        placed(visitor.visit_unit(), end - 1)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name != raw_name() {
            return visitor.visit_newtype_struct(self);
        }
        let text = self.raw()?;
        let end = self.at;
        placed(visitor.visit_map(RawText::new(text)), end - text.len())
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let level = self.open(b'[', &visitor)?;
        let mut read = visitor.visit_seq(Items::new(self));
        self.leave(&level, b']', read.as_mut().err());
        read
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let level = self.open(b'{', &visitor)?;
        let mut read = visitor.visit_map(Members::new(self));
        self.leave(&level, b'}', read.as_mut().err());
        read
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.peek() {
            Some(b'[') => self.deserialize_seq(visitor),
            _ => self.deserialize_map(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if self.peek() == Some(b'"') {
            let start = self.at;
            return placed(visitor.visit_enum(Variant::unit(self)), start);
        }
        let level = self.open(b'{', &visitor)?;
        let mut read = visitor.visit_enum(Variant::with_content(self));
        self.leave(&level, b'}', read.as_mut().err());
        read
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.ignore()?;
        visitor.visit_unit()
    }
}
