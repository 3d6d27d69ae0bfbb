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
//! use upivia_proto::{Json, registry};
//!
//! # use upivia_proto::doctest::*;
//! # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
//! let args = Json::parse_str(r#"{"request_id":"req_7"}"#)?;
//! if let Some(started) = registry::start(client, "service_requests.get", &args) {
//!     let registry::Started::Call(call) = started? else { return Ok(()) };
//!     println!("{}", call.send()?.as_str());
//! }
//! # Ok(()) }
//! ```

#[macro_use]
mod start;

mod agents;
mod chat;
mod files;
mod requests;
mod settings;
mod toolkit;
mod workflows;
mod workspace;

use codespar_engine::{Json, driver::Transport, kit::Error};

use crate::client::Client;

pub use self::{
    settings::{config, describe, last_state},
    start::Started,
};

/// What is made of the files of rows.
macro_rules! tables {
    ($($table:ident),* $(,)?) => {
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

// One file per group of subjects, with a row per operation; a new file needs its name here and
// above.
tables! { agents, chat, files, requests, toolkit, workflows, workspace }
