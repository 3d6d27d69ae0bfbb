//! Faults of HTTP/2: the driver that speaks it, and the one that must not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;
mod hostile_h2_faults;
mod hostile_h2_lines;
mod hostile_h2_streams;
mod never_twice_h2;
