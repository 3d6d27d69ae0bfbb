//! Why a request has no answer, before it is said in the engine's words.

use std::{error::Error as StdError, fmt, sync::Arc};

use h2::Reason;

use crate::connector::BoxError;

/// Why a request has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request cannot be sent anywhere: what it lacks.
    Request(&'static str),
    /// There is no connection.
    Dial(DialError),
    /// There is none to be had.
    Full(PoolFull),
    /// It never left: its connection was found closed.
    Unsent(hyper::Error),
    /// It may have left.
    Sent(hyper::Error),
}

impl Failure {
    /// The connection takes no more requests.
    pub(super) fn closed() -> Self {
        Self::Dial(DialError::new("the connection was closed before the request was sent"))
    }

    /// Whether the server asks for HTTP/1.1 instead of what it was asked over.
    pub(crate) fn wants_http1(&self) -> bool {
        match self {
            Self::Unsent(error) | Self::Sent(error) => {
                reason(error) == Some(Reason::HTTP_1_1_REQUIRED)
            }
            Self::Request(_) | Self::Dial(_) | Self::Full(_) => false,
        }
    }
}

/// The limit on connecting ran out: name, TCP, proxy and TLS together.
#[derive(Debug)]
pub(crate) struct ConnectTimeout;

impl fmt::Display for ConnectTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server could not be reached within the connect limit")
    }
}

impl StdError for ConnectTimeout {}

/// All connections there may be are in use, and none became free.
#[derive(Debug)]
pub(crate) struct PoolFull {
    pub(crate) connections: usize,
    pub(crate) requests: usize,
}

impl fmt::Display for PoolFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, requests } = self;
        write!(
            f,
            "all HTTP/2 connections to the server are in use ({connections} with {requests} \
             requests); `http2_max_connections` allows more"
        )
    }
}

impl StdError for PoolFull {}

/// Why there is no connection, for all who waited for it.
#[derive(Clone, Debug)]
pub(crate) struct DialError(Arc<dyn StdError + Send + Sync>);

impl DialError {
    pub(super) fn new(error: impl Into<BoxError>) -> Self {
        Self(Arc::from(error.into()))
    }

    pub(crate) fn cause(&self) -> &(dyn StdError + 'static) {
        &*self.0
    }
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl StdError for DialError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

fn reason(error: &hyper::Error) -> Option<Reason> {
    h2_error(error)?.reason()
}

/// What HTTP/2 says of it.
pub(crate) fn h2_error(error: &hyper::Error) -> Option<&h2::Error> {
    error.source()?.downcast_ref()
}
