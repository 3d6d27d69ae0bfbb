//! What is made of an operation, and of its arguments.

use std::time::Duration;

use codespar_engine::{Call, Describe, Items, Json, driver::Transport, kit::Error};
use serde::{Deserialize, Serialize};

use crate::{client::Client, types::wait::Wait};

/// An operation that is ready to be carried out.
pub type Started<T> = codespar_engine::registry::Started<T>;

/// What the expression of a composition may be.
pub(super) trait Start<T: Transport> {
    fn start(self, client: &Client<T>) -> Result<Started<T>, Error>;
}

impl<T: Transport, O: Serialize + 'static> Start<T> for Call<T, O> {
    fn start(self, _: &Client<T>) -> Result<Started<T>, Error> {
        Ok(Started::Call(self.and_then(|output| Json::of(&output))))
    }
}

impl<T: Transport, I: Serialize + 'static> Start<T> for Items<T, I> {
    fn start(self, _: &Client<T>) -> Result<Started<T>, Error> {
        Ok(Started::Items(self.map_items(|item| Json::of(&item))))
    }
}

/// How to wait.
#[derive(Deserialize, Describe)]
pub(super) struct Waiting {
    /// The first pause before it is looked at again; later ones are longer.
    #[wire(seconds)]
    poll_interval: Option<f64>,
    /// How long it is waited for.
    #[wire(seconds)]
    timeout: Option<f64>,
}

impl Waiting {
    pub(super) fn read(&self) -> Result<Wait, Error> {
        let mut wait = Wait::default();
        if let Some(pause) = self.poll_interval {
            wait = wait.every(seconds("poll_interval", pause)?);
        }
        if let Some(limit) = self.timeout {
            wait = wait.at_most(seconds("timeout", limit)?);
        }
        Ok(wait)
    }
}

/// A time limit in seconds.
pub(super) fn seconds(field: &str, seconds: f64) -> Result<Duration, Error> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Error::config(field, "expected a number of seconds, more than zero"))
}
