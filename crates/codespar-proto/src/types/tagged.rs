//! Reads content that stands beside the `type` of its event, and events that are not known.

use std::{borrow::Cow, fmt, marker::PhantomData};

use codespar_engine::{
    Error, Json,
    kit::{MemberName, decode},
    sse::Frame,
};
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
        value::{BorrowedStrDeserializer, MapAccessDeserializer, StrDeserializer},
    },
};

/// Reads an object without its member `type`, which is no part of it.
pub(crate) fn tagged_content<O: DeserializeOwned>(data: &[u8]) -> Result<O, Error> {
    decode(data).map(|Content(content)| content)
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow, default, rename = "type")]
    name: Option<Cow<'a, str>>,
}

/// What the data of an event says that it is.
pub(crate) fn type_of(data: &[u8]) -> Option<Cow<'_, str>> {
    // A list would do for a derived struct, too.
    if !data.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    match serde_json::from_slice::<Kind<'_>>(data) {
        Ok(kind) => kind.name,
        // Written in a way that only the second reader takes.
        Err(_) => decode::<Json>(data).ok()?.member("type")?.read::<String>().ok().map(Into::into),
    }
}

/// The data of an event that nobody knows: JSON, or a text where it is none.
pub(crate) fn other_data(frame: &Frame<'_>) -> Result<Json, Error> {
    match Json::from_slice(frame.data()) {
        Ok(data) => Ok(data),
        // The rest of it did not come.
        Err(error) if !frame.is_complete() => Err(error),
        Err(_) => Json::of(&frame.text()),
    }
}

struct Content<O>(O);

impl<'de, O: DeserializeOwned> Deserialize<'de> for Content<O> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader(PhantomData))
    }
}

struct Reader<O>(PhantomData<O>);

impl<'de, O: DeserializeOwned> Visitor<'de> for Reader<O> {
    type Value = Content<O>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Content<O>, A::Error> {
        O::deserialize(MapAccessDeserializer::new(WithoutType(members))).map(Content)
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
