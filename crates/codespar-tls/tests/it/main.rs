//! The tests of the TLS configuration, by subject.
#![allow(clippy::unwrap_used, reason = "tests")]

mod settings;
