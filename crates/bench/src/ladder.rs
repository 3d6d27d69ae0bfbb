//! Asynchronous calls, 1 to 10,000 of them under way at once: this SDK with its limits, bare
//! hyper-util without any, and the floor.

use std::time::Duration;

use crate::{
    Outcome,
    calls::Async,
    measure::{Contender, Effort, Spread, Timings, interleaved},
    process,
    report::{Report, Row},
    server::Server,
};

/// How many are under way at once, and how many calls a second there have to be of bare
/// hyper-util's.
const RUNGS: [(usize, Option<f64>); 6] =
    [(1, Some(1.0)), (10, None), (64, Some(1.0)), (100, None), (1_000, Some(0.9)), (10_000, None)];

/// How many calls a turn has at least; each task has two or more.
const CALLS: usize = 512;
/// With more at once, contenders cannot all keep their connections for the next round: a process
/// may not have so many files open.
const MOST_KEPT: usize = 1_000;
/// What the SDK gives a call by default.
const DEADLINE: Duration = Duration::from_secs(60);

type Make = fn(&str) -> Outcome<Async>;

/// The first three are those that ratios are made of.
const CONTENDERS: &[(&str, Make)] = &[
    ("this SDK, async", Async::ours),
    ("bare hyper-util", |url| Async::bare(url, None)),
    ("floor: hyper connections, LIFO pool", Async::floor),
    ("bare hyper-util, with a deadline", |url| Async::bare(url, Some(DEADLINE))),
    #[cfg(feature = "reqwest")]
    ("reqwest", Async::reqwest),
];

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let files = process::raise_open_files();
    let mut report = Report::default();
    for (at_once, least) in RUNGS {
        let calls = CALLS.max(at_once * 2);
        if at_once > effort.many || at_once + 100 > files {
            let why = match at_once > effort.many {
                true => "not in a quick run".to_owned(),
                false => format!("{files} open files are allowed"),
            };
            report.line(format_args!("\nskipped: {at_once} calls at a time ({why})"));
            continue;
        }
        let (taken, connections) = match at_once > MOST_KEPT {
            false => kept(effort.rounds, at_once, calls)?,
            true => anew(effort.few_rounds, at_once, calls)?,
        };
        report.calls(&format!("session.execute, async, {at_once} at a time"), &taken);
        report.line(format_args!("connections opened:\n  {}", connections.join("\n  ")));
        rows(&mut report, at_once, least, &taken);
    }
    Ok(report)
}

fn rows(report: &mut Report, at_once: usize, least: Option<f64>, taken: &[Timings]) {
    let [ours, bare, floor, limited, ..] = taken else { return };
    let what = format!("async, {at_once} at a time : bare hyper-util");
    let wall = Spread::speed(&ours.wall, &bare.wall);
    let row = Row::ratio(format!("{what}, calls/s"), wall)
        .floor(Spread::speed(&floor.wall, &bare.wall).median);
    report.row(match least {
        Some(least) => row.at_least(least),
        None => row,
    });
    let cpu = Spread::speed(&ours.cpu, &bare.cpu);
    let floor = Spread::speed(&floor.cpu, &bare.cpu).median;
    report.row(Row::ratio(format!("{what}, by CPU"), cpu).floor(floor));
    let wall = Spread::speed(&ours.wall, &limited.wall);
    report.row(Row::ratio(format!("{what} + deadline, calls/s"), wall));
}

/// Every contender keeps its connections from round to round. All have the same server: where it
/// runs must not decide between them.
fn kept(rounds: usize, at_once: usize, calls: usize) -> Outcome<(Vec<Timings>, Vec<String>)> {
    let server = Server::plain()?;
    let clients = CONTENDERS.iter().map(|(_, make)| make(&server.url));
    let clients = clients.collect::<Outcome<Vec<_>>>()?;
    let opened = || -> Outcome<Vec<u64>> {
        clients.iter().map(|client| connections(&server, client, at_once, calls)).collect()
    };
    let first = opened()?;
    let turns = CONTENDERS
        .iter()
        .zip(&clients)
        .map(|((name, _), client)| Contender::new(name, move || client.calls(calls, at_once)));
    let taken = interleaved(rounds, calls, turns.collect())?;
    let counts = CONTENDERS.iter().zip(first.iter().zip(opened()?));
    let told = counts.map(|((name, _), (first, last))| {
        format!("{name} {first} in the first turn, {last} in the last")
    });
    Ok((taken, told.collect()))
}

/// Every turn has a server and a client of its own, which opens its connections before its time
/// is taken.
fn anew(rounds: usize, at_once: usize, calls: usize) -> Outcome<(Vec<Timings>, Vec<String>)> {
    let mut taken: Vec<_> = CONTENDERS.iter().map(|(name, _)| Timings::new(name)).collect();
    let mut counts = vec![String::new(); CONTENDERS.len()];
    for round in 0..rounds {
        let turns = CONTENDERS.iter().zip(&mut taken).zip(&mut counts);
        let mut turns: Vec<_> = turns.collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for (((name, make), taken), count) in turns {
            let server = Server::plain()?;
            let client = make(&server.url)?;
            let first = connections(&server, &client, at_once, at_once)?;
            taken.take(calls, || client.calls(calls, at_once))?;
            let all = server.counts()?.connections;
            *count = format!("{name} {first} before the turn, {} in it", all - first);
        }
    }
    Ok((taken, counts))
}

/// How many connections a turn opens.
fn connections(server: &Server, client: &Async, at_once: usize, calls: usize) -> Outcome<u64> {
    let before = server.counts()?.connections;
    client.calls(calls, at_once)?;
    Ok(server.counts()?.connections - before)
}
