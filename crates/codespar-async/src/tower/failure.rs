//! What an error of a service says: which kind, and may the server have seen the request?

use std::{error::Error as StdError, io, iter};

use codespar_engine::driver::{TransportError, TransportErrorKind as Kind};

use super::attempt::Attempt;
use crate::connector::BoxError;

/// The service was not ready: it was not given the request.
pub(super) fn not_ready(error: BoxError) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(error) if !error.may_have_been_sent() => *error,
        Ok(error) => TransportError::connect(error),
        Err(error) => TransportError::connect(error),
    }
}

/// The service had the request, and gave an error. It may have been sent, unless a
/// [`TransportError`] says otherwise and nothing is known against that.
pub(super) fn failed(error: BoxError, attempt: &Attempt) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(error) if error.may_have_been_sent() => *error,
        Ok(error) if attempt.may_have_been_sent() => sent(error.kind(), error),
        Ok(error) => *error,
        Err(error) => wrapped(error, attempt),
    }
}

/// An answer broke off.
pub(super) fn broken(error: BoxError) -> TransportError {
    match error.downcast::<TransportError>() {
        Ok(error) if error.may_have_been_sent() => *error,
        Ok(error) => sent(error.kind(), error),
        Err(error) => sent(kind(&*error), error),
    }
}

/// An error of some layer. What lies below it may be that of another request: that nothing was
/// sent, it says only where the transport knows the same.
fn wrapped(error: BoxError, attempt: &Attempt) -> TransportError {
    let below = causes(&*error).find_map(|cause| cause.downcast_ref::<TransportError>());
    let Some(below) =
        below.filter(|below| !below.may_have_been_sent() && attempt.is_known_unsent())
    else {
        return sent(kind(&*error), error);
    };
    match (below.refusal().map(str::to_owned), below.kind()) {
        (Some(words), _) => TransportError::refused(words, Some(error)),
        (None, Kind::Timeout) => TransportError::connect_timeout(error),
        (None, _) => TransportError::connect(error),
    }
}

fn sent(kind: Kind, error: impl Into<BoxError>) -> TransportError {
    match kind {
        Kind::Timeout => TransportError::timeout(error),
        _ => TransportError::io(error),
    }
}

fn kind(error: &(dyn StdError + 'static)) -> Kind {
    let is_late = |cause: &(dyn StdError + 'static)| {
        let io = cause.downcast_ref::<io::Error>();
        let below = cause.downcast_ref::<TransportError>();
        cause.is::<tokio::time::error::Elapsed>()
            || io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
            || below.is_some_and(|below| below.kind() == Kind::Timeout)
    };
    if causes(error).any(is_late) { Kind::Timeout } else { Kind::Io }
}

fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |cause| (*cause).source())
}
