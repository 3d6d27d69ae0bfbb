//! Tables for people.

use crate::measure::{Spread, Timings};

/// What is to be reached.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// A ratio, and what it is to be.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ratio: Spread,
    pub(crate) target: Option<Target>,
}

impl Row {
    pub(crate) fn new(what: impl Into<String>, ratio: Spread) -> Self {
        Self { what: what.into(), ratio, target: None }
    }

    pub(crate) fn at_least(self, least: f64) -> Self {
        Self { target: Some(Target::AtLeast(least)), ..self }
    }

    pub(crate) fn at_most(self, most: f64) -> Self {
        Self { target: Some(Target::AtMost(most)), ..self }
    }
}

/// Prints ratios with their targets. The verdict is about the median.
pub(crate) fn print(rows: &[Row]) {
    println!("\n{:<66} {:>7}  {:<15} {:<9} met", "ratio", "median", "middle half", "target");
    for Row { what, ratio, target } in rows {
        let (wanted, met) = match *target {
            None => (String::new(), ""),
            Some(Target::AtLeast(least)) => (format!(">= {least}"), yes(ratio.median >= least)),
            Some(Target::AtMost(most)) => {
                (format!("<= {}", short(most)), yes(ratio.median <= most))
            }
        };
        let middle = format!("{} to {}", short(ratio.low), short(ratio.high));
        println!("{what:<66} {:>7}  {middle:<15} {wanted:<9} {met}", short(ratio.median));
    }
}

const fn yes(met: bool) -> &'static str {
    if met { "yes" } else { "NO" }
}

fn short(figure: f64) -> String {
    if figure < 0.1 { format!("{figure:.4}") } else { format!("{figure:.2}") }
}

/// Prints what each contender needed for a call.
pub(crate) fn print_calls(title: &str, taken: &[Timings]) {
    println!(
        "\n{title}\n{:<34} {:>9}  {:<21} {:>12}",
        "", "calls/s", "middle half", "CPU per call"
    );
    for Timings { name, wall, cpu } in taken {
        let calls = Spread::of(wall.iter().map(|seconds| 1.0 / seconds));
        let middle = format!("{:.0} to {:.0}", calls.low, calls.high);
        let cpu = Spread::of(cpu.iter().copied()).median * 1e6;
        println!("{name:<34} {:>9.0}  {middle:<21} {cpu:>9.1} µs", calls.median);
    }
}

/// Prints how fast each contender went through bytes.
pub(crate) fn print_bytes(title: &str, bytes: usize, taken: &[Timings]) {
    println!("\n{title}\n{:<34} {:>9}  {:<21}", "", "MB/s", "middle half");
    for Timings { name, cpu, .. } in taken {
        let speed = Spread::of(cpu.iter().map(|seconds| bytes as f64 / 1e6 / seconds));
        let middle = format!("{:.0} to {:.0}", speed.low, speed.high);
        println!("{name:<34} {:>9.0}  {middle:<21}", speed.median);
    }
}
