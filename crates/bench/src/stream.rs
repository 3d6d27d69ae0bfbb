//! A chat turn over a socket: events per second, from the server's bytes to typed events.

use bytes::Bytes;
use codespar_proto::ChatEvent;
use futures_util::{StreamExt as _, TryStreamExt as _};
use http::{
    Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT},
};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use sse_stream::SseByteStream;

use crate::{
    Outcome, chat,
    measure::{Contender, Effort, Spread, interleaved},
    report::{Report, Row},
    sample::KEY,
    server::Server,
};

/// How many events a turn has, besides the last.
const EVENTS: usize = 20_000;
const SESSION: &str = "flow-20000";
const MESSAGE: &str = "Cobre R$ 150,00 por Pix";

pub(crate) fn run(effort: Effort) -> Outcome<Report> {
    let server = Server::plain()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let blocking = codespar_blocking::Client::with_config(server.config())?.session(SESSION)?;
    let ours = codespar_async::Client::with_config(server.config())?.session(SESSION)?;
    let bare: Client<_, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let contenders = vec![
        Contender::new("this SDK, async", || {
            runtime.block_on(async {
                let count =
                    ours.send_stream(MESSAGE).try_fold(0, |count, _| async move { Ok(count + 1) });
                all(count.await?)
            })
        }),
        Contender::new("bare hyper + sse-stream + serde", || {
            runtime.block_on(by_hand(&bare, &server.url))
        }),
        Contender::new("this SDK, blocking", || {
            let mut count = 0;
            for event in blocking.send_stream(MESSAGE) {
                event?;
                count += 1;
            }
            all(count)
        }),
    ];
    let taken = interleaved(effort.rounds, EVENTS, contenders)?;
    let mut report = Report::default();
    report.calls("typed events of one open stream (a call is an event)", &taken);
    if let [ours, bare, blocking] = &*taken {
        let what = "events of a stream, async : bare hyper + sse-stream, by CPU";
        report.row(Row::ratio(what, Spread::speed(&ours.cpu, &bare.cpu)));
        let what = "events of a stream, blocking : bare hyper + sse-stream, by CPU";
        report.row(Row::ratio(what, Spread::speed(&blocking.cpu, &bare.cpu)));
    }
    Ok(report)
}

fn all(count: usize) -> Outcome<()> {
    if count == EVENTS + 1 { Ok(()) } else { Err("events are missing".into()) }
}

pub(crate) fn request(url: &str, session: &str) -> Outcome<Request<Full<Bytes>>> {
    let body = serde_json::to_vec(&serde_json::json!({ "message": MESSAGE }))?;
    Ok(Request::post(format!("{url}/v1/sessions/{session}/send"))
        .header(USER_AGENT, "bare/1.0")
        .header(AUTHORIZATION, format!("Bearer {KEY}"))
        .header(ACCEPT, "text/event-stream")
        .header(CONTENT_TYPE, "application/json")
        .body(Full::from(body))?)
}

async fn by_hand(client: &Client<HttpConnector, Full<Bytes>>, url: &str) -> Outcome<()> {
    let answer = client.request(request(url, SESSION)?).await?;
    let mut events = SseByteStream::new(answer.into_body().into_data_stream());
    let mut count = 0;
    while let Some(event) = events.next().await {
        let event = event.map_err(|error| error.to_string())?;
        let name = event.event.as_deref().unwrap_or("message");
        let event: ChatEvent = chat::by_hand(name, event.data.as_deref().unwrap_or_default())?;
        std::hint::black_box(event);
        count += 1;
    }
    all(count)
}
