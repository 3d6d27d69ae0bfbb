//! Flows: retries, pages, polls, streams, and the contract with whoever drives them.

mod contract;
mod idempotency_key;
mod pages;
mod polling;
mod read_ahead;
mod reconnects;
mod retries;
mod shape;
mod streams;
