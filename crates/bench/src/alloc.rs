//! Allocations per unary call, above those of the transport and of `serde_json`.

use std::process::Command;

use crate::{
    Outcome,
    measure::Spread,
    report::{Row, print},
    server::Server,
    unary::{Async, Blocking},
};

const CALLS: usize = 1000;

/// Runs the program that counts.
pub(crate) fn run() -> Outcome<()> {
    // Cargo says where it is to what it runs.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "--quiet", "--release", "--bin", "allocations"])
        .status()?;
    if status.success() { Ok(()) } else { Err("allocations could not be counted".into()) }
}

/// Counts, given how many allocations this process has made so far.
///
/// # Errors
/// When a call fails.
pub fn count(made: impl Fn() -> usize) -> Outcome<()> {
    let server = Server::start()?;
    let url = server.url.as_str();
    let each = |calls: &dyn Fn(usize) -> Outcome<()>| -> Outcome<f64> {
        calls(CALLS / 10)?;
        let before = made();
        calls(CALLS)?;
        Ok((made() - before) as f64 / CALLS as f64)
    };
    println!("\nallocations per call of session.execute");
    let mut rows = Vec::new();
    let mut compare = |what: &str, ours: f64, bare: f64| {
        println!("{what:<34} {ours:>9.1}\n{:<34} {bare:>9.1}", "  bare transport and serde_json");
        let row = Row::new(
            format!("allocations above the bare call, {what}"),
            Spread::exactly(ours - bare),
        );
        rows.push(row.at_most(10.0));
    };
    let (ours, bare) = (Blocking::ours(url)?, Blocking::bare(url));
    compare("blocking", each(&|count| ours.calls(count))?, each(&|count| bare.calls(count))?);
    let (ours, bare) = (Async::ours(url)?, Async::bare(url, None)?);
    compare("async", each(&|count| ours.calls(count, 1))?, each(&|count| bare.calls(count, 1))?);
    print(&rows);
    Ok(())
}
