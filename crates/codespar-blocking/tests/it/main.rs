//! The tests of the blocking driver, by subject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod agent;
mod cancel;
mod ends;
mod limits;
mod proxy;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod transport;
