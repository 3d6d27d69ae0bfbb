//! Instructions of this program, counted by callgrind where valgrind is installed.

use std::process::Command;

use crate::{Outcome, process};

/// Whether instructions can be counted here.
pub(crate) fn is_there() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

/// All instructions of this program, started with these words.
pub(crate) fn count(words: &[&str]) -> Outcome<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(process::program()?)
        .args(words)
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected :"));
    match collected {
        Some((_, count)) if output.status.success() => Ok(count.trim().parse()?),
        _ => Err(report.into()),
    }
}

/// Instructions of one turn of a hot path: what more turns need more, so that the start does not
/// count.
pub(crate) fn of_one(path: &str, few: u64, many: u64) -> Outcome<u64> {
    let turns = |turns: u64| count(&["hot", path, &turns.to_string()]);
    Ok(turns(many)?.saturating_sub(turns(few)?) / (many - few))
}
