//! What a run prints.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::runner::{Ran, Verdict};

/// How many cases went which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Agree with the recording.
    pub passed: usize,
    /// Of the passed, those compared by their requests only.
    pub by_requests: usize,
    /// Differ and should not.
    pub failed: usize,
    /// Differ on purpose.
    pub deviating: usize,
    /// Calls that do not exist.
    pub unknown: usize,
}

impl Counts {
    /// Counts the verdicts.
    #[must_use]
    pub fn of(all: &[Ran]) -> Self {
        let mut counts = Self::default();
        for ran in all {
            match &ran.verdict {
                Verdict::Passed => counts.passed += 1,
                Verdict::PassedByRequests => {
                    counts.passed += 1;
                    counts.by_requests += 1;
                }
                Verdict::Failed(_) => counts.failed += 1,
                Verdict::Deviating => counts.deviating += 1,
                Verdict::Unknown => counts.unknown += 1,
            }
        }
        counts
    }
}

/// Writes a line per failing case, the unknown calls, and the counts as the last line.
///
/// # Errors
/// What the writer says.
pub fn write(to: &mut impl Write, all: &[Ran]) -> io::Result<Counts> {
    const SHOWN: usize = 4;
    let mut unknown = BTreeMap::<&str, usize>::new();
    for ran in all {
        match &ran.verdict {
            Verdict::Failed(found) => {
                let mut points: Vec<&str> = found.iter().take(SHOWN).map(String::as_str).collect();
                let more = format!("and {} more", found.len().saturating_sub(SHOWN));
                if found.len() > SHOWN {
                    points.push(&more);
                }
                let Ran { case, driver, .. } = ran;
                writeln!(to, "FAILED {case} [{}] {}", driver.name(), points.join("; "))?;
            }
            Verdict::Unknown => *unknown.entry(&ran.call).or_default() += 1,
            _ => {}
        }
    }
    for (call, times) in unknown {
        writeln!(to, "unknown {call} ({times})")?;
    }
    let counts = Counts::of(all);
    if counts.by_requests > 0 {
        writeln!(to, "{} of the passed by their requests only", counts.by_requests)?;
    }
    let Counts { passed, failed, deviating, unknown, .. } = counts;
    writeln!(to, "{passed} passed, {failed} failed, {deviating} deviating, {unknown} unknown")?;
    Ok(counts)
}
