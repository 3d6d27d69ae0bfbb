//! The tests of the conformance runner, by the source they test, and the scenarios.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod check_transport;
mod compare;
mod corrupt;
mod deviations;
mod recording;
mod scenarios;
mod sdk;
mod server;
mod support;
mod tools;
