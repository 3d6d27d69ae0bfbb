//! The outbox against vectors, stores and the sandbox.

mod crashes;
mod sandbox;
mod stores;
mod support;
mod vectors;
