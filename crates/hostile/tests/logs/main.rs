//! What is logged, and what errors say: no key, token, cookie, Pix code or document. These tests
//! collect everything that their process logs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod errors;
mod h2;
mod metrics;
mod traces;
