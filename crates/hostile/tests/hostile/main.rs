//! Faults of the network and of the server, through both drivers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod hostile_busy;
mod hostile_cancel;
mod hostile_faults;
mod hostile_limits;
mod hostile_offsets;
mod hostile_pool;
mod hostile_proxy;
mod hostile_texts;
mod hostile_tls;
mod hostile_verdicts;
mod hostile_wire;
