//! What was measured: rows with targets and verdicts, ratios first, and the figures behind them.

use std::{
    fmt::{self, Write as _},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::measure::{Spread, Timings};

/// What stands for a time that never came.
const NEVER: f64 = f64::MAX;

/// What is to be reached.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// What a figure is, which also says how far it moves from one run to the next.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Unit {
    /// Of two times, or two sizes, taken in turn.
    Ratio,
    Milliseconds,
    /// Of instructions, over real sockets.
    Instructions,
    /// Of connections, handshakes, allocations: the same each time.
    Count,
}

impl Unit {
    /// The part of a figure that is noise, on a machine that does nothing else. Medians of ratios
    /// were seen to move by 0.02 to 0.03, times by a tenth, instructions by less than a hundredth.
    const fn noise(self) -> f64 {
        match self {
            Self::Ratio => 0.03,
            Self::Milliseconds => 0.1,
            Self::Instructions => 0.01,
            Self::Count => 0.0,
        }
    }
}

/// What a figure says about its target, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Met,
    /// Not reached, by no more than the noise.
    Borderline,
    Missed,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Met => "met",
            Self::Borderline => "borderline",
            Self::Missed => "MISSED",
        })
    }
}

/// A figure, and what it is to be.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    what: String,
    unit: Unit,
    figure: Spread,
    target: Option<Target>,
    /// What none of several runs may be below.
    never_below: Option<f64>,
    runs: usize,
    /// What the best possible way gives, in the same run.
    floor: Option<f64>,
}

impl Row {
    fn new(what: impl Into<String>, unit: Unit, figure: Spread) -> Self {
        Self {
            what: what.into(),
            unit,
            figure,
            target: None,
            never_below: None,
            runs: 1,
            floor: None,
        }
    }

    pub(crate) fn ratio(what: impl Into<String>, figure: Spread) -> Self {
        Self::new(what, Unit::Ratio, figure)
    }

    /// A time, `None` where it never came; target and floor are milliseconds.
    pub(crate) fn time(what: impl Into<String>, time: Option<Duration>) -> Self {
        let figure = time.map_or(NEVER, |time| time.as_secs_f64() * 1e3);
        Self::new(what, Unit::Milliseconds, Spread::exactly(figure))
    }

    pub(crate) fn count(what: impl Into<String>, figure: f64) -> Self {
        Self::new(what, Unit::Count, Spread::exactly(figure))
    }

    pub(crate) fn instructions(what: impl Into<String>, figure: f64) -> Self {
        Self::new(what, Unit::Instructions, Spread::exactly(figure))
    }

    pub(crate) fn at_least(self, least: f64) -> Self {
        Self { target: Some(Target::AtLeast(least)), ..self }
    }

    pub(crate) fn at_most(self, most: f64) -> Self {
        Self { target: Some(Target::AtMost(most)), ..self }
    }

    pub(crate) fn never_below(self, least: f64) -> Self {
        Self { never_below: Some(least), ..self }
    }

    pub(crate) fn floor(self, floor: f64) -> Self {
        Self { floor: Some(floor), ..self }
    }

    fn is_ratio(&self) -> bool {
        self.unit == Unit::Ratio
    }

    /// A figure that is none (of nothing, by nothing) misses its target.
    fn verdict(&self) -> Option<Verdict> {
        let (figure, noise) = (self.figure.median, self.unit.noise());
        let verdict = match self.target? {
            Target::AtLeast(least) if figure >= least => Verdict::Met,
            Target::AtMost(most) if figure <= most => Verdict::Met,
            Target::AtLeast(least) if figure >= least * (1.0 - noise) => Verdict::Borderline,
            Target::AtMost(most) if figure <= most * (1.0 + noise) => Verdict::Borderline,
            Target::AtLeast(_) | Target::AtMost(_) => Verdict::Missed,
        };
        // The rounds of one run may be below, its median may not.
        let least = if self.runs > 1 { self.figure.low } else { figure };
        let below = self.never_below.is_some_and(|never| least < never);
        Some(if below { Verdict::Missed } else { verdict })
    }

    fn print(&self) {
        let Self { what, unit, figure, target, floor, .. } = self;
        let show = |figure: f64| shown(*unit, figure);
        let spread = match figure.low == figure.high {
            true => String::new(),
            false => format!("{} to {}", show(figure.low), show(figure.high)),
        };
        let target = match *target {
            None => String::new(),
            Some(Target::AtLeast(least)) => format!(">= {}", show(least)),
            Some(Target::AtMost(most)) => format!("<= {}", show(most)),
        };
        let floor = floor.map(show).unwrap_or_default();
        let verdict = self.verdict().map(|verdict| verdict.to_string()).unwrap_or_default();
        let figure = show(figure.median);
        println!("{what:<68} {figure:>10}  {spread:<18} {target:<12} {floor:>8}  {verdict}");
    }
}

fn shown(unit: Unit, figure: f64) -> String {
    if figure == NEVER {
        return "never".to_owned();
    }
    match unit {
        Unit::Ratio if figure < 0.1 => format!("{figure:.4}"),
        Unit::Ratio => format!("{figure:.2}"),
        Unit::Milliseconds if figure >= 100.0 => format!("{figure:.0} ms"),
        Unit::Milliseconds => format!("{figure:.2} ms"),
        Unit::Instructions | Unit::Count if figure.fract() == 0.0 => format!("{figure}"),
        Unit::Instructions | Unit::Count => format!("{figure:.1}"),
    }
}

/// Rows, and the figures that they were made of.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Report {
    rows: Vec<Row>,
    figures: String,
    /// What could not be measured, and why.
    failed: Vec<String>,
}

impl Report {
    pub(crate) fn row(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub(crate) fn line(&mut self, line: impl fmt::Display) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.figures, "{line}");
    }

    pub(crate) fn fail(&mut self, what: &str, why: &dyn fmt::Display) {
        self.failed.push(format!("{what}: {why}"));
    }

    pub(crate) fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.figures.push_str(&other.figures);
        self.failed.extend(other.failed);
    }

    /// The same measured several times: a row is of all of them, the figures are the last one's.
    pub(crate) fn of_runs(runs: Vec<Self>) -> Self {
        let count = runs.len();
        let all: Vec<_> = runs.iter().map(|run| run.rows.clone()).collect();
        let failed: Vec<_> = runs.iter().flat_map(|run| run.failed.clone()).collect();
        let Some(mut report) = runs.into_iter().last() else { return Self::default() };
        if count > 1 {
            for (place, row) in report.rows.iter_mut().enumerate() {
                let of = |run: &Vec<Row>| run.get(place).cloned();
                row.runs = count;
                row.figure = Spread::of_runs(all.iter().filter_map(of).map(|row| row.figure));
                row.floor = row.floor.map(|_| {
                    let floors = all.iter().filter_map(of).filter_map(|row| row.floor);
                    Spread::of(floors).median
                });
            }
            report.failed = failed;
            report.figures = format!("\n(the last of {count} runs){}", report.figures);
        }
        report
    }

    /// Prints what each contender needed for a call.
    pub(crate) fn calls(&mut self, title: &str, taken: &[Timings]) {
        self.line(format_args!(
            "\n{title}\n{:<34} {:>9}  {:<21} {:>12}",
            "", "calls/s", "middle half", "CPU per call"
        ));
        for Timings { name, wall, cpu } in taken {
            let calls = Spread::of(wall.iter().map(|seconds| 1.0 / seconds));
            let middle = format!("{:.0} to {:.0}", calls.low, calls.high);
            let cpu = Spread::of(cpu.iter().copied()).median * 1e6;
            self.line(format_args!("{name:<34} {:>9.0}  {middle:<21} {cpu:>9.1} µs", calls.median));
        }
    }

    /// Prints how fast each contender went through bytes.
    pub(crate) fn bytes(&mut self, title: &str, bytes: usize, taken: &[Timings]) {
        self.line(format_args!("\n{title}\n{:<34} {:>9}  {:<21}", "", "MB/s", "middle half"));
        for Timings { name, cpu, .. } in taken {
            let speed = Spread::of(cpu.iter().map(|seconds| bytes as f64 / 1e6 / seconds));
            let middle = format!("{:.0} to {:.0}", speed.low, speed.high);
            self.line(format_args!("{name:<34} {:>9.0}  {middle:<21}", speed.median));
        }
    }

    /// Prints all of it; gives the worst verdict, or says that something could not be measured.
    pub(crate) fn print(&self) -> Result<Verdict, Failed> {
        let (ratios, others): (Vec<_>, Vec<_>) = self.rows.iter().partition(|row| row.is_ratio());
        for (title, rows) in [("ratio", ratios), ("figure", others)] {
            if !rows.is_empty() {
                println!(
                    "\n{title:<68} {:>10}  {:<18} {:<12} {:>8}  verdict",
                    "measured", "spread", "target", "floor"
                );
            }
            // Those with a target first, each in the order it was measured in.
            let (with, without): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| row.target.is_some());
            with.into_iter().chain(without).for_each(Row::print);
        }
        print!("{}", self.figures);
        for failed in &self.failed {
            println!("\nNOT MEASURED: {failed}");
        }
        let verdicts = || self.rows.iter().filter_map(Row::verdict);
        let count = |of| verdicts().filter(|verdict| *verdict == of).count();
        println!(
            "\n{} met, {} borderline, {} missed, {} not measured",
            count(Verdict::Met),
            count(Verdict::Borderline),
            count(Verdict::Missed),
            self.failed.len()
        );
        if self.failed.is_empty() {
            Ok(verdicts().max().unwrap_or(Verdict::Met))
        } else {
            Err(Failed)
        }
    }
}

/// Something could not be measured.
pub(crate) struct Failed;

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(median: f64) -> Row {
        Row::ratio("a : b", Spread { median, low: median - 0.2, high: median + 0.2 })
    }

    fn runs(medians: [f64; 3], row: fn(Row) -> Row) -> Option<Verdict> {
        let run = |median| Report { rows: vec![row(ratio(median))], ..Report::default() };
        Report::of_runs(medians.map(run).into()).rows.first().and_then(Row::verdict)
    }

    #[test]
    fn a_figure_within_noise_of_its_target_is_borderline() {
        let verdict = |figure| ratio(figure).at_least(1.0).verdict();
        assert_eq!(verdict(1.0), Some(Verdict::Met));
        assert_eq!(verdict(0.98), Some(Verdict::Borderline));
        assert_eq!(verdict(0.96), Some(Verdict::Missed));
        assert_eq!(ratio(1.0).verdict(), None);
        let verdict = |figure| ratio(figure).at_most(1.35).verdict();
        assert_eq!(verdict(1.35), Some(Verdict::Met));
        assert_eq!(verdict(1.38), Some(Verdict::Borderline));
        assert_eq!(verdict(1.40), Some(Verdict::Missed));
    }

    #[test]
    fn counts_have_no_noise() {
        let verdict = |figure| Row::count("handshakes", figure).at_most(1_000.0).verdict();
        assert_eq!(verdict(1_000.0), Some(Verdict::Met));
        assert_eq!(verdict(1_001.0), Some(Verdict::Missed));
    }

    #[test]
    fn what_never_came_or_is_no_number_misses() {
        let never = Row::time("all open", None).at_most(1_000.0);
        assert_eq!(never.verdict(), Some(Verdict::Missed));
        assert_eq!(ratio(f64::NAN).at_least(1.0).verdict(), Some(Verdict::Missed));
        assert_eq!(ratio(f64::NAN).at_most(1.0).verdict(), Some(Verdict::Missed));
        // And it survives being told from one process to the other.
        let told = serde_json::to_string(&never).unwrap();
        let row: Row = serde_json::from_str(&told).unwrap();
        assert_eq!(row.verdict(), Some(Verdict::Missed));
    }

    #[test]
    fn of_several_runs_the_median_counts_and_the_worst_may_not_be_below() {
        let at_least = |row: Row| row.at_least(1.0);
        let never_below = |row: Row| row.at_least(1.0).never_below(0.97);
        assert_eq!(runs([0.96, 1.0, 1.1], at_least), Some(Verdict::Met));
        assert_eq!(runs([0.96, 1.0, 1.1], never_below), Some(Verdict::Missed));
        assert_eq!(runs([0.97, 1.0, 1.1], never_below), Some(Verdict::Met));
        // Of one run it is the median that is looked at, and not the rounds.
        assert_eq!(ratio(1.0).at_least(1.0).never_below(0.97).verdict(), Some(Verdict::Met));
    }

    #[test]
    fn the_worst_verdict_is_that_of_all() {
        let mut report = Report::default();
        report.row(ratio(1.0).at_least(1.0));
        assert!(matches!(report.print(), Ok(Verdict::Met)));
        report.row(ratio(0.98).at_least(1.0));
        assert!(matches!(report.print(), Ok(Verdict::Borderline)));
        report.row(ratio(0.5).at_least(1.0));
        assert!(matches!(report.print(), Ok(Verdict::Missed)));
        report.fail("cold", &"no server");
        assert!(report.print().is_err());
    }
}
