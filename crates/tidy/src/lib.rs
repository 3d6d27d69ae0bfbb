//! Checks of the source tree that no lint knows: where a file stands, what it may reach, what is
//! documented and how.
//!
//! [`Tree`] is the tree as it was read, each file parsed once; [`Resolver`] knows which name means
//! which item. Each module of [`checks`] looks at one thing and gives [`Finding`]s;
//! [`exceptions`] are those that are known, with the reason. `cargo test -p tidy` holds the tree
//! to all of them; `cargo run -p tidy` prints what they see.
#![allow(clippy::exhaustive_structs, clippy::exhaustive_enums, reason = "not published")]
#![allow(clippy::indexing_slicing, reason = "indices are those that were given out here")]

mod attributes;
pub mod checks;
pub mod exceptions;
mod failure;
mod figures;
mod finding;
mod manifest;
pub mod names;
mod source;
mod tokens;
mod tree;

pub use self::{
    exceptions::Exceptions,
    failure::Failure,
    figures::figures,
    finding::{Finding, Kind},
    manifest::Manifest,
    names::Resolver,
    source::Source,
    tree::{Package, Tree},
};
