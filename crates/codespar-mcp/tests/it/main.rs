//! The server as clients see it: over pipes and over HTTP, on both generations of the protocol,
//! against the sandbox.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

mod before_money;
mod calls;
mod gates;
#[cfg(feature = "http")]
mod http;
mod lists;
mod results;
mod sealed;
mod session;
