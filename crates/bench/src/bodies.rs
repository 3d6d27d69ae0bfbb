//! Large bodies up and down, through both drivers: time, memory above the content, and how long
//! the task that sends or reads one keeps its thread. Files too, which are read while they are sent
//! and written while they are received, with their digests.

mod files;

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use bytes::Bytes;
use codespar_engine::{Limits, Multipart, driver::Transport};
use codespar_proto::{
    Client, Config,
    request::{RawAnswer, Request},
};
use cpu_time::{ProcessTime, ThreadTime};
use serde::{Deserialize, Serialize};

use crate::{
    Outcome,
    measure::Effort,
    process::{most_resident, resident, run_anew},
    report::{Report, Row},
    server::Server,
};

const MIB: usize = 1 << 20;
const SIZES: [usize; 3] = [64, 256, 512];
/// How often each is measured: of the times the least counts, as whatever else runs on the
/// machine makes them longer and none shorter.
const RUNS: usize = 3;

/// What a body took.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Taken {
    wall: f64,
    cpu: f64,
    /// Memory above the content at its most, in bytes.
    above: u64,
    /// The longest poll of the call, in seconds; nothing where nothing is polled.
    poll: Option<f64>,
}

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let mut report = Report::default();
    report.line(format_args!(
        "\nlarge bodies, HTTP/1.1, plain: the least of {RUNS} runs\n\
         {:<34} {:>9} {:>9} {:>14} {:>14}",
        "", "ms/MiB", "CPU", "above content", "longest poll"
    ));
    for direction in ["upload", "download"] {
        for driver in ["async", "blocking"] {
            for mib in SIZES.into_iter().filter(|mib| *mib <= effort.body) {
                let words = ["body", driver, direction, &mib.to_string()];
                let runs = (0..RUNS).map(|_| run_anew(&words)).collect::<Outcome<Vec<Taken>>>()?;
                tell(&mut report, &format!("{direction} of {mib} MiB, {driver}"), mib, &runs);
            }
        }
    }
    files::tell(&mut report, effort)?;
    Ok(report)
}

fn tell(report: &mut Report, what: &str, mib: usize, runs: &[Taken]) {
    let least = |of: fn(&Taken) -> f64| runs.iter().map(of).fold(f64::INFINITY, f64::min);
    let each = 1e3 / mib as f64;
    let poll = runs.iter().filter_map(|run| run.poll).reduce(f64::min);
    report.line(format_args!(
        "{what:<34} {:>9.2} {:>9.2} {:>10.1} MiB {:>14}",
        least(|run| run.wall) * each,
        least(|run| run.cpu) * each,
        least(|run| run.above as f64) / MIB as f64,
        poll.map(|poll| format!("{:.3} ms", poll * 1e3)).unwrap_or_default(),
    ));
    if let Some(poll) = poll {
        let poll = Some(Duration::from_secs_f64(poll));
        report.row(Row::time(format!("longest poll, {what}"), poll).at_most(1.0));
    }
}

/// Sends or receives one body; prints what it took. In a process of its own: its memory is
/// measured.
pub(crate) fn body(driver: &str, direction: &str, mib: usize) -> Outcome<()> {
    let server = Server::plain()?;
    let config = server.config().limits(limits());
    let taken = match driver {
        _ if direction.ends_with("-file") => {
            files::moved(config, &server.url, driver, direction, mib)?
        }
        "async" => asynchronous(config, direction, mib)?,
        _ => blocking(config, direction, mib)?,
    };
    println!("{}", serde_json::to_string(&taken)?);
    Ok(())
}

/// The default takes 64 MiB.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.body_bytes = u64::MAX;
    limits
}

fn asynchronous(config: Config, direction: &str, mib: usize) -> Outcome<Taken> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = codespar_async::Client::with_config(config)?;
    runtime.block_on(async {
        // What every client needs once is not counted.
        request(&client, "download", 0, Bytes::new()).raw().await?;
        let measured = Measured::begin(direction, mib)?;
        let call = request(&client, direction, mib, measured.content());
        let (answer, poll) = Polled::new(Box::pin(call.raw().into_future())).await;
        measured.end(&answer?, Some(poll.as_secs_f64()))
    })
}

fn blocking(config: Config, direction: &str, mib: usize) -> Outcome<Taken> {
    let client = codespar_blocking::Client::with_config(config)?;
    request(&client, "download", 0, Bytes::new()).raw().send()?;
    let measured = Measured::begin(direction, mib)?;
    let answer = request(&client, direction, mib, measured.content()).raw().send()?;
    measured.end(&answer, None)
}

fn request<T: Transport>(
    client: &Client<T>,
    direction: &str,
    mib: usize,
    content: Bytes,
) -> Request<T> {
    if direction == "download" {
        return client.request("GET", format!("/v1/bytes/{}", mib * MIB));
    }
    let form = Multipart::new().file("file", "content.bin", "application/octet-stream", content);
    client.request("POST", "/v1/files").form(form)
}

/// What is compared with when it is over.
struct Measured {
    content: Bytes,
    received: usize,
    memory: u64,
    wall: Instant,
    cpu: ProcessTime,
}

impl Measured {
    fn begin(direction: &str, mib: usize) -> Outcome<Self> {
        let (sent, received) = match direction {
            "download" => (0, mib * MIB),
            // Files are in no memory.
            "file" => (0, 0),
            _ => (mib * MIB, 0),
        };
        // Not zeroes, whose pages would not be there before they are read.
        let content = Bytes::from(vec![b'x'; sent]);
        let memory = resident()?;
        Ok(Self { content, received, memory, wall: Instant::now(), cpu: ProcessTime::try_now()? })
    }

    /// What is sent. It is kept here too: to free so much takes the kernel milliseconds, in the
    /// poll of whoever has it last.
    fn content(&self) -> Bytes {
        self.content.clone()
    }

    fn end(self, answer: &RawAnswer, poll: Option<f64>) -> Outcome<Taken> {
        let (wall, cpu) = (self.wall.elapsed(), self.cpu.try_elapsed()?);
        if self.received > 0 && answer.body.len() != self.received {
            return Err("a body is not as long as it should be".into());
        }
        self.taken(wall.as_secs_f64(), cpu.as_secs_f64(), poll)
    }

    /// The same, of a file that is in no memory.
    fn end_of_file(self, poll: Option<f64>) -> Outcome<Taken> {
        let (wall, cpu) = (self.wall.elapsed(), self.cpu.try_elapsed()?);
        self.taken(wall.as_secs_f64(), cpu.as_secs_f64(), poll)
    }

    fn taken(&self, wall: f64, cpu: f64, poll: Option<f64>) -> Outcome<Taken> {
        let content = self.memory + self.received as u64;
        Ok(Taken { wall, cpu, above: most_resident()?.saturating_sub(content), poll })
    }
}

/// A future that remembers its longest poll, by the processor time of the thread: what else runs
/// on the machine does not count.
struct Polled<F> {
    inner: F,
    longest: Duration,
}

impl<F: Future + Unpin> Polled<F> {
    const fn new(inner: F) -> Self {
        Self { inner, longest: Duration::ZERO }
    }
}

impl<F: Future + Unpin> Future for Polled<F> {
    type Output = (F::Output, Duration);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let begun = ThreadTime::now();
        let polled = Pin::new(&mut self.inner).poll(context);
        self.longest = self.longest.max(begun.elapsed());
        polled.map(|output| (output, self.longest))
    }
}
