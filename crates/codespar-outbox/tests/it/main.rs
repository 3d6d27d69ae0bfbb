//! The outbox against vectors, stores and the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

mod agents;
mod asynchronous;
mod attempts;
mod awaited;
mod crashes;
mod database;
mod due;
mod events;
mod fences;
mod known_later;
mod lists;
mod own_transaction;
mod postgres;
mod postgres_tls;
mod sandbox;
mod signatures;
mod stores;
mod support;
mod vectors;
