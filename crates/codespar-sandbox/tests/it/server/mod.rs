//! The server, whatever it serves.

mod browser_guard;
mod faults;
mod log;
