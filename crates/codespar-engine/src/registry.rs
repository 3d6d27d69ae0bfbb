//! What registries of operations have in common: arguments from JSON, and an operation that is
//! ready to be carried out.

mod compositions;
mod operation;
mod unknown;

use std::{convert::Infallible, fmt, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};

use crate::{
    call::{Call, items::Items},
    describe::{Describe, Kind, Member, Object, Scalar, Shape},
    error::Error,
    json::{Json, decode_strictly},
    transport::Transport,
};

pub use self::operation::{Arguments, Begin, Input, ItemFlow, Operation, items_to_json, to_json};
use self::unknown::unknown_member;

/// An operation that is ready to be carried out.
#[non_exhaustive]
pub enum Started<T: Transport, S = Infallible> {
    /// It ends with one result; `null` when there is nothing to say.
    Call(Call<T, Json>),
    /// It hands out items.
    Items(Items<T, Json>),
    /// It gives a session, on which other operations can be started.
    Session(Call<T, S>),
}

impl<T: Transport, S> Started<T, S> {
    /// Limits it by time, retries included; of items, the wait for the first.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        match self {
            Self::Call(call) => Self::Call(call.timeout(limit)),
            Self::Items(items) => Self::Items(items.timeout(limit)),
            Self::Session(call) => Self::Session(call.timeout(limit)),
        }
    }

    /// Names its effect by a key, where the server honours one.
    #[must_use]
    pub fn idempotency_key(self, key: &str) -> Self {
        match self {
            Self::Call(call) => Self::Call(call.idempotency_key(key)),
            Self::Items(items) => Self::Items(items),
            Self::Session(call) => Self::Session(call.idempotency_key(key)),
        }
    }

    /// Limits how long the server may be silent between items; a call has none.
    #[must_use]
    pub fn idle_timeout(self, limit: Duration) -> Self {
        match self {
            Self::Items(items) => Self::Items(items.idle_timeout(limit)),
            other => other,
        }
    }

    /// Sets how many times it is repeated at most, where repeating is safe.
    #[must_use]
    pub fn retries(self, retries: u32) -> Self {
        match self {
            Self::Call(call) => Self::Call(call.retries(retries)),
            Self::Items(items) => Self::Items(items.retries(retries)),
            Self::Session(call) => Self::Session(call.retries(retries)),
        }
    }
}

impl<T: Transport, S> fmt::Debug for Started<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call(_) => "Started::Call",
            Self::Items(_) => "Started::Items",
            Self::Session(_) => "Started::Session",
        })
    }
}

/// Bytes as an argument: an object of one member, `{"$bytes_base64": "aGVsbG8="}`.
///
/// `Debug` tells their number only: they are files of people.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "it is its content")]
pub struct ByteArgument(pub Bytes);

impl fmt::Debug for ByteArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByteArgument({} bytes)", self.0.len())
    }
}

impl Describe for ByteArgument {
    const SHAPE: &'static Shape = &Shape::Object(|| {
        const TEXT: &Shape = &Shape::Scalar(Scalar::new(Kind::Text).personal());
        const MEMBERS: &[Member] = &[Member::new("$bytes_base64", "In base64", true, TEXT)];
        const { &Object::new("ByteArgument", "Bytes as an argument", false, MEMBERS) }
    });
}

impl<'de> Deserialize<'de> for ByteArgument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Text {
            #[serde(rename = "$bytes_base64")]
            text: String,
        }
        let bytes = STANDARD.decode(Text::deserialize(deserializer)?.text);
        let bytes = bytes.map_err(|_| de::Error::custom("invalid value: no base64"))?;
        Ok(Self(bytes.into()))
    }
}

/// Reads arguments. A member that nobody reads is a mistake of the caller's.
///
/// # Errors
/// `Config` naming the argument that is missing, has the wrong type or is not known.
pub fn arguments<A: DeserializeOwned + Describe>(args: &Json) -> Result<A, Error> {
    let read = decode_strictly(args.as_str()).map_err(|error| wrong_argument(error.message()))?;
    match unknown_member(args, A::SHAPE) {
        None => Ok(read),
        Some(name) => Err(Error::config(name, "expected no such argument")),
    }
}

/// A `Config` error of the text of a `Decode` one: `buyer.name: invalid type …`.
#[cold]
fn wrong_argument(message: &str) -> Error {
    let (path, reason) = message.split_once(": ").unwrap_or(("arguments", message));
    let path = if path == "the answer" { "" } else { path };
    let missing = reason.strip_prefix("missing field `").and_then(|name| name.strip_suffix('`'));
    match (path, missing) {
        ("", Some(name)) => Error::config(name, "expected this argument"),
        (path, Some(name)) => Error::config(format!("{path}.{name}"), "expected this argument"),
        ("", None) => Error::config("arguments", reason),
        (path, None) => Error::config(path, reason),
    }
}
