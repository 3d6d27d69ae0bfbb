//! Instruction counts of the hot paths. Unlike times they repeat, on any machine of a kind.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    hint::black_box,
    path::{Path, PathBuf},
    process::Command,
};

use bytes::Bytes;
use serde::Deserialize;

use crate::{
    Outcome, callgrind,
    calls::{Async, Blocking},
    chat::{self, Clock},
    report::{Report, Row},
    sample::{self, PAYMENT, RESULT, TOOL},
    server::Server,
    sse, start,
};

/// What to do with what was counted.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    Show,
    Check,
    Write,
}

#[derive(Deserialize)]
struct Known {
    compiler: String,
    tolerance: f64,
    paths: BTreeMap<String, u64>,
}

/// The paths that are kept, what one turn is, and by how many turns it is counted.
const PATHS: [(&str, &str, [u64; 2]); 6] = [
    ("execute_request", "one request built", [5, 25]),
    ("execute_call", "one call, from its arguments to its typed answer", [5, 25]),
    (OVER_HYPER, "one call over hyper, of 64 under way", [128, 640]),
    ("sse_small_frames", "1 MiB of small deltas in chunks of 16 KiB", [5, 25]),
    ("sse_large_frame", "one frame of 1 MiB in chunks of 1 KiB", [5, 25]),
    (CHAT_EVENTS, "a turn of 1,001 typed events in chunks of 16 KiB", [5, 25]),
];

/// Those that are not ours, or not kept; here to be compared with.
const COMPARED: [(&str, &str, [u64; 2]); 5] = [
    ("hyper_64", "the same call over bare hyper-util", [128, 640]),
    ("floor_64", "the same over hyper's connections and a LIFO pool", [128, 640]),
    ("blocking", "one call over ureq, by this SDK", [50, 250]),
    ("ureq", "the same call over bare ureq", [50, 250]),
    ("chat_by_hand", "the same turn by sse-core and serde_json", [5, 25]),
];

/// Paths that have targets.
const OVER_HYPER: &str = "execute_over_hyper";
const CHAT_EVENTS: &str = "chat_events";
/// How many events a turn has.
const EVENTS: u64 = 1_001;

/// Goes down one path some times. This is what runs under callgrind.
pub(crate) fn hot(path: &str, turns: usize) -> Outcome<()> {
    const MIB: usize = 1 << 20;
    let (session, clock) = (chat::offline()?, Clock::new());
    match path {
        "execute_request" => {
            for _ in 0..turns {
                let (mut flow, options) = session.execute(TOOL, &PAYMENT).into_flow();
                black_box(
                    flow.resume(clock.tick(), codespar_engine::driver::Event::Start(options)),
                );
            }
        }
        "execute_call" => {
            let chunks = [Bytes::from_static(RESULT.as_bytes())];
            for _ in 0..turns {
                let (flow, options) = session.execute(TOOL, &PAYMENT).into_flow();
                black_box(chat::drive(flow, options, "application/json", &chunks, &clock, |_| {})?);
            }
        }
        "sse_small_frames" => {
            let chunks = sample::chunks(sample::deltas(MIB), 16 << 10);
            (0..turns).try_for_each(|_| sse::frames(&chunks))?;
        }
        "sse_large_frame" => {
            let chunks = sample::chunks(sample::large(MIB), 1 << 10);
            (0..turns).try_for_each(|_| sse::frames(&chunks))?;
        }
        CHAT_EVENTS => {
            let chunks = sample::chunks(sample::turn(1000), 16 << 10);
            let each = |event| drop(black_box(event));
            (0..turns).try_for_each(|_| chat::ours(&session, &chunks, &clock, each))?;
        }
        "chat_by_hand" => {
            let chunks = sample::chunks(sample::turn(1000), 16 << 10);
            (0..turns).try_for_each(|_| sse::by_hand(&chunks))?;
        }
        // A socket gives what it gives: these move by a hundredth or two.
        OVER_HYPER => Async::ours(&Server::plain()?.url)?.calls(turns, 64)?,
        "hyper_64" => Async::bare(&Server::plain()?.url, None)?.calls(turns, 64)?,
        "floor_64" => Async::floor(&Server::plain()?.url)?.calls(turns, 64)?,
        "blocking" => Blocking::ours(&Server::plain()?.url)?.calls(turns)?,
        "ureq" => Blocking::bare(&Server::plain()?.url).calls(turns)?,
        // Here to be profiled.
        "async" => Async::ours(&Server::plain()?.url)?.calls(turns, 1)?,
        "hyper" => Async::bare(&Server::plain()?.url, None)?.calls(turns, 1)?,
        "client_blocking" | "client_async" => start::clients(path, turns)?,
        _ => return Err("no such path".into()),
    }
    Ok(())
}

/// Counts all paths.
///
/// # Errors
/// When a path needs more or less than is known of it, where that is to be checked.
pub(crate) fn run(mode: Mode) -> Outcome<Report> {
    let mut report = Report::default();
    if !callgrind::is_there() {
        report.line("\nskipped: instruction counts (valgrind is not installed)");
        return Ok(report);
    }
    let known: Known = toml::from_str(&std::fs::read_to_string(file())?)?;
    report.line("\ninstructions");
    let mut counted = BTreeMap::new();
    let mut astray = Vec::new();
    for (path, what, [few, many]) in PATHS {
        let count = callgrind::of_one(path, few, many)?;
        counted.insert(path, count);
        let was = known.paths.get(path).copied();
        let change = was.map_or(0.0, |was| count as f64 / was as f64 - 1.0);
        report.line(format_args!("{path:<18} {count:>12}  {:>+7.1} %  {what}", change * 100.0));
        if was.is_none() || change.abs() > known.tolerance {
            astray.push(path);
        }
    }
    match mode {
        Mode::Show => show(&counted, &mut report)?,
        Mode::Write => write(&known, &counted)?,
        Mode::Check if astray.is_empty() => {}
        Mode::Check if compiler()? != known.compiler => report.line(format_args!(
            "skipped: the figures are of {}, this is {}",
            known.compiler,
            compiler()?
        )),
        Mode::Check => report.fail(
            "instructions",
            &format_args!(
                "beyond {} %: {}; where that is meant to be, write the figures anew",
                known.tolerance * 100.0,
                astray.join(", ")
            ),
        ),
    }
    Ok(report)
}

/// What has a target, and what it is compared with.
fn show(counted: &BTreeMap<&str, u64>, report: &mut Report) -> Outcome<()> {
    let mut others = BTreeMap::new();
    for (path, what, [few, many]) in COMPARED {
        let count = callgrind::of_one(path, few, many)?;
        others.insert(path, count);
        report.line(format_args!("{path:<18} {count:>12}  {:>9}  {what}", ""));
    }
    if let (Some(call), Some(floor)) = (counted.get(OVER_HYPER), others.get("floor_64")) {
        let row = Row::instructions("execute over hyper, 64 at a time, instructions", *call as f64);
        report.row(row.at_most(40_500.0).floor(*floor as f64));
    }
    if let Some(turn) = counted.get(CHAT_EVENTS) {
        let what = "SSE to typed events, instructions an event";
        report.row(Row::instructions(what, (turn / EVENTS) as f64).at_most(1_500.0));
    }
    Ok(())
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.toml")
}

fn compiler() -> Outcome<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.split(' ').take(2).collect::<Vec<_>>().join(" "))
}

/// Keeps the comment at the head of the file.
fn write(known: &Known, counted: &BTreeMap<&str, u64>) -> Outcome<()> {
    let old = std::fs::read_to_string(file())?;
    let mut text = String::new();
    for line in old.lines().take_while(|line| line.starts_with('#')) {
        writeln!(text, "{line}")?;
    }
    writeln!(text, "compiler = {:?}\ntolerance = {}\n\n[paths]", compiler()?, known.tolerance)?;
    for (path, count) in counted {
        writeln!(text, "{path} = {count}")?;
    }
    Ok(std::fs::write(file(), text)?)
}
