//! What tests of other crates are made with.

mod recorder;
mod replay;
