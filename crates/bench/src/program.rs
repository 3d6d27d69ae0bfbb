//! From the start of the program `codespar` to the first byte that it sends, beside a program of
//! ureq alone that makes the same request.

use std::{
    io::Read as _,
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

use crate::{
    Outcome,
    measure::{Effort, Spread},
    process,
    report::{Report, Row},
    sample::KEY,
};

/// How much longer it may take.
const MOST: f64 = 2.0;

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let (ours, bare) = (beside("codespar")?, beside("bare_ureq")?);
    let (mut ours_times, mut bare_times, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    // Pages of the programs are read once before.
    for round in 0..=effort.rounds {
        let time = until_first_byte(|url| {
            let mut command = Command::new(&ours);
            command.args(["sessions", "get", "ses_1", "--base-url", url]);
            // No file of credentials is there.
            command.env("CODESPAR_API_KEY", KEY).env("CODESPAR_CONFIG_DIR", "/nonexistent");
            command
        })?;
        let least = until_first_byte(|url| {
            let mut command = Command::new(&bare);
            command.arg(url);
            command
        })?;
        if round > 0 {
            ours_times.push(time);
            bare_times.push(least);
            ratios.push(time / least);
        }
    }
    let mut report = Report::default();
    report.line("\nprogram start to first byte sent");
    for (name, times) in [("codespar", ours_times), ("ureq alone", bare_times)] {
        let Spread { median, low, high } = Spread::of(times);
        let [median, low, high] = [median, low, high].map(|time| time * 1e3);
        report.line(format_args!("{name:<34} {median:>9.2} ms  {low:.2} to {high:.2}"));
    }
    let what = "program start to first byte : ureq alone";
    report.row(Row::ratio(what, Spread::of(ratios)).at_most(MOST));
    Ok(report)
}

/// A program that was built where this one was.
fn beside(name: &str) -> Outcome<PathBuf> {
    let path =
        process::program()?.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.exists() {
        return Ok(path);
    }
    let wanted = "cargo build --release -p codespar-cli -p bench";
    Err(format!("{} is not there: {wanted}", path.display()).into())
}

/// How long a program takes, from when it is asked for, in seconds; `how` tells it where to go.
fn until_first_byte(how: impl FnOnce(&str) -> Command) -> Outcome<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut command = how(&format!("http://{}", listener.local_addr()?));
    let begun = Instant::now();
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let (mut stream, _) = listener.accept()?;
    stream.read_exact(&mut [0])?;
    let time = begun.elapsed();
    // It waits for an answer that does not come.
    process.kill()?;
    process.wait()?;
    Ok(time.as_secs_f64())
}
