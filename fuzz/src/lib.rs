//! What the fuzz targets do. `cargo +nightly fuzz run sse`, and so on for each target.
//!
//! The seeds in `corpus` come from the recordings (`cargo run -p hostile --example seeds`). What was
//! found is kept in `regressions`. The tests of the crate `hostile` run both through the targets, so
//! that no nightly compiler is needed for that.

#[path = "../../crates/hostile/src/answers.rs"]
#[allow(dead_code)]
pub mod answers;
pub mod targets;
#[path = "../../crates/hostile/src/upivia.rs"]
mod upivia;

pub use self::{answers::Reader, upivia::{upivia_answers, upivia_arguments}};
