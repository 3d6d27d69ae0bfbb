//! What the server has seen: connections, handshakes, streams, requests.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::{Deserialize, Serialize};

/// What was seen since the server was started.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) connections: u64,
    /// TLS handshakes that came to their end and began from nothing.
    pub(crate) full_handshakes: u64,
    /// Those that took up an earlier session.
    pub(crate) resumed_handshakes: u64,
    pub(crate) requests: u64,
    /// Event streams that are open now.
    pub(crate) open_streams: u64,
}

static CONNECTIONS: AtomicU64 = AtomicU64::new(0);
static FULL_HANDSHAKES: AtomicU64 = AtomicU64::new(0);
static RESUMED_HANDSHAKES: AtomicU64 = AtomicU64::new(0);
static REQUESTS: AtomicU64 = AtomicU64::new(0);
static OPEN_STREAMS: AtomicU64 = AtomicU64::new(0);

pub(super) fn now() -> Counts {
    Counts {
        connections: CONNECTIONS.load(Relaxed),
        full_handshakes: FULL_HANDSHAKES.load(Relaxed),
        resumed_handshakes: RESUMED_HANDSHAKES.load(Relaxed),
        requests: REQUESTS.load(Relaxed),
        open_streams: OPEN_STREAMS.load(Relaxed),
    }
}

pub(super) fn connection() {
    CONNECTIONS.fetch_add(1, Relaxed);
}

pub(super) fn handshake(resumed: bool) {
    let which = if resumed { &RESUMED_HANDSHAKES } else { &FULL_HANDSHAKES };
    which.fetch_add(1, Relaxed);
}

pub(super) fn request() {
    REQUESTS.fetch_add(1, Relaxed);
}

/// An event stream, open for as long as this is kept.
pub(super) struct OpenStream(());

impl OpenStream {
    pub(super) fn new() -> Self {
        OPEN_STREAMS.fetch_add(1, Relaxed);
        Self(())
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        OPEN_STREAMS.fetch_sub(1, Relaxed);
    }
}
