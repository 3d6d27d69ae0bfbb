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
    Outcome,
    chat::{self, Clock},
    sample::{self, PAYMENT, RESULT, TOOL},
    server::Server,
    sse,
    unary::{Async, Blocking},
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

/// The paths that are counted, and what one turn is.
const PATHS: [(&str, &str); 5] = [
    ("execute_request", "one request built"),
    ("execute_call", "one call, from its arguments to its typed answer"),
    ("sse_small_frames", "1 MiB of small deltas in chunks of 16 KiB"),
    ("sse_large_frame", "one frame of 1 MiB in chunks of 1 KiB"),
    ("chat_events", "a turn of 1 000 typed events in chunks of 16 KiB"),
];

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
        "chat_events" => {
            let chunks = sample::chunks(sample::turn(1000), 16 << 10);
            let each = |event| drop(black_box(event));
            (0..turns).try_for_each(|_| chat::ours(&session, &chunks, &clock, each))?;
        }
        // Not kept, as it is not ours; here to be compared with.
        "chat_by_hand" => {
            let chunks = sample::chunks(sample::turn(1000), 16 << 10);
            (0..turns).try_for_each(|_| sse::by_hand(&chunks))?;
        }
        // Not counted, as a socket gives what it gives; here to be profiled.
        "blocking" => Blocking::ours(&Server::start()?.url)?.calls(turns)?,
        "ureq" => Blocking::bare(&Server::start()?.url).calls(turns)?,
        "async" => Async::ours(&Server::start()?.url)?.calls(turns, 1)?,
        "hyper" => Async::bare(&Server::start()?.url, None)?.calls(turns, 1)?,
        "async_64" => Async::ours(&Server::start()?.url)?.calls(turns, 64)?,
        "hyper_64" => Async::bare(&Server::start()?.url, None)?.calls(turns, 64)?,
        _ => return Err("no such path".into()),
    }
    Ok(())
}

/// Counts all paths.
pub(crate) fn run(mode: Mode) -> Outcome<()> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("\nskipped: instruction counts (valgrind is not installed)");
        return Ok(());
    }
    let known: Known = toml::from_str(&std::fs::read_to_string(file())?)?;
    println!("\ninstructions");
    let mut counted = BTreeMap::new();
    let mut astray = Vec::new();
    for (path, what) in PATHS {
        let count = count(path)?;
        counted.insert(path, count);
        let was = known.paths.get(path).copied();
        let change = was.map_or(0.0, |was| count as f64 / was as f64 - 1.0);
        println!("{path:<18} {count:>12}  {:>+7.1} %  {what}", change * 100.0);
        if was.is_none() || change.abs() > known.tolerance {
            astray.push(path);
        }
    }
    match mode {
        Mode::Write => write(&known, &counted),
        Mode::Check if astray.is_empty() => Ok(()),
        Mode::Check if compiler()? != known.compiler => {
            println!("skipped: the figures are of {}, this is {}", known.compiler, compiler()?);
            Ok(())
        }
        Mode::Check => Err(format!(
            "beyond {} %: {}; where that is meant to be, write the figures anew",
            known.tolerance * 100.0,
            astray.join(", ")
        )
        .into()),
        Mode::Show => Ok(()),
    }
}

/// Instructions of one turn: what more turns need more, so that the start does not count.
fn count(path: &str) -> Outcome<u64> {
    const FEW: u64 = 5;
    const MANY: u64 = 25;
    Ok(under_callgrind(path, MANY)?.saturating_sub(under_callgrind(path, FEW)?) / (MANY - FEW))
}

fn under_callgrind(path: &str, turns: u64) -> Outcome<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["hot", path, &turns.to_string()])
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected :"));
    match collected {
        Some((_, count)) if output.status.success() => Ok(count.trim().parse()?),
        _ => Err(report.into()),
    }
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
