//! Tools in every dialect, and what becomes of calls.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod dispatch;
mod names;
mod openai_types;
mod rules;
mod support;
