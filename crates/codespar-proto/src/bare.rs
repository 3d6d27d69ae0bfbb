//! Content that stands bare beside the `type` of its event.

use std::{fmt, marker::PhantomData};

use codespar_engine::{Error, decode, describe::MemberName};
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
        value::{BorrowedStrDeserializer, MapAccessDeserializer, StrDeserializer},
    },
};

/// Reads an object without its member `type`, which is no part of it.
pub(crate) fn bare<O: DeserializeOwned>(data: &[u8]) -> Result<O, Error> {
    decode(data).map(|Bare(content)| content)
}

struct Bare<O>(O);

impl<'de, O: DeserializeOwned> Deserialize<'de> for Bare<O> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader(PhantomData))
    }
}

struct Reader<O>(PhantomData<O>);

impl<'de, O: DeserializeOwned> Visitor<'de> for Reader<O> {
    type Value = Bare<O>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Bare<O>, A::Error> {
        O::deserialize(MapAccessDeserializer::new(WithoutType(members))).map(Bare)
    }
}

/// The members of an object, without `type`: it need not be stored to be taken away again.
struct WithoutType<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutType<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.0.next_key::<MemberName<'de>>()? {
            if name.as_str() == "type" {
                self.0.next_value::<IgnoredAny>()?;
                continue;
            }
            if let MemberName::Borrowed(name) = name {
                return seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some);
            }
            let name: StrDeserializer<'_, A::Error> = name.as_str().into_deserializer();
            return seed.deserialize(name).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}
