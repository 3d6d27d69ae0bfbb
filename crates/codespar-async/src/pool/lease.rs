//! The right to a connection, for one request and its answer.

use std::sync::Arc;

use super::{
    host::{Connection, Host},
    http1::Http1,
    http2::{Http2, Owner as _},
    state::Purpose,
};

/// A connection that one request has, or a stream of one. Dropping it closes an HTTP/1.1
/// connection, and frees the stream of another.
pub(crate) struct Lease {
    host: Arc<Host>,
    held: Held,
}

enum Held {
    Http1(Box<Http1>),
    Http2 { connection: Arc<Http2>, id: u64, purpose: Purpose },
    Nothing,
}

impl Lease {
    pub(super) fn new(host: Arc<Host>, connection: Connection, purpose: Purpose) -> Self {
        let held = match connection {
            Connection::One(connection) => Held::Http1(connection),
            Connection::Two(connection, id) => Held::Http2 { connection, id, purpose },
        };
        Self { host, held }
    }

    /// The connection, unused.
    pub(super) fn into_connection(mut self) -> Option<Connection> {
        match self.take() {
            Held::Http1(connection) => Some(Connection::One(connection)),
            Held::Http2 { connection, id, .. } => Some(Connection::Two(connection, id)),
            Held::Nothing => None,
        }
    }

    fn take(&mut self) -> Held {
        std::mem::replace(&mut self.held, Held::Nothing)
    }

    /// Whether a request can go over it now.
    pub(super) fn is_usable(&mut self) -> bool {
        match &mut self.held {
            Held::Http1(connection) => connection.is_usable(),
            Held::Http2 { connection, .. } => !connection.is_closed(),
            Held::Nothing => false,
        }
    }

    /// Whether it is a connection for one request at a time that was not made for this one: it was
    /// kept, or has carried another.
    pub(super) fn is_old(&self, was_kept: bool) -> bool {
        matches!(&self.held, Held::Http1(connection) if was_kept || connection.was_used())
    }

    /// Lets no other request go over a shared connection, which may be dead; those that are on it
    /// go on.
    pub(crate) fn retire(&self) {
        if let Held::Http2 { id, .. } = self.held {
            Arc::clone(&self.host).retire(id);
        }
    }

    /// What does the same when the lease is gone.
    pub(super) fn shared(&self) -> Option<Retire> {
        match self.held {
            Held::Http2 { id, .. } => Some(Retire { host: Arc::clone(&self.host), id }),
            Held::Http1(_) | Held::Nothing => None,
        }
    }

    /// The HTTP/1.1 connection, which whoever waits for something on it has to move on.
    pub(crate) fn http1(&mut self) -> Option<&mut Http1> {
        match &mut self.held {
            Held::Http1(connection) => Some(connection),
            Held::Http2 { .. } | Held::Nothing => None,
        }
    }

    pub(super) fn http2(&self) -> Option<&Http2> {
        match &self.held {
            Held::Http2 { connection, .. } => Some(connection),
            Held::Http1(_) | Held::Nothing => None,
        }
    }

    /// Nothing more is asked of it: its connection is free for the next request, if nothing of an
    /// answer is left and it is in order. A stream of another is free when the lease is gone.
    pub(crate) fn release(&mut self) {
        match self.take() {
            Held::Http1(mut connection) => {
                if connection.rest() {
                    self.host.release(connection);
                }
            }
            other => self.held = other,
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Held::Http2 { id, purpose, .. } = self.held {
            self.host.ended(id, purpose);
        }
    }
}

/// A shared connection that a request goes over.
pub(crate) struct Retire {
    host: Arc<Host>,
    id: u64,
}

impl Retire {
    /// Lets no other request go over it: see [`Lease::retire`].
    pub(crate) fn retire(&self) {
        Arc::clone(&self.host).retire(self.id);
    }
}
