//! What the tests of HTTP/2 need: clients that trust the peer, and limits.

use std::{
    thread,
    time::{Duration, Instant},
};

use codespar_async::{Client, HyperTransport, Items, Session};
use codespar_proto::{Error, PaymentStatus, Reconnect, ToolResult};
use futures_util::future::join_all;
use hostile::{
    Act, Driver as _, Request, Settings,
    h2::{
        H2Peer, Habits,
        frame::{END_HEADERS, END_STREAM, data, headers, setting, settings as frame_of_settings},
    },
};
use serde_json::json;

/// A limit that is not meant to run out, but does where a fault takes a connection to its end.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A limit that is meant to run out, while the client waits even on a busy machine.
pub(crate) const SHORT: Duration = Duration::from_secs(1);

/// Settings that trust the peer, and nobody else.
pub(crate) fn settings(url: &str, limit: Duration) -> Settings {
    let mut settings = Settings::new(url, limit);
    settings.transport.extra_roots = vec![H2Peer::root()];
    settings.transport.only_extra_roots = true;
    settings
}

/// A client of CodeSpar.
pub(crate) fn client(peer: &H2Peer, limit: Duration) -> Client {
    Client::with_config(settings(&peer.url(), limit).codespar()).unwrap()
}

/// The same connections, under another limit.
pub(crate) fn with_limit(client: &Client, peer: &H2Peer, limit: Duration) -> Client {
    let transport: HyperTransport = client.transport().clone();
    Client::with_transport(settings(&peer.url(), limit).codespar(), transport).unwrap()
}

/// Whether it comes to this in a time that only a hang exceeds.
pub(crate) fn comes_to(what: impl Fn() -> bool) -> bool {
    let until = Instant::now() + LONG;
    while !what() {
        if Instant::now() > until {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}

/// A good answer to a charge, and to a look at a payment.
pub(crate) const ANSWER: &str = r#"{"success":true,"payment_status":"pending"}"#;
/// The first event of a stream of states.
const PENDING: &str = "event: snapshot\ndata: {\"payment_status\":\"pending\"}\n\n";

/// A good answer.
pub(crate) fn answer(stream: u32) -> Act {
    Act::send(answer_on(stream))
}

/// The same as bytes.
pub(crate) fn answer_on(stream: u32) -> Vec<u8> {
    let kind = ("content-type", "application/json");
    let head = headers(stream, END_HEADERS, &[(":status", "200"), kind]);
    [head, data(stream, END_STREAM, ANSWER)].concat()
}

/// An event stream: a state, and then nothing for as long as it is open.
pub(crate) fn pending(stream: u32) -> Act {
    Act::send(pending_on(stream))
}

/// The same as bytes.
pub(crate) fn pending_on(stream: u32) -> Vec<u8> {
    let kind = ("content-type", "text/event-stream");
    let head = headers(stream, END_HEADERS, &[(":status", "200"), kind]);
    [head, data(stream, 0, PENDING)].concat()
}

/// Event streams stay open, everything else is answered.
pub(crate) fn serve(request: &Request, stream: u32) -> Vec<Act> {
    match request.target().ends_with("/stream") {
        true => vec![pending(stream)],
        false => vec![answer(stream)],
    }
}

/// `SETTINGS` that allow so many streams on a connection.
pub(crate) fn allowed(streams: u32) -> Vec<u8> {
    let window = (setting::INITIAL_WINDOW_SIZE, 1 << 24);
    frame_of_settings(&[(setting::MAX_CONCURRENT_STREAMS, streams), window])
}

/// A server that allows so many streams on a connection.
pub(crate) fn allowing(
    streams: u32,
    script: impl Fn(&Request, u32) -> Vec<Act> + Send + Sync + 'static,
) -> H2Peer {
    let mut habits = Habits::default();
    habits.greeting = allowed(streams).into();
    H2Peer::start(habits, script)
}

pub(crate) fn charge(client: &Client) -> Result<ToolResult, Error> {
    let session = client.session("ses_1").unwrap();
    HyperTransport::finish(session.execute("codespar_charge", &json!({"amount": 500})))
}

/// Which connection each request came on.
pub(crate) fn connections(peer: &H2Peer) -> Vec<usize> {
    peer.requests().iter().map(|request| request.connection).collect()
}

/// A stream of states that is open.
pub(crate) type States = Items<HyperTransport, PaymentStatus>;

/// Opens so many event streams at once, and reads the first event of each.
pub(crate) async fn open_streams(session: &Session, count: usize) -> Vec<States> {
    let opening = (0..count).map(|number| {
        let mut states = session.payment_status_stream(format!("tc_{number}"), Reconnect::Never);
        async move {
            states.next().await.unwrap().unwrap();
            states
        }
    });
    join_all(opening).await
}
