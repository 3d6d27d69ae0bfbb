//! The engine's promises, in folders as the sources have; conversations run in virtual time.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod call;
mod compositions;
mod derive;
mod documented;
mod endpoints;
mod flow;
mod http;
mod json;
mod purity;
mod redacted;
mod sse;
mod support;
mod testing;
mod transport;
mod types;
mod verdict;
