//! Rows of operations, and what is made of one.

use std::time::Duration;

use codespar_engine::{Call, Items, Json, driver::Transport, kit::Error};
use serde::Serialize;

use crate::types::wait::Wait;

/// An operation that is ready to be carried out.
pub type Started<T> = codespar_engine::registry::Started<T>;

/// Declares rows: a name, its arguments, the call. Arguments are one struct, `(args: UsageQuery)`,
/// or members by name, `{ agent_id: String, limit: Option<u32> }`.
macro_rules! operations {
    ($client:ident; $($name:literal $args:tt => $call:expr;)*) => {
        pub(super) const NAMES: &[&str] = &[$($name),*];

        pub(super) fn start<T: codespar_engine::driver::Transport>(
            $client: &$crate::client::Client<T>,
            name: &str,
            args: &codespar_engine::Json,
        ) -> Option<Result<$crate::registry::start::Started<T>, codespar_engine::kit::Error>> {
            Some(match name {
                $( $name => (|| {
                    operations!(@bind args, $args);
                    Ok($crate::registry::start::Start::into_started($call))
                })()
                .map_err(|error: codespar_engine::kit::Error| error.at($name)), )*
                _ => return None,
            })
        }
    };
    (@bind $json:ident, ($args:ident: $ty:ty)) => {
        let $args: $ty = codespar_engine::registry::arguments($json)?;
    };
    (@bind $json:ident, { $($(#[$meta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive(serde::Deserialize)]
        struct Arguments { $($(#[$meta])* $field: $ty),* }
        let Arguments { $($field),* } = codespar_engine::registry::arguments($json)?;
    };
}

/// What a row's expression may be.
pub(super) trait Start<T: Transport> {
    fn into_started(self) -> Started<T>;
}

impl<T: Transport, O: Serialize + 'static> Start<T> for Call<T, O> {
    fn into_started(self) -> Started<T> {
        Started::Call(self.and_then(|output| Json::of(&output)))
    }
}

impl<T: Transport, I: Serialize + 'static> Start<T> for Items<T, I> {
    fn into_started(self) -> Started<T> {
        Started::Items(self.map_items(|item| Json::of(&item)))
    }
}

/// How to wait, as two numbers of seconds.
pub(super) fn wait(poll_interval: Option<f64>, timeout: Option<f64>) -> Result<Wait, Error> {
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
pub(super) fn seconds(field: &str, seconds: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Error::config(field, "expected a number of seconds, more than zero"))
}
