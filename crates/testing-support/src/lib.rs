//! What the tests of several crates share. Not published.
//!
//! Each module is a feature of its name: `formats` holds the check that a value survives other
//! formats than JSON, `promises` the tests of what the rows of an API say about effects, keys and
//! repetitions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

#[cfg(feature = "formats")]
pub mod formats;
#[cfg(feature = "promises")]
pub mod promises;
