//! What tests of other crates are made with.

mod matching;
mod recorder;
mod replay;
