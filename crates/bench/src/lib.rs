//! What the SDK costs above its transports: contenders side by side, in the same run.
//!
//! `cargo run --release -p bench -- all` measures everything, with the name of a part that part;
//! `--help` names them. `BENCHMARKS.md` has the method and figures.
//!
//! The server is a process of its own, so that its work is not counted as a contender's.

#![allow(clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "not published")]

pub mod alloc;
mod bare_http2;
mod bodies;
mod callgrind;
mod calls;
mod chat;
mod cli;
mod cold;
mod hold;
mod http2_streams;
mod instructions;
mod ladder;
mod measure;
mod outbox;
mod peers;
mod pool;
mod process;
mod program;
mod report;
mod sample;
mod server;
mod settings;
mod sse;
mod start;
mod stream;
mod unary;
mod waits;

pub use cli::run;

/// Whatever goes wrong ends the measurement.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
