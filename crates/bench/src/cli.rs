//! The command line.

use std::process::ExitCode;

use crate::{
    Outcome, alloc, bodies, cold, hold, http2_streams, instructions, ladder,
    measure::Effort,
    outbox,
    process::run_anew,
    program,
    report::{Failed, Report, Verdict},
    server, sse, start, stream, unary, waits,
};

const USAGE: &str = "\
usage: bench [all|PART] [--quick] [--runs N]
       bench instructions [--check|--write]

parts: unary ladder peers stream sse h2-streams h2-memory memory cold waits bodies start program
       outbox alloc instructions

--quick   fewer rounds, less of everything: a first look, and no more
--runs N  measures in so many processes, one after the other: a row is the median of them all

exit code: 0 when every target is met, or missed by no more than noise; 1 when one is missed;
2 when something could not be measured.";

/// A part of what is measured.
struct Part {
    name: &'static str,
    run: fn(Effort) -> Outcome<Report>,
    /// In how many processes, where nothing else is said: calls move the most from one to the next.
    runs: usize,
}

impl Part {
    const fn new(name: &'static str, run: fn(Effort) -> Outcome<Report>) -> Self {
        Self { name, run, runs: 1 }
    }
}

const PARTS: [Part; 16] = [
    Part { name: "unary", run: unary::run, runs: 6 },
    Part { name: "ladder", run: ladder::run, runs: 6 },
    Part::new("peers", |_| unary::against_python()),
    Part::new("sse", sse::run),
    Part::new("stream", stream::run),
    Part::new("h2-memory", hold::run_http2),
    Part::new("memory", hold::run_http1),
    Part::new("h2-streams", http2_streams::run),
    Part::new("cold", |_| cold::run()),
    Part::new("waits", |_| waits::run()),
    Part::new("bodies", bodies::run),
    Part::new("start", start::run),
    Part::new("program", program::run),
    Part::new("outbox", outbox::run),
    Part::new("alloc", |_| alloc::run()),
    Part::new("instructions", |_| instructions::run(instructions::Mode::Show)),
];

struct Arguments {
    words: Vec<String>,
    effort: Effort,
    runs: Option<usize>,
    mode: Option<instructions::Mode>,
}

impl Arguments {
    fn read() -> Outcome<Option<Self>> {
        use lexopt::{Arg, ValueExt as _};

        let mut read = Self { words: Vec::new(), effort: Effort::FULL, runs: None, mode: None };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Value(word) => read.words.push(word.string()?),
                Arg::Long("quick") => read.effort = Effort::QUICK,
                Arg::Long("runs") => read.runs = Some(arguments.value()?.parse()?),
                Arg::Long("check") => read.mode = Some(instructions::Mode::Check),
                Arg::Long("write") => read.mode = Some(instructions::Mode::Write),
                Arg::Long("help") => return Ok(None),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(read))
    }
}

/// Runs the program; its exit code says whether a target is missed.
#[must_use]
pub fn run() -> ExitCode {
    let verdict = match Arguments::read() {
        Ok(Some(arguments)) => obey(&arguments),
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => Err(error),
    };
    match verdict {
        Ok(Verdict::Met | Verdict::Borderline) => ExitCode::SUCCESS,
        Ok(Verdict::Missed) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn obey(arguments: &Arguments) -> Outcome<Verdict> {
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    let done = |()| Verdict::Met;
    match *words {
        // What the program starts itself as.
        ["serve", speaks, limit] => server::serve(speaks, limit.parse()?).map(done),
        ["hold", who, version, count] => hold::hold(who, version, count.parse()?).map(done),
        ["body", driver, direction, mib] => bodies::body(driver, direction, mib.parse()?).map(done),
        ["first-call", who, url] => start::first_call(who, url).map(done),
        ["hot", path, turns] => instructions::hot(path, turns.parse()?).map(done),
        ["part", name] => {
            let report = (part(name)?.run)(arguments.effort).unwrap_or_else(|error| {
                let mut report = Report::default();
                report.fail(name, &error);
                report
            });
            println!("{}", serde_json::to_string(&report)?);
            Ok(Verdict::Met)
        }

        ["all"] | [] => print(&all(arguments)),
        ["instructions"] => {
            print(&instructions::run(arguments.mode.unwrap_or(instructions::Mode::Show))?)
        }
        [name] => print(&measured(part(name)?, arguments)?),
        _ => Err(USAGE.into()),
    }
}

fn part(name: &str) -> Outcome<&'static Part> {
    PARTS.iter().find(|part| part.name == name).ok_or_else(|| USAGE.into())
}

fn print(report: &Report) -> Outcome<Verdict> {
    report.print().map_err(|Failed| "not everything could be measured".into())
}

/// Everything. What cannot be measured does not keep the rest from it.
fn all(arguments: &Arguments) -> Report {
    let mut report = Report::default();
    for part in &PARTS {
        match measured(part, arguments) {
            Ok(part) => report.append(part),
            Err(error) => report.fail(part.name, &error),
        }
    }
    report.line("\nbuild times and sizes are measured by crates/bench/build-time");
    report
}

/// Measures a part, in processes of their own.
fn measured(part: &Part, arguments: &Arguments) -> Outcome<Report> {
    let quick = arguments.effort.is_quick();
    let runs = arguments.runs.unwrap_or(if quick { 1 } else { part.runs }).max(1);
    let mut words = vec!["part", part.name];
    if quick {
        words.push("--quick");
    }
    let run = |run| {
        eprintln!("measuring {}, {run} of {runs}", part.name);
        run_anew(&words)
    };
    Ok(Report::of_runs((1..=runs).map(run).collect::<Outcome<_>>()?))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What stands in the last column of the tables that have commands.
    fn commands(text: &str) -> BTreeSet<&str> {
        let rows = text.lines().filter_map(|line| line.strip_suffix("` |")?.rsplit_once(" `"));
        rows.map(|(_, command)| command).filter(|command| *command != "bench").collect()
    }

    #[test]
    fn rows_of_the_document_name_the_parts_that_measure_them() {
        let mut named = commands(include_str!("../../../BENCHMARKS.md"));
        assert!(named.remove("crates/bench/build-time"));
        // They have figures without a target.
        named.extend(["outbox", "start"]);
        assert_eq!(named, PARTS.iter().map(|part| part.name).collect());
    }
}
