//! Translates the client's errors: which kind, and may the server have seen the request?

use std::{error::Error as StdError, fmt, io, iter};

use codespar_engine::{Error, driver::TransportError};
use hyper_util::client::legacy;

use crate::body::SendState;

/// The limit on connecting ran out: name, TCP, proxy and TLS together.
#[derive(Debug)]
pub(crate) struct ConnectTimeout;

impl fmt::Display for ConnectTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server could not be reached within the connect limit")
    }
}

impl StdError for ConnectTimeout {}

/// The environment names a proxy for this server that cannot be used.
#[derive(Debug)]
pub(crate) struct UnusableProxy(pub(crate) Error);

impl fmt::Display for UnusableProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message())
    }
}

impl StdError for UnusableProxy {}

/// The attempt's limit ran out before the head of the answer came.
pub(crate) fn timed_out(state: SendState) -> TransportError {
    if state.never_begun() {
        TransportError::connect_timeout("the limit of the attempt ran out while connecting")
    } else {
        TransportError::timeout("no answer within the limit of the attempt")
    }
}

/// Sorts an exchange without an answer by whether the server may have seen the request.
pub(crate) fn translate(error: legacy::Error) -> TransportError {
    // Errors name a connection once the request was handed to one; a request that comes back
    // from there as canceled was never begun: the idle connection was found closed.
    let unsent = error.is_connect() || error.connect_info().is_none() || is_canceled(&error);
    if let (Some(words), true) = (refusal(&error), error.is_connect()) {
        return TransportError::refused(words, Some(Cause(error).into()));
    }
    // hyper tells a client so by its words only, and these of both limits.
    if hyper_error(&error).is_some_and(|error| error.to_string() == "message head is too large") {
        return TransportError::io(format!(
            "{}, or has more lines than the limit",
            TransportError::LARGE_HEAD
        ));
    }
    let late = error.is_connect() && causes(&error).any(is_time_out);
    let cause = Cause(error);
    match (unsent, late) {
        (true, true) => TransportError::connect_timeout(cause),
        (true, false) => TransportError::connect(cause),
        (false, _) => TransportError::io(cause),
    }
}

/// What no other try can mend.
fn refusal(error: &legacy::Error) -> Option<String> {
    let unusable = causes(error).find_map(|cause| cause.downcast_ref::<UnusableProxy>());
    match unusable {
        Some(unusable) => Some(unusable.to_string()),
        None => certificate(error),
    }
}

#[cfg(feature = "tls")]
fn certificate(error: &legacy::Error) -> Option<String> {
    codespar_tls::refusal(error)
}

#[cfg(not(feature = "tls"))]
const fn certificate(_: &legacy::Error) -> Option<String> {
    None
}

fn hyper_error(error: &legacy::Error) -> Option<&hyper::Error> {
    error.source()?.downcast_ref()
}

fn is_canceled(error: &legacy::Error) -> bool {
    hyper_error(error).is_some_and(hyper::Error::is_canceled)
}

fn is_time_out(cause: &(dyn StdError + 'static)) -> bool {
    let io = cause.downcast_ref::<io::Error>();
    cause.is::<ConnectTimeout>() || io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
}

fn causes<'a>(error: &'a legacy::Error) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(error.source(), |cause| (*cause).source())
}

/// An error of the client without its outermost layer, which says no more than our own kinds.
#[derive(Debug)]
struct Cause(legacy::Error);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(source) => fmt::Display::fmt(source, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl StdError for Cause {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()?.source()
    }
}
