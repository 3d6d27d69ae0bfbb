//! Programs that work a list and are killed, again and again, until it is done: what happened is
//! counted at the server.
//!
//! `cargo test` kills a few on files. `.ci/crashes` sets `CRASHES=full` and names a PostgreSQL in
//! `CODESPAR_OUTBOX_POSTGRES`: then it is every kind of commit point, and at random instants, of a
//! seed that is printed and that `CRASH_SEED` gives back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a helper of tests fails by panicking"
)]

#[cfg(unix)]
mod child;
#[cfg(unix)]
mod lines;
#[cfg(unix)]
mod plan;
#[cfg(unix)]
mod point;
#[cfg(unix)]
mod world;

#[cfg(unix)]
use std::{env, process::ExitCode};

/// What this one test is called.
#[cfg(unix)]
const NAME: &str = "every_line_happens_once_however_often_its_program_is_killed";

/// Signals are Unix's.
#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() -> ExitCode {
    if env::var_os("CRASH_CHILD").is_some() {
        return child::run();
    }
    let arguments: Vec<_> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        println!("{NAME}: test");
        return ExitCode::SUCCESS;
    }
    let filters: Vec<_> = arguments.iter().filter(|word| !word.starts_with('-')).collect();
    if !filters.is_empty() && !filters.iter().any(|filter| NAME.contains(filter.as_str())) {
        return ExitCode::SUCCESS;
    }
    match plan::run(env::var("CRASHES").as_deref() == Ok("full")) {
        Ok(said) => {
            println!("test {NAME} ... ok ({said})");
            ExitCode::SUCCESS
        }
        Err(failures) => {
            eprintln!("test {NAME} ... FAILED\n{failures}");
            ExitCode::FAILURE
        }
    }
}
