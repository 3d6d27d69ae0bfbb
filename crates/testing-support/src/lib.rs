//! What the tests of several crates share. Not published.
//!
//! Each module is a feature of its name:
//!
//! - `certificates`: authorities and certificates, and servers that show them;
//! - `described`: the checks of what operations say of themselves;
//! - `driver`: the two drivers behind one trait, and tests that run under both;
//! - `embedding`: the check that a call without a driver is the call that a driver makes;
//! - `formats`: the check that a value survives other formats than JSON;
//! - `fuzz`: what the fuzz targets do with their bytes;
//! - `process`: tests that run once more in a process of their own;
//! - `promises`: the tests of what the rows of an API say about effects, keys and repetitions;
//! - `readers`: every type that is read from JSON;
//! - `readmes`: the examples of READMEs that no published crate can compile.
//!
//! The types of the CodeSpar API are listed by the macros `codespar_answers!`,
//! `codespar_arguments!` and `codespar_enums!`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

#[cfg(feature = "certificates")]
pub mod certificates;
mod codespar_types;
#[cfg(feature = "described")]
pub mod described;
#[cfg(feature = "driver")]
pub mod driver;
#[cfg(feature = "embedding")]
pub mod embedding;
#[cfg(feature = "formats")]
pub mod formats;
#[cfg(feature = "fuzz")]
pub mod fuzz;
#[cfg(feature = "process")]
pub mod process;
#[cfg(feature = "promises")]
pub mod promises;
#[cfg(feature = "readers")]
pub mod readers;

/// What the READMEs of the repository and of the derives show, compiled: here, as a published crate
/// has no files of others.
#[cfg(all(doctest, feature = "readmes"))]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../../codespar-derive/README.md")]
mod readmes {}
