//! Connections that must not be used again are not, and nothing is sent twice for it.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::Duration,
};

use codespar_async::HyperTransport;
use codespar_proto::{
    Client, Error, ErrorKind, PaymentStatus, Reconnect, ToolResult, payables::Upload,
};
use hostile::{Act, Driver, LONG, Peer, Request, chunk, client, guarded, head, ok, stream_head};
use serde_json::json;

use crate::support::{both, h2::comes_to};

/// Long enough for what was sent to have arrived.
const A_WHILE: Duration = Duration::from_millis(100);

/// A blocking call gives its connection back before it returns. hyper's goes back in a task of its
/// own, a moment after its answer: a call that follows at once may open another.
fn back_in_the_pool<D: Driver>() {
    if D::NAME == HyperTransport::NAME {
        thread::sleep(A_WHILE);
    }
}

fn state<D: Driver>(client: &Client<D>) -> Result<String, Error> {
    let status: PaymentStatus = D::finish(client.session("ses_1")?.payment_status("tc_1"))?;
    Ok(status.payment_status.as_str().to_owned())
}

fn charge<D: Driver>(client: &Client<D>) -> Result<ToolResult, Error> {
    D::finish(client.session("ses_1")?.execute("codespar_charge", &json!({"amount": 500})))
}

fn answer(state: &str) -> Vec<u8> {
    let data = format!(r#"{{"payment_status":"{state}","success":true}}"#);
    ok("application/json", data)
}

/// The first request gets these acts, the others a good answer.
fn first(acts: impl Fn() -> Vec<Act> + Send + Sync + 'static) -> Peer {
    Peer::start(move |request| match request.number {
        0 => acts(),
        _ => vec![Act::send(answer("refunded"))],
    })
}

fn connections(requests: &[Request]) -> Vec<usize> {
    requests.iter().map(|request| request.connection).collect()
}

fn an_answer_nobody_asked_for<D: Driver>() {
    let both = || [answer("pending"), answer("succeeded")].concat();
    let apart = || vec![Act::send(answer("pending")), Act::Pause, Act::send(answer("succeeded"))];
    for (name, peer) in
        [("at once", first(move || vec![Act::send(both())])), ("later", first(apart))]
    {
        let client = client::<D>(&peer.url(), LONG);
        assert_eq!(state(&client).unwrap(), "pending");
        thread::sleep(A_WHILE);
        assert_eq!(state(&client).unwrap(), "refunded", "{}, {name}", D::NAME);
        assert_eq!(connections(&peer.requests()), [0, 1], "{}, {name}", D::NAME);
    }
}

fn an_idle_connection_that_was_closed<D: Driver>() {
    for end in [Act::Close, Act::Reset] {
        let peer = first(move || vec![Act::send(answer("pending")), Act::Pause, end.clone()]);
        let client = client::<D>(&peer.url(), LONG);
        charge(&client).unwrap();
        thread::sleep(A_WHILE);
        charge(&client).unwrap();
        assert_eq!(connections(&peer.requests()), [0, 1], "{}", D::NAME);
    }
}

/// The second request on a connection is met by its end.
fn closes_on_use() -> Peer {
    Peer::start(|request| match request.number {
        1 => vec![Act::Close],
        _ => vec![Act::send(answer("pending"))],
    })
}

fn a_connection_that_closes_just_as_it_is_used<D: Driver>() {
    let peer = closes_on_use();
    let client = client::<D>(&peer.url(), LONG);
    charge(&client).unwrap();
    back_in_the_pool::<D>();
    let error = charge(&client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{}: {error:?}", D::NAME);
    assert!(error.may_have_been_sent());
    assert_eq!(connections(&peer.requests()), [0, 0], "{}", D::NAME);

    let peer = closes_on_use();
    let client = hostile::client::<D>(&peer.url(), LONG);
    state(&client).unwrap();
    back_in_the_pool::<D>();
    state(&client).unwrap();
    assert_eq!(connections(&peer.requests()), [0, 0, 1], "{}", D::NAME);
}

fn a_connection_that_is_in_order_is_used_again<D: Driver>() {
    let peer = first(|| vec![Act::send(answer("pending"))]);
    let client = client::<D>(&peer.url(), LONG);
    for _ in 0..8 {
        charge(&client).unwrap();
        back_in_the_pool::<D>();
    }
    assert_eq!(connections(&peer.requests()), [0; 8], "{}", D::NAME);
    // What the server asks for is done.
    let peer = Peer::start(|_| {
        let head = head("200 OK", &["connection: close", "content-length: 2"]);
        vec![Act::send([&head[..], b"{}"].concat()), Act::Stall]
    });
    let client = hostile::client::<D>(&peer.url(), LONG);
    for _ in 0..2 {
        state(&client).unwrap();
    }
    assert_eq!(connections(&peer.requests()), [0, 1], "{}", D::NAME);
}

/// A server that refuses by the head of a request and does not read the rest.
fn an_upload_that_is_refused_early<D: Driver>() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut seen = Vec::new();
        while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut piece = [0; 512];
            let amount = stream.read(&mut piece).unwrap();
            seen.extend_from_slice(&piece[..amount]);
        }
        let refusal = head("413 Too Large", &["content-length: 0", "connection: close"]);
        stream.write_all(&refusal).unwrap();
    });
    let client = client::<D>(&url, LONG);
    let upload = Upload::guess("bills.pdf", vec![b'%'; 8 << 20]);
    let error = D::finish(client.payables().files().upload(&upload)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api, "{}: {error:?}", D::NAME);
    assert!(error.may_have_been_sent());
    assert_eq!(error.attempts(), 1);
    server.join().unwrap();
}

fn a_redirect_that_is_not_followed<D: Driver>() {
    let other = Peer::start(|_| vec![Act::send(answer("succeeded"))]);
    let there = format!("location: {}/v1/tool-calls", other.url());
    for status in ["301 Moved", "302 Found", "303 See Other", "307 There", "308 For Good"] {
        let line = there.clone();
        let peer =
            Peer::start(move |_| vec![Act::send(head(status, &[&line, "content-length: 0"]))]);
        let client = client::<D>(&peer.url(), LONG);
        for error in [state(&client).unwrap_err(), charge(&client).unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Api, "{}: {error:?}", D::NAME);
            assert!(error.status().unwrap().is_redirection());
        }
        assert_eq!(peer.seen(), 2);
    }
    assert_eq!(other.seen(), 0, "{}", D::NAME);
}

/// A server of event streams over HTTP/1.1 whose last event comes with the end, or without.
fn ending(with_the_end: bool) -> Peer {
    const EVENTS: &str = "event: snapshot\ndata: {\"payment_status\":\"succeeded\"}\n\n\
                          event: done\ndata: {\"reason\":\"terminal\"}\n\n";
    Peer::start(move |request| {
        let end = if with_the_end { chunk("") } else { Vec::new() };
        let events = [stream_head(), chunk(EVENTS), end].concat();
        match request.target().ends_with("/stream") {
            true => vec![Act::send(events)],
            false => vec![Act::send(answer("pending"))],
        }
    })
}

/// Nobody reads on after the last event: the end that lies there already is looked at all the same.
/// Where it does not, nothing is known of what is still to come.
#[test]
fn a_stream_that_is_dropped_after_its_last_event_keeps_its_connection_if_it_has_ended() {
    for with_the_end in [true, false] {
        guarded("ended", move || {
            let peer = ending(with_the_end);
            let client = client::<HyperTransport>(&peer.url(), LONG);
            for number in 0..5 {
                let session = client.session("ses_1").unwrap();
                let states = session.payment_status_stream("tc_1", Reconnect::Never);
                let (states, error) = HyperTransport::collect(states);
                assert!(states.len() == 1 && error.is_none(), "{error:?}");
                state(&client).unwrap();
                let expected = if with_the_end { 1 } else { 2 + number };
                assert_eq!(peer.connections(), expected, "with the end: {with_the_end}");
            }
            assert!(comes_to(|| peer.open() == 1), "what is not kept is closed");
        });
    }
}

both! {
    a_hostile_second_answer_is_never_read: an_answer_nobody_asked_for;
    a_hostile_close_of_an_idle_connection_is_noticed: an_idle_connection_that_was_closed;
    a_hostile_close_on_use_repeats_reads_only: a_connection_that_closes_just_as_it_is_used;
    a_peer_that_is_not_hostile_keeps_its_connection: a_connection_that_is_in_order_is_used_again;
    a_hostile_refusal_in_the_middle_of_an_upload: an_upload_that_is_refused_early;
    a_hostile_redirect_is_not_followed: a_redirect_that_is_not_followed;
}
