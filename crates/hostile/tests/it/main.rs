//! Faults of the network and of the server, through both drivers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod busy;
mod cancel;
mod dials;
mod documents;
mod faults;
mod files;
mod fuzz;
mod h2;
mod idle;
mod leak;
mod limits;
mod never_twice;
mod offsets;
mod pool;
mod proxy;
mod read_ahead;
mod support;
mod texts;
mod tls;
mod verdicts;
mod wire;
