//! The sandbox, as its clients and the tests that hold it see it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod codespar;
mod floors;
#[cfg(feature = "cli")]
mod program;
mod routes;
mod server;
mod support;
mod upivia;
