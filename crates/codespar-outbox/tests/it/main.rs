//! The outbox against vectors, stores and the sandbox.

mod vectors;
