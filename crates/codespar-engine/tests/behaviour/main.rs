//! Conversations in virtual time: each file is named after what happens in it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod answers;
mod cancel;
mod common;
mod contract;
mod credentials;
mod elsewhere;
mod encoding;
mod keys;
mod macros;
mod options;
mod pages;
mod polling;
mod reconnects;
mod replay;
mod retries;
mod secrets;
mod shape;
mod streams;
mod verdicts;
