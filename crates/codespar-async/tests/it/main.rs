//! The tests of the asynchronous driver, by subject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod connection;
mod dns;
#[cfg(feature = "tls")]
mod http2;
mod idle;
#[cfg(not(feature = "tls"))]
mod no_tls;
mod proxy;
mod runtime;
mod support;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tower")]
mod tower;
mod transport;
mod turns;
