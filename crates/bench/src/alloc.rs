//! Allocations per unary call, above those of the transport and of `serde_json`.

use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::{
    Outcome,
    calls::{Async, Blocking},
    report::{Report, Row},
    server::Server,
};

const CALLS: usize = 1000;

/// Allocations of a call: by this SDK, by hand, and how many more there may be.
#[derive(Serialize, Deserialize)]
struct Counted {
    driver: String,
    ours: f64,
    bare: f64,
    most: f64,
}

/// Runs the program that counts.
pub(crate) fn run() -> Outcome<Report> {
    // Cargo says where it is to what it runs.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "--quiet", "--release", "--bin", "allocations"])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let counted: Vec<Counted> = serde_json::from_slice(&output.stdout)?;
    let mut report = Report::default();
    report.line("\nallocations per call of session.execute");
    for Counted { driver, ours, bare, most } in counted {
        report.line(format_args!("{driver:<34} {ours:>9.1}"));
        report.line(format_args!("{:<34} {bare:>9.1}", "  bare transport and serde_json"));
        let above = ((ours - bare) * 10.0).round() / 10.0;
        let row = Row::count(format!("allocations above the bare call, {driver}"), above);
        report.row(row.at_most(most));
    }
    Ok(report)
}

/// Counts, given how many allocations this process has made so far; prints what was counted.
///
/// # Errors
/// When a call fails.
pub fn count(made: impl Fn() -> usize) -> Outcome<()> {
    let server = Server::plain()?;
    let url = server.url.as_str();
    let each = |calls: &dyn Fn(usize) -> Outcome<()>| -> Outcome<f64> {
        calls(CALLS / 10)?;
        let before = made();
        calls(CALLS)?;
        Ok((made() - before) as f64 / CALLS as f64)
    };
    let (ours, bare) = (Blocking::ours(url)?, Blocking::bare(url));
    let blocking = Counted {
        driver: "blocking".to_owned(),
        ours: each(&|count| ours.calls(count))?,
        bare: each(&|count| bare.calls(count))?,
        most: 2.0,
    };
    let (ours, bare) = (Async::ours(url)?, Async::bare(url, None)?);
    let asynchronous = Counted {
        driver: "async".to_owned(),
        ours: each(&|count| ours.calls(count, 1))?,
        bare: each(&|count| bare.calls(count, 1))?,
        most: 4.0,
    };
    println!("{}", serde_json::to_string(&[blocking, asynchronous])?);
    Ok(())
}
