//! What the tests of several crates share. Not published.
//!
//! Each module is a feature of its name:
//!
//! - `described`: the checks of what operations say of themselves;
//! - `driver`: the two drivers behind one trait, and tests that run under both;
//! - `formats`: the check that a value survives other formats than JSON;
//! - `fuzz`: what the fuzz targets do with their bytes;
//! - `promises`: the tests of what the rows of an API say about effects, keys and repetitions;
//! - `readers`: every type that is read from JSON.
//!
//! The types of the CodeSpar API are listed by the macros `codespar_answers!`,
//! `codespar_arguments!` and `codespar_enums!`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

mod codespar_types;
#[cfg(feature = "described")]
pub mod described;
#[cfg(feature = "driver")]
pub mod driver;
#[cfg(feature = "formats")]
pub mod formats;
#[cfg(feature = "fuzz")]
pub mod fuzz;
#[cfg(feature = "promises")]
pub mod promises;
#[cfg(feature = "readers")]
pub mod readers;
