//! The tests of the blocking driver, by subject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod agent;
mod attempt;
mod body;
mod cancel;
mod connection;
mod dns;
mod front_page;
mod limits;
#[cfg(not(feature = "tls"))]
mod no_tls;
mod proxy;
mod stream_end;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod transport;
