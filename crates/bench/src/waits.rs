//! Many waits at once, each of which looks every second: connections, and what a look costs.

use std::{sync::Arc, time::Duration};

use codespar_async::Client;
use cpu_time::ProcessTime;
use tokio::task::JoinSet;

use crate::{
    Outcome, process,
    report::{Report, Row},
    server::Server,
};

/// How many wait at once.
const WAITS: u32 = 1_000;
/// For how long: they look when they begin, and every second until it is over.
const LONG: Duration = Duration::from_secs(4);

pub(crate) fn run() -> Outcome<Report> {
    process::raise_open_files();
    let server = Server::plain()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let begun = ProcessTime::try_now()?;
    runtime.block_on(wait(&server))?;
    let cpu = begun.try_elapsed()?.as_secs_f64();
    let counts = server.counts()?;

    let what = format!("{WAITS} waits at once, HTTP/1.1, plain: connections opened");
    let mut report = Report::default();
    report.line(format_args!(
        "\n{what}: {}; {} looks, {:.1} µs CPU each",
        counts.connections,
        counts.requests,
        cpu * 1e6 / counts.requests as f64
    ));
    let most = f64::from(WAITS);
    report.row(Row::count(what, counts.connections as f64).at_most(most));
    Ok(report)
}

async fn wait(server: &Server) -> Outcome<()> {
    let client = Arc::new(Client::with_config(server.config())?);
    let mut waits = JoinSet::new();
    for number in 0..WAITS {
        let session = client.session(format!("wait-{number}"))?;
        waits.spawn(async move { session.wait_for_connections(LONG).await });
    }
    while let Some(wait) = waits.join_next().await {
        if wait??.all_connected {
            return Err("the server said that it was connected".into());
        }
    }
    Ok(())
}
