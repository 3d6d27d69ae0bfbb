//! Every operation by its name: arguments as JSON in, results as JSON out.
//!
//! A command line, a binding for another language, a program that replays recordings: they know
//! an operation as a text, such as `agents.reset_key`, and its arguments as JSON.
//! [`operations`] lists the names; [`start`] makes the call. It is the same call that the typed
//! method makes, and nothing happens before it is sent.
//!
//! Arguments are an object with the members of the typed arguments. One that is missing, has the
//! wrong type or is not known is a `Config` error that names it, and nothing is sent.
//!
//! **Results hold secrets in plain text**: keys that are shown once are in them.
//!
//! ```
//! use upivia_proto::{registry, Json};
//!
//! # fn example<T: upivia_proto::BlockingTransport>(client: &upivia_proto::Client<T>) -> Result<(), upivia_proto::Error> {
//! let args = Json::parse_str(r#"{"request_id":"req_7"}"#)?;
//! if let Some(started) = registry::start(client, "service_requests.get", &args) {
//!     let registry::Started::Call(call) = started? else { return Ok(()) };
//!     println!("{}", call.send()?.as_str());
//! }
//! # Ok(()) }
//! ```

use std::time::Duration;

use codespar_engine::{Call, Error, Items, Json, Transport, registry::arguments};
use serde::Serialize;

use crate::{Client, Wait};

pub use self::settings::{config, describe, last_state};

/// An operation that is ready to be carried out.
pub type Started<T> = codespar_engine::registry::Started<T>;

/// Declares rows: a name, its arguments, the call. Arguments are one struct, `(args: UsageQuery)`,
/// or members by name, `{ agent_id: String, limit: Option<u32> }`.
macro_rules! operations {
    ($client:ident; $($name:literal $args:tt => $call:expr;)*) => {
        pub(super) const NAMES: &[&str] = &[$($name),*];

        pub(super) fn start<T: codespar_engine::Transport>(
            $client: &$crate::Client<T>,
            name: &str,
            args: &codespar_engine::Json,
        ) -> Option<Result<$crate::registry::Started<T>, codespar_engine::Error>> {
            Some(match name {
                $( $name => (|| {
                    operations!(@bind args, $args);
                    Ok($crate::registry::Start::started($call))
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

/// The files of rows.
macro_rules! tables {
    ($($table:ident),* $(,)?) => {
        $(mod $table;)*

        /// The names of all operations that can be started.
        pub fn operations() -> impl Iterator<Item = &'static str> {
            [$($table::NAMES),*].into_iter().flatten().copied()
        }

        /// Makes the call of an operation; `None` when there is none of that name.
        ///
        /// # Errors
        /// `Config` naming the argument that cannot work.
        pub fn start<T: Transport>(
            client: &Client<T>,
            name: &str,
            args: &Json,
        ) -> Option<Result<Started<T>, Error>> {
            None $(.or_else(|| $table::start(client, name, args)))*
        }
    };
}

mod settings;

// One file per group of subjects, with a row per operation; a new file needs its name here and
// nothing else.
tables! { agents, chat, files, requests, toolkit, workflows, workspace }

/// What a row's expression may be.
trait Start<T: Transport> {
    fn started(self) -> Started<T>;
}

impl<T: Transport, O: Serialize + 'static> Start<T> for Call<T, O> {
    fn started(self) -> Started<T> {
        Started::Call(self.and_then(|output| Json::of(&output)))
    }
}

impl<T: Transport, I: Serialize + 'static> Start<T> for Items<T, I> {
    fn started(self) -> Started<T> {
        Started::Items(self.map_items(|item| Json::of(&item)))
    }
}

/// How to wait, as two numbers of seconds.
fn wait(poll_interval: Option<f64>, timeout: Option<f64>) -> Result<Wait, Error> {
    let mut wait = Wait::default();
    if let Some(pause) = poll_interval {
        wait = wait.every(seconds("poll_interval", pause)?);
    }
    if let Some(limit) = timeout {
        wait = wait.at_most(seconds("timeout", limit)?);
    }
    Ok(wait)
}

/// A time limit in seconds.
fn seconds(field: &str, seconds: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Error::config(field, "expected a number of seconds, more than zero"))
}
