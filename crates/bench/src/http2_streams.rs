//! More event streams than one connection may have, and ordinary calls beside them. HTTP/2, TLS.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use codespar_async::{Client, Session};
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
    for why in seen.time.as_ref().err().into_iter().chain(&seen.unanswered) {
        report.line(why);
    }
    let time = seen.time.ok().filter(|_| open_streams == count as u64);
    report.row(
        Row::time(format!("{name}: all open"), time)
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
    /// Until all streams were open, or why they were not.
    time: Result<Duration, String>,
    /// What the server saw by then.
    open: Counts,
    /// How long each call took that was answered.
    calls: Vec<Duration>,
    /// Why the next was not.
    unanswered: Option<String>,
}

async fn ours(server: &Server, count: usize) -> Outcome<Seen> {
    let client = Client::with_config(server.config())?;
    let session = Arc::new(client.session("hold")?);
    let (time, tasks) = open(count, |opened| hold(Arc::clone(&session), opened)).await;
    let open = server.counts()?;

    let (mut calls, mut unanswered) = (Vec::new(), None);
    while calls.len() < CALLS && unanswered.is_none() {
        let begun = Instant::now();
        match timeout(CALL_PATIENCE, session.execute(TOOL, &PAYMENT).into_future()).await {
            Ok(Ok(_)) => calls.push(begun.elapsed()),
            Ok(Err(error)) => unanswered = Some(format!("a call failed: {error}")),
            Err(_) => unanswered = Some(format!("a call had no answer in {CALL_PATIENCE:?}")),
        }
    }
    // They are dropped here, and not when they are done: they never are.
    drop(tasks);
    Ok(Seen { time, open, calls, unanswered })
}

async fn hold(session: Arc<Session>, opened: Opened) -> Outcome<()> {
    let mut events = session.send_stream("Oi");
    while let Some(event) = events.next().await {
        event?;
        opened.send(Ok(())).await?;
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
        let (opened, tasks) = open(count, |opened| {
            let (connection, url) = (next.next().cloned(), Arc::clone(&url));
            async move {
                let mut connection = connection.ok_or("no connection")?;
                connection.ready().await?;
                let answer = connection.send_request(request(&url, "hold")?).await?;
                let mut body = answer.into_body();
                while let Some(frame) = body.frame().await {
                    frame?;
                    opened.send(Ok(())).await?;
                }
                Ok(())
            }
        })
        .await;
        let time = begun.elapsed();
        drop(tasks);
        opened.map(|_| time).map_err(|why| format!("bare connections: {why}").into())
    })
}

type Tasks = tokio::task::JoinSet<()>;

/// Who is told that a stream has had an event, or has failed.
type Opened = Sender<Result<(), String>>;

/// Opens streams, a task for each: how long it took until all have had an event, or why they have
/// not.
async fn open<F>(
    count: usize,
    mut stream: impl FnMut(Opened) -> F,
) -> (Result<Duration, String>, Tasks)
where
    F: Future<Output = Outcome<()>> + Send + 'static,
{
    let (opened, mut first) = channel(count);
    let begun = Instant::now();
    let mut tasks = Tasks::new();
    for _ in 0..count {
        let (stream, failed) = (stream(opened.clone()), opened.clone());
        tasks.spawn(async move {
            let ended = stream.await.map_or_else(|error| error.to_string(), |()| "it ended".into());
            // Nobody listens any more when it is over.
            let _ = failed.send(Err(format!("a stream is not open: {ended}"))).await;
        });
    }
    let all = async {
        for _ in 0..count {
            first.recv().await.unwrap_or_else(|| Err("no stream is left".to_owned()))?;
        }
        Ok(begun.elapsed())
    };
    let late = || Err(format!("not all streams were open after {PATIENCE:?}"));
    (timeout(PATIENCE, all).await.unwrap_or_else(|_| late()), tasks)
}
