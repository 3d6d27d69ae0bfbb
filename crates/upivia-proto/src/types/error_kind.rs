//! The six kinds into which the API's documentation sorts failures.

use std::fmt;

use codespar_engine::{ErrorKind, kit::Error};

/// What kind of failure an error is, in the words of the API's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UpiviaErrorKind {
    /// No whole answer came: no connection, a connection that broke, a time limit. The request
    /// may have been processed; see [`Error::may_have_been_sent`].
    Network,
    /// An answer came that is not what was promised.
    InvalidResponse,
    /// The server does not let the caller do it (401, 403), or a credential is missing and
    /// nothing was sent.
    Unauthorized,
    /// Too many requests (429); see [`Error::retry_after`].
    RateLimited,
    /// The idempotency key was used before, with another payload.
    IdempotencyConflict,
    /// Any other refusal, and a wait whose time was up.
    Http,
}

impl UpiviaErrorKind {
    /// The kind as the documentation spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::InvalidResponse => "invalid_response",
            Self::Unauthorized => "unauthorized",
            Self::RateLimited => "rate_limited",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::Http => "http",
        }
    }

    fn of_refusal(error: &Error) -> Self {
        match error.status().map(|status| status.as_u16()) {
            Some(401 | 403) => Self::Unauthorized,
            Some(429) => Self::RateLimited,
            // The code counts whatever the status.
            _ if error.code() == Some("idempotency_key_payload_mismatch") => {
                Self::IdempotencyConflict
            }
            _ => Self::Http,
        }
    }
}

impl fmt::Display for UpiviaErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What Upivia's documentation calls an error: `use upivia_proto::UpiviaError`, then
/// `error.upivia_kind()`.
pub trait UpiviaError {
    /// The kind; `None` for a mistake of the caller's that has none, and for a call that its
    /// caller canceled.
    ///
    /// ```
    /// use upivia_proto::{Error, UpiviaError, UpiviaErrorKind};
    ///
    /// let error = Error::config("api_key", "expected an agent key, none is set");
    /// assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Unauthorized));
    /// ```
    fn upivia_kind(&self) -> Option<UpiviaErrorKind>;
}

impl UpiviaError for Error {
    fn upivia_kind(&self) -> Option<UpiviaErrorKind> {
        use UpiviaErrorKind::{Http, InvalidResponse, Network, Unauthorized};
        match self.kind() {
            ErrorKind::Api => Some(UpiviaErrorKind::of_refusal(self)),
            // A wait that was in vain made its requests; none of them failed.
            _ if self.is_wait() => Some(Http),
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Io => Some(Network),
            ErrorKind::Decode | ErrorKind::Stream => Some(InvalidResponse),
            ErrorKind::Config => match self.field() {
                Some("api_key" | "pat" | "session_cookie") => Some(Unauthorized),
                _ => None,
            },
            _ => None,
        }
    }
}
