//! The outbox against vectors, stores and the sandbox.

mod crashes;
mod fences;
mod own_transaction;
mod sandbox;
mod stores;
mod support;
mod vectors;
