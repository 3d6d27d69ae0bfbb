//! Memory per open stream: many streams that have had their first event and wait for the next.

use std::{future::Future, process::Command, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::sync::mpsc;

use crate::{
    Outcome,
    measure::{Effort, Spread},
    report::Row,
    server::Server,
    stream::request,
    unary::config,
};

/// Opened before the measurement, so that what every program needs once is not counted.
const BEFORE: usize = 200;
/// How many are being opened at once.
const OPENING: usize = 64;
/// How often each is measured. Not often: closed connections occupy their ports for a minute.
const RUNS: usize = 2;

pub(crate) fn run(effort: Effort) -> Outcome<Vec<Row>> {
    let server = Server::start()?;
    let limit = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
    let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(BEFORE + 100);
    let count = effort.streams.min(room);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(in_a_process("ours", &server.url, count)?);
        bare.push(in_a_process("bare", &server.url, count)?);
    }
    let (each, bare_each) = (Spread::of(ours.iter().copied()), Spread::of(bare.iter().copied()));
    println!("\nmemory per open stream, {count} streams over HTTP/1.1");
    println!("{:<34} {:>9.1} KiB", "this SDK, async", each.median / 1024.0);
    println!("{:<34} {:>9.1} KiB", "bare hyper-util, same settings", bare_each.median / 1024.0);
    let ratio = Spread::of(ours.iter().zip(&bare).map(|(ours, bare)| ours / bare));
    Ok(vec![Row::new(format!("memory per open stream, {count} : bare hyper"), ratio).at_most(1.15)])
}

/// Each measurement has a process of its own: memory that was used before would be used again.
fn in_a_process(who: &str, url: &str, count: usize) -> Outcome<f64> {
    let output = Command::new(std::env::current_exe()?)
        .args(["hold", who, url, &count.to_string()])
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    text.trim().parse().map_err(|_| String::from_utf8_lossy(&output.stderr).into())
}

/// Holds the streams; prints the bytes that each took.
pub(crate) fn hold(who: &str, url: &str, count: usize) -> Outcome<()> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let each = match who {
            "ours" => {
                let session = codespar_async::Client::with_config(config(url))?.session("hold")?;
                grow(count, Arc::new(session), |session, opened| async move {
                    let mut events = session.send_stream("Oi");
                    while let Some(event) = events.next().await {
                        event?;
                        opened.send(()).await?;
                    }
                    Ok(())
                })
                .await?
            }
            _ => {
                let client = Arc::new((same_settings(), url.to_owned()));
                grow(count, client, |client, opened| async move {
                    let answer = client.0.request(request(&client.1, "hold")?).await?;
                    let mut body = answer.into_body();
                    while let Some(frame) = body.frame().await {
                        frame?;
                        opened.send(()).await?;
                    }
                    Ok(())
                })
                .await?
            }
        };
        println!("{each}");
        Ok(())
    })
}

/// The client that the transport uses inside, with the same settings.
fn same_settings() -> Client<HttpConnector, Full<Bytes>> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.set_keepalive(Some(Duration::from_secs(60)));
    connector.set_connect_timeout(Some(Duration::from_secs(10)));
    Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(32)
        .retry_canceled_requests(false)
        .http1_max_buf_size(64 << 10)
        .build(connector)
}

/// Opens streams, a task for each; gives how many bytes the process grew by for each.
async fn grow<S, F>(
    count: usize,
    shared: Arc<S>,
    open: impl Fn(Arc<S>, mpsc::Sender<()>) -> F,
) -> Outcome<f64>
where
    F: Future<Output = Outcome<()>> + Send + 'static,
{
    let (opened, mut first) = mpsc::channel(OPENING);
    let mut before = 0;
    let (mut begun, mut done) = (0, 0);
    while done < BEFORE + count {
        while begun < BEFORE + count && begun < done + OPENING && (begun < BEFORE || done >= BEFORE)
        {
            let stream = open(Arc::clone(&shared), opened.clone());
            tokio::spawn(async move {
                if let Err(error) = stream.await {
                    eprintln!("a stream failed: {error}");
                    std::process::exit(1);
                }
            });
            begun += 1;
        }
        first.recv().await.ok_or("no stream is left")?;
        done += 1;
        if done == BEFORE {
            before = resident()?;
        }
    }
    Ok((resident()?.saturating_sub(before)) as f64 / count as f64)
}

/// The memory of this process that is in use, in bytes.
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    Ok(kib.ok_or("/proc/self/status does not tell VmRSS")? * 1024)
}
