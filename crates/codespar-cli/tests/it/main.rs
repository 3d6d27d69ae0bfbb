//! The program as it is run, against the sandbox.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod arguments;
mod charge;
mod connect;
mod credentials;
mod held;
mod init;
mod introspection;
mod lists;
mod logs;
#[cfg(feature = "mcp")]
mod mcp;
mod money;
#[cfg(feature = "outbox")]
mod outbox;
mod output;
mod program;
mod rows;
mod running;
mod session;
#[cfg(unix)]
mod terminal;
mod verify;
mod webhook;
