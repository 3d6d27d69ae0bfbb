//! `session.execute` on a thread, against the same call written by hand over ureq.

use cpu_time::ProcessTime;

use crate::{
    Outcome,
    calls::Blocking,
    measure::{Contender, Effort, Spread, interleaved},
    peers,
    report::{Report, Row},
    server::Server,
};

/// How many calls a turn has.
const CALLS: usize = 512;

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let server = Server::plain()?;
    let url = server.url.as_str();
    let mut report = Report::default();
    let (ours, bare) = (Blocking::ours(url)?, Blocking::bare(url));
    let contenders = vec![
        Contender::new("this SDK, blocking", || ours.calls(CALLS)),
        Contender::new("bare ureq", || bare.calls(CALLS)),
    ];
    let taken = interleaved(effort.rounds, CALLS, contenders)?;
    report.calls("session.execute, blocking, one at a time", &taken);
    if let [ours, bare] = &*taken {
        let wall = Spread::speed(&ours.wall, &bare.wall);
        let what = "execute, blocking : bare ureq, calls/s";
        report.row(Row::ratio(what, wall).at_least(1.0).never_below(0.97));
        let cpu = Spread::speed(&ours.cpu, &bare.cpu);
        report.row(Row::ratio("execute, blocking : bare ureq, by CPU", cpu));
    }
    Ok(report)
}

/// Processor time against the Python SDK, in turn with it.
pub(crate) fn against_python() -> Outcome<Report> {
    let mut report = Report::default();
    let Some(python) = peers::python()? else {
        report.line(format_args!(
            "\nskipped: Python codespar {} (no python3, or pip cannot install it)",
            peers::VERSION
        ));
        return Ok(report);
    };
    let server = Server::plain()?;
    let ours = Blocking::ours(&server.url)?;
    let (mut parts, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let begun = ProcessTime::try_now()?;
        ours.calls(CALLS)?;
        let cpu = begun.try_elapsed()?.as_secs_f64() / CALLS as f64;
        let call = peers::execute(&python, &server.url)?;
        parts.push(cpu / call.cpu);
        peer.push(call);
    }
    let calls = Spread::of(peer.iter().map(|call| 1.0 / call.wall)).median;
    let cpu = Spread::of(peer.iter().map(|call| call.cpu * 1e6)).median;
    report.line(format_args!(
        "\nPython codespar {}: {calls:.0} calls/s, {cpu:.0} µs CPU per call",
        peers::VERSION
    ));
    let row = Row::ratio("CPU per call, blocking : Python SDK", Spread::of(parts));
    report.row(row.at_most(1.0 / 30.0));
    Ok(report)
}
