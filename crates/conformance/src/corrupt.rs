//! Whether the rules notice what is wrong.
//!
//! A case that differs from its recording on purpose is compared by rules, and a rule can excuse
//! too much. So every run that deviates is spoiled in every way that changes it, one at a time, and
//! judged anew: the outcome of the call loses its code, the server's words, an item or a value, has
//! another status or amount, an error becomes a result or a result an error; a request is added or
//! left out. A spoiled run that does not fail is one that the rules excuse.

mod ways;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::Value;

pub use self::ways::Way;
use crate::deviations::Deviations;
use crate::operations::{Driver, Operations};
use crate::runner::{Verdict, each, observe};

/// How much has to be noticed, in percent.
pub const ENOUGH: usize = 98;

/// A deviating run that was spoiled in one way at one place.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The name of the case, and the driver it ran through.
    pub case: String,
    /// The rules that explained it before.
    pub rules: String,
    /// What was done to it.
    pub way: Way,
    /// Where.
    pub place: String,
    /// Whether it failed then.
    pub noticed: bool,
}

/// Runs every case through every driver and spoils those that deviate.
pub fn trials(
    operations: &dyn Operations,
    deviations: &Deviations,
    recordings: &[Value],
    drivers: &[Driver],
    threads: usize,
) -> Vec<Trial> {
    let all = each(recordings, drivers, threads, |recording, driver| {
        let Ok(run) = observe(operations, recording, driver) else { return Vec::new() };
        let (Verdict::Deviating, reasons) = run.judge(deviations) else { return Vec::new() };
        let case = format!("{} [{}]", run.case.case, driver.name());
        let trial = |(way, place, spoiled): (Way, String, crate::runner::Observed)| Trial {
            case: case.clone(),
            rules: reasons.join(" | "),
            way,
            place,
            noticed: matches!(spoiled.judge(deviations).0, Verdict::Failed(_)),
        };
        ways::spoiled(&run).into_iter().map(trial).collect()
    });
    all.into_iter().flatten().collect()
}

/// Writes how much was noticed, and what was not by rule; says whether it is enough.
///
/// # Errors
/// What the writer says.
pub fn write(to: &mut impl Write, trials: &[Trial], every: bool) -> io::Result<bool> {
    let mut by_rule = BTreeMap::<&str, BTreeMap<Way, Vec<&Trial>>>::new();
    for trial in trials.iter().filter(|trial| !trial.noticed) {
        by_rule.entry(&trial.rules).or_default().entry(trial.way).or_default().push(trial);
    }
    for (rule, ways) in &by_rule {
        writeln!(to, "{rule}")?;
        for (way, unnoticed) in ways {
            writeln!(to, "    {}: {} not noticed", way.name(), unnoticed.len())?;
            for Trial { case, place, .. } in unnoticed.iter().filter(|_| every) {
                writeln!(to, "        {case}: {place}")?;
            }
        }
    }
    for way in Way::ALL {
        let of = || trials.iter().filter(|trial| trial.way == way);
        let noticed = of().filter(|trial| trial.noticed).count();
        writeln!(to, "{:>5} of {:>5} noticed: {}", noticed, of().count(), way.name())?;
    }
    let noticed = trials.iter().filter(|trial| trial.noticed).count();
    let runs: std::collections::BTreeSet<_> = trials.iter().map(|trial| &trial.case).collect();
    let percent = percent(noticed, trials.len());
    writeln!(
        to,
        "{} deviating runs, {} corruptions, {noticed} noticed: {percent} %, of {ENOUGH} % that are \
         asked for",
        runs.len(),
        trials.len(),
    )?;
    Ok(noticed * 100 >= trials.len() * ENOUGH)
}

/// With two decimals, cut and not rounded: 98.00 is 98 at least.
fn percent(part: usize, whole: usize) -> String {
    let hundredths = (part * 10_000).checked_div(whole).unwrap_or(10_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
