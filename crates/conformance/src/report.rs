//! What a run prints.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::runner::{CaseResult, Verdict};

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
    pub fn of(all: &[CaseResult]) -> Self {
        let mut counts = Self::default();
        for result in all {
            match &result.verdict {
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

/// Writes the failing cases with every point in which they differ, the unknown calls, and the
/// counts as the last line; with `every` also how each other case went. `known` are the calls that
/// there are.
///
/// # Errors
/// What the writer says.
pub fn write(
    to: &mut impl Write,
    all: &[CaseResult],
    every: bool,
    known: &[&str],
) -> io::Result<Counts> {
    let mut unknown = BTreeMap::<&str, usize>::new();
    for result in all {
        let case = format!("{} [{}]", result.case, result.driver.name());
        match &result.verdict {
            Verdict::Failed(points) => {
                writeln!(to, "FAILED    {case}")?;
                for point in points {
                    writeln!(to, "          {point}")?;
                }
            }
            Verdict::Unknown => {
                *unknown.entry(&result.call).or_default() += 1;
                writeln!(to, "UNKNOWN   {case}")?;
            }
            Verdict::Passed if every => writeln!(to, "passed    {case}")?,
            Verdict::PassedByRequests if every => writeln!(to, "requests  {case}")?,
            Verdict::Deviating if every => {
                writeln!(to, "deviates  {case}")?;
                for reason in &result.reasons {
                    writeln!(to, "          {reason}")?;
                }
            }
            _ => {}
        }
    }
    for (call, times) in unknown {
        let near = nearest(call, known).map(|name| format!("; did you mean {name}?"));
        let near = near.unwrap_or_default();
        writeln!(to, "there is no call {call} (asked for {times} times){near}")?;
    }
    let counts = Counts::of(all);
    if counts.by_requests > 0 {
        writeln!(to, "{} of the passed by their requests only", counts.by_requests)?;
    }
    let Counts { passed, failed, deviating, unknown, .. } = counts;
    writeln!(to, "{passed} passed, {failed} failed, {deviating} deviating, {unknown} unknown")?;
    Ok(counts)
}

/// The known call that has the most in common with this one, if it is at least half.
fn nearest<'a>(call: &str, known: &[&'a str]) -> Option<&'a str> {
    let pairs = |text: &str| -> BTreeSet<(char, char)> {
        let text = text.to_ascii_lowercase();
        text.chars().zip(text.chars().skip(1)).collect()
    };
    let asked = pairs(call);
    let common = |name: &&str| pairs(name).intersection(&asked).count();
    let best = known.iter().copied().max_by_key(common)?;
    (common(&best) * 2 >= asked.len()).then_some(best)
}
