//! Translates ureq's errors: which kind, and may the server have seen the request?

use std::{
    error::Error as StdError,
    io::{self, ErrorKind},
};

use codespar_engine::{
    CancelHandle,
    driver::{ContentError, TransportError},
};
use ureq::{Error, Timeout};

/// What is known about an attempt that failed.
#[derive(Clone, Copy)]
pub(crate) enum Sent {
    /// Our own connections count bytes.
    Known(bool),
    /// Over a foreign agent: only errors that cannot come later mean that nothing was sent.
    Unknown,
}

/// Translates an error of an attempt, or of its body.
#[cold]
pub(crate) fn translate(error: Error, sent: Sent, cancel: Option<&CancelHandle>) -> TransportError {
    let sent = match sent {
        Sent::Known(sent) => sent,
        Sent::Unknown => !is_before_sending(&error) && certificate(&error).is_none(),
    };
    let is_late = is_timeout(&error);
    if cancel.is_some_and(CancelHandle::is_canceled) {
        return if sent { TransportError::canceled() } else { TransportError::canceled_unsent() };
    }
    let error = match content_error(error) {
        Ok(content) => return TransportError::content(content, sent),
        Err(error) => error,
    };
    if let (Some(words), false) = (certificate(&error), sent) {
        return TransportError::refused(words, Some(error.into()));
    }
    let error: Cause = match error {
        Error::LargeResponseHeader(..) => TransportError::LARGE_HEAD.into(),
        Error::Io(error) => unwrap_own(error),
        error => error.into(),
    };
    match (is_late, sent) {
        (true, true) => TransportError::timeout(error),
        (true, false) => TransportError::connect_timeout(error),
        (false, true) => TransportError::io(error),
        (false, false) => TransportError::connect(error),
    }
}

/// The body of the request could not be read, which came back through ureq.
fn content_error(error: Error) -> Result<ContentError, Error> {
    match error {
        Error::Io(error) => match error.downcast::<ContentError>() {
            Ok(content) => Ok(content),
            Err(error) => Err(Error::Io(error)),
        },
        error => Err(error),
    }
}

type Cause = Box<dyn StdError + Send + Sync>;

/// An error of our own in the words it was made with.
fn unwrap_own(error: io::Error) -> Cause {
    match error.kind() {
        ErrorKind::Other => error.into_inner().unwrap_or_else(|| "the connection broke".into()),
        _ => error.into(),
    }
}

fn is_timeout(error: &Error) -> bool {
    match error {
        Error::Timeout(_) => true,
        Error::Io(error) => error.kind() == ErrorKind::TimedOut,
        _ => false,
    }
}

/// Whether an error can only come about before a request is written.
fn is_before_sending(error: &Error) -> bool {
    match error {
        Error::Timeout(reason) => matches!(reason, Timeout::Resolve | Timeout::Connect),
        Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused,
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_)
        | Error::BadUri(_)
        | Error::TlsRequired
        | Error::RequireHttpsOnly(_)
        | Error::InvalidProxyUrl => true,
        _ => false,
    }
}

/// What is wrong with the server's certificate. It is looked at in the handshake only.
#[cfg(feature = "tls")]
fn certificate(error: &Error) -> Option<String> {
    match error {
        Error::Io(error) => codespar_tls::refusal(error),
        error => codespar_tls::refusal(error),
    }
}

#[cfg(not(feature = "tls"))]
fn certificate(_: &Error) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_ended_before_the_request_has_sent_nothing() {
        for reason in [Timeout::Resolve, Timeout::Connect] {
            assert!(is_before_sending(&Error::Timeout(reason)), "{reason:?}");
        }
        for reason in [
            Timeout::Global,
            Timeout::PerCall,
            Timeout::SendRequest,
            Timeout::SendBody,
            Timeout::RecvResponse,
            Timeout::RecvBody,
        ] {
            assert!(!is_before_sending(&Error::Timeout(reason)), "{reason:?}");
        }
        assert!(is_before_sending(&Error::HostNotFound) && is_before_sending(&Error::TlsRequired));
        let io = |kind: ErrorKind| is_before_sending(&Error::Io(kind.into()));
        assert!(io(ErrorKind::ConnectionRefused));
        assert!(!io(ErrorKind::ConnectionReset) && !io(ErrorKind::BrokenPipe));
        assert!(!io(ErrorKind::TimedOut));
    }
}
