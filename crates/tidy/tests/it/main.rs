//! The checks: each on small trees with a fault planted in them, and all of them on this tree.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod borrowed;
mod circles;
mod dependencies;
mod docs;
mod examples;
mod exceptions;
mod figures;
mod front_page;
mod macro_types;
mod operations;
mod size;
mod support;
mod test_binaries;
mod this_tree;
