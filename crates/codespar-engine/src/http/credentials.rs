//! How a client says who it is, where that differs from endpoint to endpoint.

use std::time::SystemTime;

use http::HeaderMap;

use crate::{error::Error, flow::tick::Tick, http::service::Service};

/// What an endpoint asks of its caller, as one word that the service's [`Credentials`] know.
///
/// Rows without one have the empty mode: the headers that all requests carry are all it takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuthMode(&'static str);

impl AuthMode {
    /// A mode of that name.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name of the mode, as errors tell it.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The credentials of a service whose endpoints do not all take the same, and what it hands out
/// in return.
pub trait Credentials: Send + Sync {
    /// Adds the headers that a request of this mode to this path needs at this time. It is asked
    /// when the request is built.
    ///
    /// # Errors
    /// `Config` naming the credential that is missing; nothing is sent.
    fn authorize(
        &self,
        mode: AuthMode,
        path: &str,
        headers: &mut HeaderMap,
        wall: SystemTime,
    ) -> Result<(), Error>;

    /// Takes note of the head of an answer to a request of this mode, such as its cookies.
    fn answered(&self, mode: AuthMode, headers: &HeaderMap, wall: SystemTime) {
        let _ = (mode, headers, wall);
    }
}

impl Service {
    /// Adds what a request needs, where the service has credentials of its own.
    pub(crate) fn authorize(
        &self,
        mode: AuthMode,
        path: &str,
        headers: &mut HeaderMap,
        tick: Tick<'_>,
    ) -> Result<(), Error> {
        self.credentials
            .as_ref()
            .map_or(Ok(()), |credentials| credentials.authorize(mode, path, headers, tick.wall()))
    }

    /// Takes note of the head of an answer.
    pub(crate) fn answered(&self, mode: AuthMode, headers: &HeaderMap, tick: Tick<'_>) {
        if let Some(credentials) = &self.credentials {
            credentials.answered(mode, headers, tick.wall());
        }
    }
}
