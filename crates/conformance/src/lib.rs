//! Replays recorded exchanges and compares what a client sent and what it made of the answers.
//!
//! A [`recording::Recording`] says how a client is built, which call is made, what the server
//! answers and what came of it. [`runner`] serves the answers from a scripted loopback [`server`],
//! lets an implementation of [`operations::Operations`] make the call, and [`compare`]s requests
//! and outcome. Where this project differs on purpose, [`deviations`] says so, why, and what is
//! expected instead.
#![forbid(unsafe_code)]
// Nothing outside this workspace builds on these types: open enums and structs would only cost
// checks.
#![allow(clippy::exhaustive_structs, clippy::exhaustive_enums)]

pub mod cli;
pub mod compare;
pub mod corrupt;
pub mod deviations;
mod lenient;
mod names;
pub mod operations;
pub mod recording;
pub mod report;
pub mod runner;
pub mod sdk;
pub mod server;
