//! Shared connections: the one a request goes over, where others may go over it too.
//!
//! A call that runs out of time closes its connection over HTTP/1.1. Over HTTP/2 it ends its
//! stream, and the connection stays: should it be dead, or its server stuck, then every call after
//! it would run out of time as well. So none is sent over it any more; those that are on it go on.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use http::{Request, Response, uri::Scheme};
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};

/// Which connection a request was given to, once it was.
pub(crate) struct ConnectionCapture(Option<CaptureConnection>);

impl ConnectionCapture {
    /// Follows a request. Without TLS there is no HTTP/2, and nothing to follow.
    pub(crate) fn of<B>(request: &mut Request<B>) -> Self {
        let shared = request.uri().scheme() == Some(&Scheme::HTTPS);
        Self(shared.then(|| capture_connection(request)))
    }

    /// Lets no other request go over the connection.
    pub(crate) fn retire(&self) {
        if let Some(capture) = &self.0 {
            retire(capture);
        }
    }

    /// The connection the answer came over, if others may share it.
    pub(crate) fn shared<B>(self, answer: &mut Response<B>) -> Option<SharedConnection> {
        let tag = answer.extensions_mut().remove::<ConnectionTag>()?;
        let mut known = tag.0.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = known.upgrade().or_else(|| self.0.map(Arc::new))?;
        *known = Arc::downgrade(&shared);
        Some(SharedConnection(shared))
    }
}

/// A connection that answers are being read from: one for all of them, as there may be thousands.
pub(crate) struct SharedConnection(Arc<CaptureConnection>);

impl SharedConnection {
    /// Lets no other request go over the connection.
    pub(crate) fn retire(&self) {
        retire(&self.0);
    }
}

/// What a connection is known by. It does not keep the [`SharedConnection`], which keeps it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionTag(Arc<Mutex<Weak<CaptureConnection>>>);

fn retire(capture: &CaptureConnection) {
    if let Some(connection) = &*capture.connection_metadata() {
        connection.poison();
    }
}
