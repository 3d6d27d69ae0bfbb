//! Memory per open stream: many streams that have had their first event and wait for the next.

use std::{future::Future, num::NonZeroUsize, sync::Arc, time::Duration};

use bytes::{Buf as _, Bytes};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use sse_core::{SseDecoder, SseEvent};
use tokio::sync::mpsc::{self, Sender};

use crate::{
    Outcome,
    bare_http2::Dialer,
    chat,
    measure::{Effort, Spread},
    process::{self, resident, run_anew},
    report::{Report, Row},
    server::Server,
    stream::request,
};

/// Opened before the measurement, so that what every program needs once is not counted.
const BEFORE: usize = 200;
/// How many are being opened at once.
const OPENING: usize = 64;
/// How often each is measured.
const RUNS: usize = 3;
/// The longest frame that is read by hand, in bytes, and the longest wait for one: as the SDK has
/// them by default.
const LARGEST: usize = 16 << 20;
const IDLE: Duration = Duration::from_secs(60);

/// Over one version of HTTP.
struct Way {
    version: &'static str,
    name: &'static str,
    bare: &'static str,
    most: f64,
}

const HTTP2: Way =
    Way { version: "http2", name: "HTTP/2, TLS", bare: "bare hyper, timer, types", most: 1.35 };

const HTTP1: Way =
    Way { version: "http1", name: "HTTP/1.1, plain", bare: "bare hyper-util", most: 1.15 };

/// Over HTTP/2 on one connection, where the server allows any number of streams.
pub(crate) fn run_http2(effort: Effort) -> Outcome<Report> {
    compare(&HTTP2, effort.many)
}

/// Over HTTP/1.1, a connection each.
pub(crate) fn run_http1(effort: Effort) -> Outcome<Report> {
    let room = process::raise_open_files().saturating_sub(BEFORE + 100);
    compare(&HTTP1, effort.many.min(room))
}

fn compare(way: &Way, count: usize) -> Outcome<Report> {
    let Way { version, name, bare, most } = way;
    let measured = |who| run_anew::<f64>(&["hold", who, version, &count.to_string()]);
    let mut both = Vec::new();
    for _ in 0..RUNS {
        both.push((measured("ours")?, measured("bare")?));
    }
    let kib = |bytes: Vec<f64>| Spread::of(bytes).median / 1024.0;
    let mut report = Report::default();
    report.line(format_args!("\nmemory per open stream, {count} streams, {name}"));
    for (who, each) in [
        ("this SDK, async", both.iter().map(|both| both.0).collect()),
        (*bare, both.iter().map(|both| both.1).collect()),
    ] {
        report.line(format_args!("{who:<34} {:>9.1} KiB", kib(each)));
    }
    let ratio = Spread::of(both.iter().map(|(ours, bare)| ours / bare));
    let what = format!("memory per stream, {count}, {name} : {bare}");
    report.row(Row::ratio(what, ratio).at_most(*most));
    Ok(report)
}

/// Holds the streams; prints the bytes that each took.
pub(crate) fn hold(who: &str, version: &str, count: usize) -> Outcome<()> {
    process::raise_open_files();
    let server = match version {
        "http2" => Server::tls_http2(None)?,
        _ => Server::plain()?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let each = runtime.block_on(async {
        match (who, version) {
            ("ours", _) => {
                let session =
                    codespar_async::Client::with_config(server.config())?.session("hold")?;
                grow(count, Arc::new(session), |session, opened| async move {
                    let mut events = session.send_stream("Oi");
                    while let Some(event) = events.next().await {
                        event?;
                        opened.send(()).await?;
                    }
                    Ok(())
                })
                .await
            }
            (_, "http2") => {
                let connection = Dialer::new(&server)?.dial().await?;
                let shared = Arc::new((connection, server.url.clone()));
                grow(count, shared, |shared, opened| async move {
                    let request = request(&shared.1, "hold")?;
                    let answer = shared.0.clone().send_request(request).await?;
                    by_hand(answer.into_body(), opened).await
                })
                .await
            }
            _ => {
                let shared = Arc::new((same_settings(), server.url.clone()));
                grow(count, shared, |shared, opened| async move {
                    let answer = shared.0.request(request(&shared.1, "hold")?).await?;
                    let mut body = answer.into_body();
                    while let Some(frame) = body.frame().await {
                        frame?;
                        opened.send(()).await?;
                    }
                    Ok(())
                })
                .await
            }
        }
    })?;
    let (wanted, open) = ((BEFORE + count) as u64, server.counts()?.open_streams);
    if open != wanted {
        return Err(format!("{open} streams are open, not {wanted}").into());
    }
    println!("{each}");
    Ok(())
}

/// Reads events into their types, with a limit on the time between them.
async fn by_hand(mut body: Incoming, opened: Sender<()>) -> Outcome<()> {
    let limit = NonZeroUsize::new(LARGEST).ok_or("no limit")?;
    let mut decoder = SseDecoder::with_limit(limit);
    while let Some(frame) = tokio::time::timeout(IDLE, body.frame()).await? {
        let Ok(mut bytes) = frame?.into_data() else { continue };
        while bytes.has_remaining() {
            let Some(event) = decoder.next(&mut bytes) else { break };
            if let SseEvent::Message(message) = event? {
                std::hint::black_box(chat::by_hand(&message.event, &message.data)?);
                opened.send(()).await?;
            }
        }
    }
    Ok(())
}

/// The client of hyper-util, with the settings that the SDK uses.
fn same_settings() -> Client<HttpConnector, Full<Bytes>> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.set_keepalive(Some(Duration::from_secs(60)));
    connector.set_connect_timeout(Some(Duration::from_secs(10)));
    Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .retry_canceled_requests(false)
        .http1_max_buf_size(64 << 10)
        .build(connector)
}

/// Opens streams, a task for each; gives how many bytes the process grew by for each.
async fn grow<S, F>(
    count: usize,
    shared: Arc<S>,
    open: impl Fn(Arc<S>, Sender<()>) -> F,
) -> Outcome<f64>
where
    F: Future<Output = Outcome<()>> + Send + 'static,
{
    let (opened, mut first) = mpsc::channel(OPENING);
    let mut before = 0;
    let (mut begun, mut done) = (0, 0);
    while done < BEFORE + count {
        // The first is alone: connections that are made for nothing, and closed, would leave room
        // for the others.
        let most = match done {
            0 => 1,
            done if done < BEFORE => BEFORE.min(done + OPENING),
            done => (BEFORE + count).min(done + OPENING),
        };
        while begun < most {
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
