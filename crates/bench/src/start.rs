//! From the start of a process to the first byte that it sends, and what making a client costs.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::Instant,
};

use codespar_proto::Config;

use crate::{
    Outcome, callgrind,
    calls::{Async, Blocking},
    measure::{Effort, Spread},
    process,
    report::Report,
    sample::KEY,
    server::Server,
};

const CONTENDERS: [(&str, &str); 3] = [
    ("this SDK, blocking", "blocking"),
    ("this SDK, async", "async"),
    ("a socket and nothing else", "socket"),
];

/// Paths whose turn is making a client, for `https`.
const CLIENTS: [(&str, &str); 2] =
    [("a client, blocking, TLS", "client_blocking"), ("a client, async, TLS", "client_async")];

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let mut report = Report::default();
    let mut times = CONTENDERS.map(|_| Vec::new());
    for _ in 0..effort.rounds {
        for ((_, who), times) in CONTENDERS.iter().zip(&mut times) {
            times.push(until_first_byte(who)?);
        }
    }
    report.line("\nprocess start to first byte sent");
    for ((name, _), times) in CONTENDERS.iter().zip(times) {
        let Spread { median, low, high } = Spread::of(times);
        report.line(format_args!(
            "{name:<34} {:>9.2} ms  {:.2} to {:.2}",
            median * 1e3,
            low * 1e3,
            high * 1e3
        ));
    }
    if !callgrind::is_there() {
        report.line("skipped: the same in instructions (valgrind is not installed)");
        return Ok(report);
    }
    let server = Server::plain()?;
    report.line("\nprocess start to its first answer read and its end, instructions");
    for (name, who) in CONTENDERS {
        let count = callgrind::count(&["first-call", who, &server.url])?;
        report.line(format_args!("{name:<34} {count:>9}"));
    }
    report.line("\nmade after the first, instructions");
    for (name, path) in CLIENTS {
        report.line(format_args!("{name:<34} {:>9}", callgrind::of_one(path, 2, 12)?));
    }
    Ok(report)
}

/// How long a process takes, from when it is asked for, in seconds.
fn until_first_byte(who: &str) -> Outcome<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let begun = Instant::now();
    let mut process = Command::new(process::program()?)
        .args(["first-call", who, &url])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let (mut stream, _) = listener.accept()?;
    stream.read_exact(&mut [0])?;
    let time = begun.elapsed();
    // It waits for an answer that does not come.
    process.kill()?;
    process.wait()?;
    Ok(time.as_secs_f64())
}

/// Makes a client, and one call.
pub(crate) fn first_call(who: &str, url: &str) -> Outcome<()> {
    match who {
        "blocking" => Blocking::ours(url)?.calls(1),
        "async" => Async::ours(url)?.calls(1, 1),
        _ => {
            let mut stream = TcpStream::connect(url.trim_start_matches("http://"))?;
            stream.write_all(b"GET /v1/sessions/ses_1 HTTP/1.1\r\n\r\n")?;
            stream.read_exact(&mut [0])?;
            Ok(())
        }
    }
}

/// Makes clients for `https`, which connect to nothing yet.
pub(crate) fn clients(who: &str, count: usize) -> Outcome<()> {
    for _ in 0..count {
        let config = Config::new(KEY);
        match who {
            "client_blocking" => drop(codespar_blocking::Client::with_config(config)?),
            _ => drop(codespar_async::Client::with_config(config)?),
        }
    }
    Ok(())
}
