//! Every operation by its name: arguments as JSON in, results as JSON out.
//!
//! A command line, a binding for another language, a program that replays recordings: they know
//! an operation as a text, such as `session.charge`, and its arguments as JSON. [`OPERATIONS`]
//! lists the names; [`start_on_client`] and [`start_on_session`] make the call. It is the same
//! call that the typed method makes, and nothing happens before it is sent.
//!
//! Arguments are an object with the members of the typed arguments. One that is missing, has the
//! wrong type or is not known is a `Config` error that names it, and nothing is sent.
//!
//! **Results hold secrets in plain text**: what [`Sensitive`](crate::Sensitive) hides from logs
//! (Pix codes, documents, keys) is written out here.
//!
//! ```
//! use codespar_proto::{registry, Json};
//!
//! # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
//! let args = Json::parse_str(r#"{"tool_call_id":"tc_42"}"#)?;
//! if let Some(started) = registry::start_on_session(session, "session.payment_status", &args) {
//!     let registry::Started::Call(call) = started? else { return Ok(()) };
//!     println!("{}", call.send()?.as_str());
//! }
//! # Ok(()) }
//! ```

use std::time::Duration;

use codespar_engine::{Call, Error, Items, Json, Transport, describe::Ready};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Client, Session};

/// Declares rows: a name, its arguments, the call. Arguments are one struct, `(args: ChargeArgs)`,
/// or members by name, `{ message: String, limit: Option<u32> }`.
macro_rules! operations {
    ($target:ident $object:ident; $($name:literal $args:tt => $call:expr;)*) => {
        pub(super) const ROWS: &[$crate::registry::Operation] = &[$(
            $crate::registry::Operation { name: $name, on: $crate::registry::Target::$target },
        )*];

        pub(super) fn start<T: codespar_engine::Transport>(
            $object: &$crate::$target<T>,
            name: &str,
            args: &codespar_engine::Json,
        ) -> Option<Result<$crate::registry::Started<T>, codespar_engine::Error>> {
            Some(match name {
                $( $name => (|| {
                    operations!(@bind args, $args);
                    $crate::registry::Start::start($call)
                })()
                .map_err(|error: codespar_engine::Error| error.at($name)), )*
                _ => return None,
            })
        }
    };
    (@bind $json:ident, ($args:ident: $ty:ty)) => {
        let $args: $ty = $crate::registry::arguments($json)?;
    };
    (@bind $json:ident, { $($(#[$meta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive(serde::Deserialize)]
        struct Arguments { $($(#[$meta])* $field: $ty),* }
        let Arguments { $($field),* } = $crate::registry::arguments($json)?;
    };
}

/// The files of rows, by what their operations are called on.
macro_rules! tables {
    (client: [$($client:ident),* $(,)?], session: [$($session:ident),* $(,)?]) => {
        $(mod $client;)*
        $(mod $session;)*

        /// Every operation that can be started by name.
        pub const OPERATIONS: &[&[Operation]] =
            &[$($client::ROWS,)* $($session::ROWS,)* OFFLINE];

        /// Makes the call of an operation of a client; `None` when there is none of that name.
        ///
        /// # Errors
        /// `Config` naming the argument that cannot work.
        pub fn start_on_client<T: Transport>(
            client: &Client<T>,
            name: &str,
            args: &Json,
        ) -> Option<Result<Started<T>, Error>> {
            None $(.or_else(|| $client::start(client, name, args)))*
        }

        /// Makes the call of an operation of a session; `None` when there is none of that name.
        ///
        /// # Errors
        /// `Config` naming the argument that cannot work.
        pub fn start_on_session<T: Transport>(
            session: &Session<T>,
            name: &str,
            args: &Json,
        ) -> Option<Result<Started<T>, Error>> {
            None $(.or_else(|| $session::start(session, name, args)))*
        }
    };
}

mod settings;

// One file per subject, with a row per operation; a new file needs its name here and nothing
// else.
tables! {
    client: [client],
    session: [session]
}

pub use self::settings::{config, describe_client, describe_session};

/// An operation that can be started by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its name: the object, a dot, the method.
    pub name: &'static str,
    /// What it is called on.
    pub on: Target,
}

/// What an operation is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A client: [`start_on_client`].
    Client,
    /// A session: [`start_on_session`].
    Session,
    /// Nothing: [`offline`].
    Nothing,
}

/// An operation that is ready to be carried out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Started<T: Transport> {
    /// It ends with one result; `null` when there is nothing to say.
    Call(Call<T, Json>),
    /// It hands out items.
    Items(Items<T, Json>),
    /// It gives a session, on which other operations can be started; [`describe_session`] tells
    /// what it is.
    Session(Call<T, Session<T>>),
}

impl<T: Transport> Started<T> {
    /// Limits it by time, retries included; of items, the wait for the first.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        match self {
            Self::Call(call) => Self::Call(call.timeout(limit)),
            Self::Items(items) => Self::Items(items.timeout(limit)),
            Self::Session(call) => Self::Session(call.timeout(limit)),
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

/// What a row's expression may be.
trait Start<T: Transport> {
    fn start(self) -> Result<Started<T>, Error>;
}

impl<T: Transport, O: Serialize + 'static> Start<T> for Call<T, O> {
    fn start(self) -> Result<Started<T>, Error> {
        Ok(Started::Call(self.and_then(|output| Json::of(&output))))
    }
}

impl<T: Transport> Start<T> for Call<T, Session<T>> {
    fn start(self) -> Result<Started<T>, Error> {
        Ok(Started::Session(self))
    }
}

impl<T: Transport, I: Serialize + 'static> Start<T> for Items<T, I> {
    fn start(self) -> Result<Started<T>, Error> {
        Ok(Started::Items(self.map_items(|item| Json::of(&item))))
    }
}

/// Reads arguments. A member that nobody reads is a mistake of the caller's.
fn arguments<A: DeserializeOwned>(args: &Json) -> Result<A, Error> {
    let mut unknown = None;
    let mut reader = serde_json::Deserializer::from_str(args.as_str());
    let read = serde_ignored::deserialize(&mut reader, |path| {
        unknown.get_or_insert_with(|| path.to_string());
    });
    match (read, unknown) {
        (Ok(args), None) => Ok(args),
        (Ok(_), Some(name)) => Err(Error::config(name, "expected no such argument")),
        (Err(_), _) => match args.read::<A>() {
            Ok(args) => Ok(args),
            Err(error) => Err(wrong_argument(error.message())),
        },
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

const OFFLINE: &[Operation] = &[Operation { name: "guards.classify", on: Target::Nothing }];

/// Carries out an operation that needs no server; `None` when there is none of that name.
///
/// # Errors
/// `Config` naming the argument that cannot work.
pub fn offline(name: &str, args: &Json) -> Option<Result<Json, Error>> {
    match name {
        "guards.classify" => Some(arguments(args).and_then(|args| session::classify(&args))),
        _ => None,
    }
}
