//! What the tests of HTTP/2 need: clients that trust the peer, and limits.

use std::{
    thread,
    time::{Duration, Instant},
};

use codespar_async::{Client, HyperTransport};
use hostile::{Settings, h2::H2Peer};

/// A limit that is not meant to run out, but does where a fault takes a connection to its end.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A limit that is meant to run out, while the client waits even on a busy machine.
pub(crate) const SHORT: Duration = Duration::from_secs(1);

/// Settings that trust the peer, and nobody else.
pub(crate) fn settings(url: &str, limit: Duration) -> Settings {
    let mut settings = Settings::new(url, limit);
    settings.transport.extra_roots = vec![H2Peer::root()];
    settings.transport.only_extra_roots = true;
    settings
}

/// A client of CodeSpar.
pub(crate) fn client(peer: &H2Peer, limit: Duration) -> Client {
    Client::with_config(settings(&peer.url(), limit).codespar()).unwrap()
}

/// The same connections, under another limit.
pub(crate) fn with_limit(client: &Client, peer: &H2Peer, limit: Duration) -> Client {
    let transport: HyperTransport = client.transport().clone();
    Client::with_transport(settings(&peer.url(), limit).codespar(), transport).unwrap()
}

/// Whether it comes to this in a time that only a hang exceeds.
pub(crate) fn comes_to(what: impl Fn() -> bool) -> bool {
    let until = Instant::now() + LONG;
    while !what() {
        if Instant::now() > until {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}
