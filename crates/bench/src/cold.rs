//! A burst of calls by a client that has no connection yet: what is dialled, over TLS.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use codespar_async::Client;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    Outcome,
    report::{Report, Row},
    sample::{PAYMENT, TOOL},
    server::Server,
};

/// How many calls there are. The server takes its time over each, so that all are under way.
const CALLS: u32 = 1_000;
/// What has not happened by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server speaks, and how many connections there may be.
const BURSTS: [(&str, Option<u32>, u32); 3] = [
    ("HTTP/2, TLS, 1,000 streams allowed", Some(1_000), 1),
    ("HTTP/2, TLS, 100 streams allowed", Some(100), 10),
    ("HTTP/1.1, TLS", None, CALLS),
];

pub(crate) fn run() -> Outcome<Report> {
    let mut report = Report::default();
    for (name, streams, most) in BURSTS {
        let server = match streams {
            Some(_) => Server::tls_http2(streams)?,
            None => Server::tls_http1()?,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let time = runtime.block_on(burst(&server))?;
        let counts = server.counts()?;
        let handshakes = counts.full_handshakes + counts.resumed_handshakes;
        let what = format!("cold burst, {name}");
        report.line(format_args!(
            "\n{what}: {CALLS} calls\n{} connections, {handshakes} handshakes ({} resumed), \
             the last answer after {:.0} ms",
            counts.connections,
            counts.resumed_handshakes,
            time.as_secs_f64() * 1e3
        ));
        let most = f64::from(most);
        let row = Row::count(format!("{what}: handshakes"), handshakes as f64);
        report.row(row.at_most(most).floor(most));
        let row = Row::count(format!("{what}: connections"), counts.connections as f64);
        report.row(row.at_most(most).floor(most));
    }
    Ok(report)
}

/// How long it takes until the last is answered. All of them have to be.
async fn burst(server: &Server) -> Outcome<Duration> {
    let session = Arc::new(Client::with_config(server.config())?.session("late")?);
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let session = Arc::clone(&session);
        calls.spawn(async move { session.execute(TOOL, &PAYMENT).await });
    }
    let all = async {
        while let Some(answer) = calls.join_next().await {
            answer??;
        }
        Ok(begun.elapsed())
    };
    timeout(PATIENCE, all).await.map_err(|_| "a burst was not answered")?
}
