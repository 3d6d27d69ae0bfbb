//! The outbox against vectors, stores and the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

mod asynchronous;
mod crashes;
mod database;
mod fences;
mod own_transaction;
mod postgres;
mod sandbox;
mod stores;
mod support;
mod vectors;
