//! The tests of the asynchronous driver, by subject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod connection;
mod ends;
mod idle;
mod proxy;
mod runtime;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod transport;
