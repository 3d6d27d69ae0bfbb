//! What the caller of one call may choose.

use std::{fmt, time::Duration};

use http::{
    HeaderName, HeaderValue,
    header::{CONNECTION, CONTENT_LENGTH, HOST, TRAILER, TRANSFER_ENCODING, UPGRADE},
};

use crate::{
    call::cancel::CancelHandle, error::Error, http::IDEMPOTENCY_KEY, secret::is_credential,
};

/// Headers that belong to the connection: a wrong one would cut messages at the wrong place.
const FRAMING: [HeaderName; 6] =
    [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, TRAILER, UPGRADE];

/// The options of one call: time limits, retries, idempotency key, headers. What is not set is as
/// the client's `Config` says.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The time limit of the call, retries and pauses included.
    pub timeout: Option<Duration>,
    /// The time limit between two frames of an event stream.
    pub idle_timeout: Option<Duration>,
    /// The number of retries at most, where repeating is safe.
    pub retries: Option<u32>,
    /// The idempotency key; made up when not given, where the operation takes one. Where it takes
    /// none, a key is a `Config` error.
    pub idempotency_key: Option<Box<str>>,
    /// Headers besides the client's own.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The handle that cancels the call from elsewhere.
    pub cancel: Option<CancelHandle>,
    /// Whether nothing is sent but one request.
    pub(crate) once: bool,
    /// The field that could not be taken, and what was expected of it.
    problem: Option<(&'static str, &'static str)>,
}

impl CallOptions {
    /// Adds a header; one that cannot be sent makes the call fail before it begins. The header
    /// `Idempotency-Key` sets [`idempotency_key`](Self::idempotency_key).
    pub fn header(&mut self, name: &str, value: &str) {
        match sendable(name, value) {
            // The option by another name; as a header, the key that is made up would replace it.
            Ok((name, _)) if name == IDEMPOTENCY_KEY => self.idempotency_key = Some(value.into()),
            Ok(header) => self.headers.push(header),
            Err(expected) => self.problem = Some(("header", expected)),
        }
    }

    /// Refuses a key: many requests under one key would be one effect, or the server honours none.
    ///
    /// # Errors
    /// `Config` naming `idempotency_key`, where one is given.
    pub fn check_no_key(&self) -> Result<(), Error> {
        match &self.idempotency_key {
            Some(_) => Err(unhonoured_key()),
            None => Ok(()),
        }
    }

    /// Says which option cannot work, before anything is sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some((field, expected)) = self.problem {
            return Err(Error::config(field, format_args!("expected {expected}")));
        }
        for (field, limit) in [("timeout", self.timeout), ("idle_timeout", self.idle_timeout)] {
            if let Some(limit) = limit {
                check_limit(field, limit)?;
            }
        }
        match self.idempotency_key.as_deref() {
            Some(key) if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) => {
                Err(Error::config("idempotency_key", "expected visible ASCII without spaces"))
            }
            Some(key) if key.len() > 255 => {
                Err(Error::config("idempotency_key", "expected at most 255 characters"))
            }
            _ => Ok(()),
        }
    }
}

/// What is said of a key that the server would not honour.
pub(crate) fn unhonoured_key() -> Error {
    Error::config("idempotency_key", "expected none, the server honours no key for this")
}

/// Headers by name only: a value may be a credential.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("retries", &self.retries)
            .field("idempotency_key", &self.idempotency_key)
            .field("headers", &names)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// A header as it can be sent, its value marked where it is a credential.
///
/// # Errors
/// What was expected instead: a name, a value, a header that is not about framing.
pub(crate) fn sendable(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name: HeaderName = name.parse().map_err(|_| "a header name")?;
    let mut value = HeaderValue::from_str(value).map_err(|_| "a value of visible ASCII")?;
    if FRAMING.contains(&name) {
        return Err("a header that is not about framing");
    }
    value.set_sensitive(is_credential(&name));
    Ok((name, value))
}

/// A time limit that can work: more than nothing, at most a day.
///
/// # Errors
/// `Config` naming the field.
pub fn check_limit(field: &'static str, limit: Duration) -> Result<(), Error> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    if limit.is_zero() || limit > DAY {
        return Err(Error::config(field, "expected more than zero and at most 24 hours"));
    }
    Ok(())
}

/// The options that calls and streams have in common.
macro_rules! option_methods {
    () => {
        /// Sets the time limit of one answer, retries and the pauses between them included; of
        /// an event stream, the limit until its head is there. Default 60 s, as
        /// the client's `Config` says. Operations of several requests (waits, rounds) say what it
        /// limits there.
        ///
        /// Zero, or more than 24 hours, makes the call fail with a `Config` error.
        #[doc(alias = "deadline")]
        pub fn timeout(mut self, timeout: Duration) -> Self {
            self.options.timeout = Some(timeout);
            self
        }

        /// Sets how many times a request is retried at most, where repeating is safe; 0 turns
        /// retries off. Default 2, as the client's [`RetryPolicy`](crate::RetryPolicy) says. What
        /// is not safe to repeat is not repeated, whatever is set.
        #[doc(alias = "retry")]
        #[doc(alias = "max_retries")]
        pub fn retries(mut self, retries: u32) -> Self {
            self.options.retries = Some(retries);
            self
        }

        /// Adds an HTTP header to the requests of the call.
        ///
        /// A header that cannot be sent, or that belongs to the connection (`Content-Length`,
        /// `Host`), makes the call fail with a `Config` error. `Idempotency-Key` sets the
        /// idempotency key.
        pub fn header(mut self, name: &str, value: &str) -> Self {
            self.options.header(name, value);
            self
        }

        /// A handle that cancels it from another thread or task.
        #[doc(alias = "abort")]
        #[doc(alias = "cancel")]
        pub fn cancel_handle(&mut self) -> CancelHandle {
            self.options.cancel.get_or_insert_with(CancelHandle::new).clone()
        }
    };
}
pub(crate) use option_methods;
