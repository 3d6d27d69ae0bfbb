//! What the SDK costs above its transports: contenders side by side, in the same run.
//!
//! `cargo run --release -p bench -- all` measures everything; `unary`, `stream`, `sse`, `memory`,
//! `alloc` and `instructions` a part each. `BENCHMARKS.md` has the method and figures.
//!
//! The server is a process of its own, so that its work is not counted as a contender's.

#![allow(clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "not published")]

pub mod alloc;
mod chat;
mod cli;
mod hold;
mod instructions;
mod measure;
mod peers;
mod report;
mod sample;
mod server;
mod sse;
mod stream;
mod unary;

pub use cli::run;

/// Whatever goes wrong ends the measurement.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
