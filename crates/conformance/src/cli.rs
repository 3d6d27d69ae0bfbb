//! The command line: which recordings run, through which drivers, and what is printed.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::{fs, io};

use lexopt::prelude::{Long, Short, Value as Positional, ValueExt as _};
use regex::Regex;
use serde_json::Value;

use crate::deviations::Deviations;
use crate::operations::{Driver, Operations};
use crate::{corrupt, recording, report, runner};

const USAGE: &str = "usage: conformance [options] FILE.jsonl…

Replays recordings and compares. The format is described in crates/conformance/README.md.

  --driver blocking|async|both  the drivers to run every case through; both by default
  --only REGEX                  the cases whose name matches
  --all                         says of every case how it went, and of deviating ones why
  --corrupt                     spoils every run that deviates in every way that changes it, and
                                says how much of that the rules notice; with --all, what they do not
  --deviations FILE.toml        the rules for what differs on purpose
  --jobs N                      cases at a time

The exit code is 0 where nothing failed, 1 where something failed or names an operation that there
is not, or with --corrupt less than 98 % were noticed, 2 where the program could not run.";
/// Most of a case is waiting for its delays, so more threads than processors help.
const THREADS: usize = 8;

/// What was asked for.
#[derive(Debug)]
pub struct Options {
    /// The drivers to run every case through.
    pub drivers: Vec<Driver>,
    /// Cases to run, by name.
    pub only: Option<Regex>,
    /// The file of deviations.
    pub deviations: PathBuf,
    /// Whether every case is reported.
    pub all: bool,
    /// Whether deviating runs are spoiled instead.
    pub corrupt: bool,
    /// Cases that run at a time.
    pub jobs: usize,
    /// The recordings.
    pub files: Vec<PathBuf>,
}

impl Options {
    /// Reads the arguments, without the program's name.
    ///
    /// # Errors
    /// An argument that is not understood; the text says how the program is used.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        Self::read(arguments).map_err(|error| format!("{error}\n{USAGE}"))
    }

    fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, lexopt::Error> {
        let mut options = Self {
            drivers: vec![Driver::Blocking, Driver::Async],
            only: None,
            deviations: concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/deviations.toml")
                .into(),
            all: false,
            corrupt: false,
            jobs: THREADS,
            files: Vec::new(),
        };
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("driver") => options.drivers = parser.value()?.parse_with(drivers)?,
                Long("only") => options.only = Some(parser.value()?.parse_with(Regex::new)?),
                Long("all") => options.all = true,
                Long("corrupt") => options.corrupt = true,
                Long("help") | Short('h') => return Err("".into()),
                Long("deviations") => options.deviations = parser.value()?.into(),
                Long("jobs") => options.jobs = parser.value()?.parse()?,
                Positional(file) => options.files.push(file.into()),
                other => return Err(other.unexpected()),
            }
        }
        if options.files.is_empty() {
            return Err("no recordings are named".into());
        }
        Ok(options)
    }
}

fn drivers(name: &str) -> Result<Vec<Driver>, String> {
    match name {
        "blocking" => Ok(vec![Driver::Blocking]),
        "async" => Ok(vec![Driver::Async]),
        "both" => Ok(vec![Driver::Blocking, Driver::Async]),
        _ => Err("it is blocking, async or both".to_owned()),
    }
}

/// Runs the program and gives its exit code: 0 where no case failed, 1 where one did or has no call
/// here, 2 where it could not run.
pub fn main(
    operations: &dyn Operations,
    arguments: impl IntoIterator<Item = OsString>,
    to: &mut impl Write,
) -> u8 {
    let good = Options::parse(arguments).and_then(|options| {
        let (deviations, recordings) = load(&options)?;
        let Options { drivers, jobs, all, .. } = &options;
        let written = if options.corrupt {
            let trials = corrupt::trials(operations, &deviations, &recordings, drivers, *jobs);
            corrupt::write(to, &trials, *all)
        } else {
            let results = runner::run(operations, &deviations, &recordings, drivers, *jobs);
            let counts = report::write(to, &results, *all, &operations.names());
            counts.map(|counts| counts.failed + counts.unknown == 0)
        };
        written.map_err(|error| error.to_string())
    });
    match good {
        Ok(good) => u8::from(!good),
        Err(error) => {
            // Where not even this can be written, the exit code still says it.
            let _ = writeln!(io::stderr(), "{error}");
            2
        }
    }
}

/// Reads the deviations and the cases that were asked for.
///
/// # Errors
/// A file that cannot be read, with its name.
pub fn load(options: &Options) -> Result<(Deviations, Vec<Value>), String> {
    let read = |path: &PathBuf| {
        fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let named = |path: &PathBuf, error: String| format!("{}: {error}", path.display());
    let deviations = Deviations::parse(&read(&options.deviations)?)
        .map_err(|error| named(&options.deviations, error))?;
    let mut recordings = Vec::new();
    for file in &options.files {
        let cases = recording::read(&read(file)?).map_err(|error| named(file, error))?;
        let unknown: BTreeSet<_> = cases.iter().flat_map(recording::unknown_members).collect();
        for member in unknown {
            // Where not even this can be written, the cases still run.
            let _ = writeln!(io::stderr(), "{}: {member:?} is not looked at", file.display());
        }
        recordings.extend(cases.into_iter().filter(|case| {
            let name = case.get("case").and_then(Value::as_str).unwrap_or_default();
            options.only.as_ref().is_none_or(|only| only.is_match(name))
        }));
    }
    Ok((deviations, recordings))
}
