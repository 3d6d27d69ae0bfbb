//! More event streams than one connection may have, and ordinary calls beside them. HTTP/2, TLS.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use codespar_async::{Client, Session};
use futures_util::StreamExt as _;
use http_body_util::BodyExt as _;
use tokio::{
    sync::mpsc::{Sender, channel},
    time::timeout,
};

use crate::{
    Outcome,
    bare_http2::Dialer,
    measure::{Effort, quantile},
    report::{Report, Row},
    sample::{PAYMENT, TOOL},
    server::{Counts, Server},
    stream::request,
};

/// How many streams the server allows on a connection.
const ALLOWED: u32 = 100;
/// How many calls are made beside the streams, one after the other.
const CALLS: usize = 1_000;
/// What has not happened by then never will.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same for one call.
const CALL_PATIENCE: Duration = Duration::from_secs(3);

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let mut report = Report::default();
    for count in [1_000, 10_000] {
        if count <= effort.many {
            of(count, &mut report)?;
        }
    }
    Ok(report)
}

fn of(count: usize, report: &mut Report) -> Outcome<()> {
    let floor = floor(count)?;
    let server = Server::tls_http2(Some(ALLOWED))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let seen = runtime.block_on(ours(&server, count))?;
    let Counts { connections, full_handshakes, resumed_handshakes, open_streams, .. } = seen.open;

    let name = format!("{count} event streams, HTTP/2, TLS, {ALLOWED} allowed");
    report.line(format_args!(
        "\n{name}\nopen {open_streams} of {count}, on {connections} connections \
         ({full_handshakes} full handshakes, {resumed_handshakes} resumed); \
         {} of {CALLS} calls beside them answered",
        seen.calls.len()
    ));
    let whole = |time: Option<Duration>| time.filter(|_| open_streams == count as u64);
    report.row(
        Row::time(format!("{name}: all open"), whole(seen.time))
            .at_most(1_000.0)
            .floor(floor.as_secs_f64() * 1e3),
    );
    // Beside fewer streams than were wanted an answer is worth nothing.
    let calls = match seen.calls.len() == CALLS && open_streams == count as u64 {
        true => seen.calls,
        false => Vec::new(),
    };
    let at = |share| {
        let time = quantile(calls.iter().map(Duration::as_secs_f64), share);
        (!calls.is_empty()).then(|| Duration::from_secs_f64(time))
    };
    report.row(Row::time(format!("{name}: a call, median"), at(0.5)).at_most(10.0));
    report.row(Row::time(format!("{name}: a call, 99 %"), at(0.99)).at_most(100.0));
    Ok(())
}

/// What came of it.
struct Seen {
    /// Until all streams were open, if they were.
    time: Option<Duration>,
    /// What the server saw by then.
    open: Counts,
    /// How long each call took that was answered.
    calls: Vec<Duration>,
}

async fn ours(server: &Server, count: usize) -> Outcome<Seen> {
    let client = Client::with_config(server.config())?;
    let session = Arc::new(client.session("hold")?);
    let (time, tasks) = open(count, |opened| hold(Arc::clone(&session), opened)).await;
    let open = server.counts()?;

    let mut calls = Vec::new();
    while calls.len() < CALLS {
        let begun = Instant::now();
        match timeout(CALL_PATIENCE, session.execute(TOOL, &PAYMENT).into_future()).await {
            Ok(answer) => drop(answer?),
            Err(_) => break,
        }
        calls.push(begun.elapsed());
    }
    // They are dropped here, and not when they are done: they never are.
    drop(tasks);
    Ok(Seen { time, open, calls })
}

async fn hold(session: Arc<Session>, opened: Sender<()>) -> Outcome<()> {
    let mut events = session.send_stream("Oi");
    while let Some(event) = events.next().await {
        event?;
        opened.send(()).await?;
    }
    Ok(())
}

/// The same by hyper alone, with just as many connections as are needed, and nothing beside them.
fn floor(count: usize) -> Outcome<Duration> {
    let server = Server::tls_http2(Some(ALLOWED))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let url: Arc<str> = server.url.as_str().into();
        let begun = Instant::now();
        let dialer = Dialer::new(&server)?;
        let dials = (0..count.div_ceil(ALLOWED as usize)).map(|_| dialer.dial());
        let connections = futures_util::future::try_join_all(dials).await?;
        let mut next = connections.iter().cycle();
        let (time, tasks) = open(count, |opened| {
            let (connection, url) = (next.next().cloned(), Arc::clone(&url));
            async move {
                let mut connection = connection.ok_or("no connection")?;
                connection.ready().await?;
                let answer = connection.send_request(request(&url, "hold")?).await?;
                let mut body = answer.into_body();
                while let Some(frame) = body.frame().await {
                    frame?;
                    opened.send(()).await?;
                }
                Ok(())
            }
        })
        .await;
        let time = time.map(|_| begun.elapsed());
        drop(tasks);
        time.ok_or_else(|| "bare connections did not open all streams".into())
    })
}

type Tasks = tokio::task::JoinSet<()>;

/// Opens streams, a task for each: how long it took until all have had an event, if they have.
async fn open<F>(count: usize, mut stream: impl FnMut(Sender<()>) -> F) -> (Option<Duration>, Tasks)
where
    F: Future<Output = Outcome<()>> + Send + 'static,
{
    let (opened, mut first) = channel(count);
    let begun = Instant::now();
    let mut tasks = Tasks::new();
    for _ in 0..count {
        let stream = stream(opened.clone());
        tasks.spawn(async move {
            if let Err(error) = stream.await {
                eprintln!("a stream failed: {error}");
            }
        });
    }
    let all = async {
        for _ in 0..count {
            first.recv().await;
        }
    };
    let time = timeout(PATIENCE, all).await.ok().map(|()| begun.elapsed());
    (time, tasks)
}
