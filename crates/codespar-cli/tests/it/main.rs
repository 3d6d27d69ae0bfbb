//! The program as it is run, against the sandbox.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod arguments;
mod charge;
mod credentials;
mod held;
mod lists;
mod money;
mod output;
mod program;
mod rows;
#[cfg(unix)]
mod terminal;
