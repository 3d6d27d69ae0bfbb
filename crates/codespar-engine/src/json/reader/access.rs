//! Items, members and variants, as serde is given them.

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
        Unexpected, VariantAccess, Visitor, value::BorrowedStrDeserializer,
    },
};

use super::{Fault, Reader};
use crate::json::raw::raw_name;

/// The items of an array.
pub(super) struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    is_first: bool,
}

impl<'a, 'de> Items<'a, 'de> {
    pub(super) const fn new(reader: &'a mut Reader<'de>) -> Self {
        Self { reader, is_first: true }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        if !self.reader.next_item(&mut self.is_first)? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// The members of an object.
pub(super) struct Members<'a, 'de> {
    reader: &'a mut Reader<'de>,
    is_first: bool,
}

impl<'a, 'de> Members<'a, 'de> {
    pub(super) const fn new(reader: &'a mut Reader<'de>) -> Self {
        Self { reader, is_first: true }
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some(name) = self.reader.next_name(&mut self.is_first)? else { return Ok(None) };
        match seed.deserialize(Name { reader: self.reader, name }) {
            Ok(name) => Ok(Some(name)),
            // Within the member.
            Err(fault) => Err(fault.at(self.reader.at)),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(&mut *self.reader)
    }
}

/// The name of a member: a text, or what a type reads from one.
struct Name<'a, 'de> {
    reader: &'a Reader<'de>,
    /// Where it stands in the input as it is.
    name: Option<&'de str>,
}

macro_rules! parsed {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let name = self.name.unwrap_or(&self.reader.scratch);
            match name.parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Fault::invalid_type(Unexpected::Str(""), &visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Name<'_, 'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.name {
            Some(name) => visitor.visit_borrowed_str(name),
            None => visitor.visit_str(&self.reader.scratch),
        }
    }

    parsed! {
        deserialize_bool visit_bool
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32
        deserialize_i64 visit_i64 deserialize_i128 visit_i128
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32
        deserialize_u64 visit_u64 deserialize_u128 visit_u128
        deserialize_f32 visit_f32 deserialize_f64 visit_f64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let text = self.name.unwrap_or(&self.reader.scratch);
        text.into_deserializer().deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

/// A variant of an enum: a text, or the one member of an object.
pub(super) struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    has_content: bool,
}

impl<'a, 'de> Variant<'a, 'de> {
    pub(super) const fn unit(reader: &'a mut Reader<'de>) -> Self {
        Self { reader, has_content: false }
    }

    pub(super) const fn with_content(reader: &'a mut Reader<'de>) -> Self {
        Self { reader, has_content: true }
    }

    #[cold]
    fn is_unit(&self, expected: &str) -> Fault {
        Fault::invalid_type(Unexpected::UnitVariant, &expected).at(self.reader.at - 1)
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let name = if self.has_content {
            let name = self.reader.next_name(&mut true)?;
            name.ok_or_else(|| self.reader.wrong("expected the name of a variant"))?
        } else {
            self.reader.text()?
        };
        match seed.deserialize(Name { reader: self.reader, name }) {
            Ok(variant) => Ok((variant, self)),
            Err(fault) => Err(fault.at(self.reader.at - 1)),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        if self.has_content { serde::Deserialize::deserialize(self.reader) } else { Ok(()) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        if !self.has_content {
            return Err(self.is_unit("newtype variant"));
        }
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        if !self.has_content {
            return Err(self.is_unit("tuple variant"));
        }
        self.reader.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if !self.has_content {
            return Err(self.is_unit("struct variant"));
        }
        self.reader.deserialize_struct("", fields, visitor)
    }
}

/// Raw text, as `serde_json` hands it out: one member, whose value is the text.
pub(super) struct RawText<'de> {
    text: &'de str,
    has_name: bool,
}

impl<'de> RawText<'de> {
    pub(super) const fn new(text: &'de str) -> Self {
        Self { text, has_name: true }
    }
}

impl<'de> MapAccess<'de> for RawText<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        if !std::mem::take(&mut self.has_name) {
            return Ok(None);
        }
        seed.deserialize(BorrowedStrDeserializer::new(raw_name())).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(BorrowedStrDeserializer::new(self.text))
    }
}
