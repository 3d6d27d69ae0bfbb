//! Translates what went wrong: which kind, and may the server have seen the request?

use std::{error::Error as StdError, io, iter};

use codespar_engine::driver::TransportError;
use h2::Reason;

use crate::{
    connector::UnusableProxy,
    pool::failure::{ConnectTimeout, DialError, Failure, h2_error},
    request_body::SendState,
};

/// The attempt's limit ran out before the head of the answer came.
pub(crate) fn timed_out(state: SendState) -> TransportError {
    if state.never_begun() {
        TransportError::connect_timeout("the limit of the attempt ran out while connecting")
    } else {
        TransportError::timeout("no answer within the limit of the attempt")
    }
}

/// Sorts an exchange without an answer by whether the server may have seen the request.
pub(crate) fn translate(failure: Failure) -> TransportError {
    match failure {
        Failure::Request(words) => TransportError::connect(words),
        Failure::Full(full) => TransportError::connect(full),
        Failure::Unsent(error) => TransportError::connect(error),
        Failure::Dial(error) => not_connected(error),
        Failure::Sent(error) => broken(error),
    }
}

fn not_connected(error: DialError) -> TransportError {
    match refusal(&error) {
        Some(words) => TransportError::refused(words, Some(error.into())),
        None if causes(&error).any(is_time_out) => TransportError::connect_timeout(error),
        None => TransportError::connect(error),
    }
}

/// What no other try can mend.
fn refusal(error: &DialError) -> Option<String> {
    let unusable = causes(error).find_map(|cause| cause.downcast_ref::<UnusableProxy>());
    match unusable {
        Some(unusable) => Some(unusable.to_string()),
        None => causes(error).next().and_then(certificate),
    }
}

#[cfg(feature = "tls")]
fn certificate(error: &(dyn StdError + 'static)) -> Option<String> {
    codespar_tls::refusal(error)
}

#[cfg(not(feature = "tls"))]
const fn certificate(_: &(dyn StdError + 'static)) -> Option<String> {
    None
}

fn broken(error: hyper::Error) -> TransportError {
    // hyper tells a client so by its words only, and these of both limits.
    if error.to_string() == "message head is too large" {
        return TransportError::io(format!(
            "{}, or has more lines than the limit",
            TransportError::LARGE_HEAD
        ));
    }
    match h2_error(&error) {
        Some(cause) if cause.reason() == Some(Reason::HTTP_1_1_REQUIRED) => {
            TransportError::io("the server wants HTTP/1.1, which later requests go over")
        }
        Some(cause) if is_endless_head(cause) => TransportError::io(TransportError::LARGE_HEAD),
        // What h2 itself ends a stream for: it says no more of the head than that.
        Some(cause) if cause.is_library() && cause.reason() == Some(Reason::PROTOCOL_ERROR) => {
            TransportError::io(format!("{}, or malformed", TransportError::LARGE_HEAD))
        }
        _ => TransportError::io(error),
    }
}

/// What h2 ends a whole connection for, as there is no end to a head. It says so by its words only.
fn is_endless_head(cause: &h2::Error) -> bool {
    cause.is_library()
        && cause.reason() == Some(Reason::ENHANCE_YOUR_CALM)
        && cause.to_string().contains("too_many_continuations")
}

fn is_time_out(cause: &(dyn StdError + 'static)) -> bool {
    let io = cause.downcast_ref::<io::Error>();
    cause.is::<ConnectTimeout>() || io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
}

/// What lies below the error that all who shared a dial have.
fn causes(error: &DialError) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    iter::successors(Some(error.cause()), |cause| (*cause).source())
}
