//! The connection a request goes over, where others may go over it too.
//!
//! A call that runs out of time closes its connection over HTTP/1.1. Over HTTP/2 it ends its
//! stream, and the connection stays: should it be dead, or its server stuck, then every call after
//! it would run out of time as well. So none is sent over it any more; those that are on it go on.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use http::{Request, Response, uri::Scheme};
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};

/// Which connection a request was given to, once it was.
pub(crate) struct Route(Option<CaptureConnection>);

impl Route {
    /// Follows a request. Without TLS there is no HTTP/2, and nothing to follow.
    pub(crate) fn of<B>(request: &mut Request<B>) -> Self {
        let shared = request.uri().scheme() == Some(&Scheme::HTTPS);
        Self(shared.then(|| capture_connection(request)))
    }

    /// Lets no other request go over the connection.
    pub(crate) fn give_up(&self) {
        if let Some(route) = &self.0 {
            give_up(route);
        }
    }

    /// The connection the answer came over, if others may share it.
    pub(crate) fn line<B>(self, answer: &mut Response<B>) -> Option<Line> {
        let mark = answer.extensions_mut().remove::<Mark>()?;
        let mut known = mark.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = known.upgrade().or_else(|| self.0.map(Arc::new))?;
        *known = Arc::downgrade(&line);
        Some(Line(line))
    }
}

/// A connection that answers are being read from: one for all of them, as there may be thousands.
pub(crate) struct Line(Arc<CaptureConnection>);

impl Line {
    /// Lets no other request go over the connection.
    pub(crate) fn give_up(&self) {
        give_up(&self.0);
    }
}

/// What a connection is known by. It does not keep the [`Line`], which keeps it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mark(Arc<Mutex<Weak<CaptureConnection>>>);

fn give_up(route: &CaptureConnection) {
    if let Some(connection) = &*route.connection_metadata() {
        connection.poison();
    }
}
