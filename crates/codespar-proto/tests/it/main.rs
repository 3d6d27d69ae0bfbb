//! The tests of the crate, in folders as its sources have.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test may read the environment")]

mod agent_tools;
mod api;
mod check;
mod client;
mod codes;
mod embedding;
mod fakes;
mod formats;
mod meta_tools;
mod promises;
mod reading;
mod registry;
mod round_trip;
mod routes;
mod session;
mod support;
mod verify;
