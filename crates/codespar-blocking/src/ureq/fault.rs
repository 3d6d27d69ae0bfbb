//! What ureq's errors mean: which kind, and may the server have seen the request?

use std::io::{self, ErrorKind};

use codespar_engine::{CancelHandle, TransportError};
use ureq::{Error, Timeout};

/// What is known about an attempt that failed.
#[derive(Clone, Copy)]
pub(super) enum Sent {
    /// Our own connections count bytes.
    Known(bool),
    /// Over a foreign agent: only errors that cannot come later mean that nothing was sent.
    Unknown,
}

/// Translates an error of an attempt, or of its body.
pub(super) fn translate(error: Error, sent: Sent, cancel: Option<&CancelHandle>) -> TransportError {
    let sent = match sent {
        Sent::Known(sent) => sent,
        Sent::Unknown => !is_before_sending(&error),
    };
    if cancel.is_some_and(CancelHandle::is_canceled) {
        return if sent { TransportError::canceled() } else { TransportError::canceled_unsent() };
    }
    match (is_timeout(&error), sent) {
        (true, true) => TransportError::timeout(error),
        (true, false) => TransportError::connect_timeout(error),
        (false, true) => TransportError::io(error),
        (false, false) => TransportError::connect(error),
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
        Error::Io(error) => error.kind() == ErrorKind::ConnectionRefused || is_certificate(error),
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

/// Certificates are looked at in the handshake only.
#[cfg(feature = "tls")]
fn is_certificate(error: &io::Error) -> bool {
    let source = error.get_ref().and_then(|source| source.downcast_ref());
    matches!(source, Some(rustls::Error::InvalidCertificate(_)))
}

#[cfg(not(feature = "tls"))]
fn is_certificate(_: &io::Error) -> bool {
    false
}
