//! Answers that come before a request was taken, and heads of unusual shapes, both ways.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use codespar_blocking::UreqTransport;
use codespar_proto::{Client, Error, ErrorKind, Json, payables::Upload};
use hostile::{Act, Clients, Driver, LONG, Peer, Settings, client, clients, head, ok};
use serde_json::json;

use crate::support::both;

const REFUSAL: &str = r#"{"error":"too_much","message":"no more of this"}"#;

/// A server that answers by the heads of requests, after a pause, and takes nothing of their
/// bodies; how many came. It keeps its connections until the sender is dropped, or closes them at
/// once.
pub(crate) fn early(
    answer: Vec<u8>,
    pause: Duration,
    keeps: Option<mpsc::Receiver<()>>,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        let mut kept = Vec::new();
        for mut stream in listener.incoming().take(8).flatten() {
            stream.set_nodelay(true).unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                head.extend(byte);
            }
            counted.fetch_add(1, Ordering::SeqCst);
            thread::sleep(pause);
            stream.write_all(&answer).unwrap();
            if keeps.is_some() {
                kept.push(stream);
            }
        }
    });
    (url, count)
}

fn refusal(status: &str, interim: &str) -> Vec<u8> {
    let length = format!("content-length: {}", REFUSAL.len());
    let lines = ["content-type: application/json", "location: /elsewhere", &length];
    [interim.as_bytes(), &head(status, &lines), REFUSAL.as_bytes()].concat()
}

fn answers_within_an_upload<D: Driver>() {
    for status in ["401 Who", "403 No", "413 Too Large", "429 Later", "307 There", "500 Oh"] {
        for keeps in [false, true] {
            for interim in ["", "HTTP/1.1 100 Continue\r\n\r\n"] {
                let case = format!("{}, {status}, keeps: {keeps}, {interim:?}", D::NAME);
                let (hold, held) = mpsc::channel();
                // Long enough for the client to wait for room, and not for it to look up.
                let pause = Duration::from_millis(if interim.is_empty() { 40 } else { 0 });
                let (url, seen) = early(refusal(status, interim), pause, keeps.then_some(held));
                let clients = clients::<D>(&url, LONG);
                let bill = Upload::guess("bills.pdf", vec![b'%'; 8 << 20]);
                let upload = clients.codespar.payables().files().upload(&bill);
                check_refusal(&case, status, &D::finish(upload).unwrap_err());
                assert_eq!(seen.load(Ordering::SeqCst), 1, "{case}");
                if status.starts_with("429") {
                    continue;
                }
                // This one may be repeated, and has no reason to be.
                let place = format!("{url}/put?X-Amz-Signature=s");
                let objects = clients.upivia.storage().objects();
                let put = objects.put(&place, "video/mp4", vec![7; 8 << 20]);
                check_refusal(&case, status, &D::finish(put).unwrap_err());
                assert_eq!(seen.load(Ordering::SeqCst), 2, "{case}");
                drop(hold);
            }
        }
    }
}

fn check_refusal(case: &str, status: &str, error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Api, "{case}: {error:?}");
    assert!(status.starts_with(error.status().unwrap().as_str()), "{case}: {error:?}");
    assert_eq!(error.body().unwrap(), REFUSAL, "{case}");
    assert_eq!(error.attempts(), 1, "{case}: {error:?}");
    assert!(error.may_have_been_sent());
}

const CHARGED: &str = r#"{"success":true,"data":{"id":"pay_1"},"tool_call_id":"tc_1"}"#;

/// The answer to a charge, with lines of headers more.
fn charged(lines: &str) -> Vec<u8> {
    let length = CHARGED.len();
    let kind = "application/json";
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n");
    format!("{head}{lines}\r\n{CHARGED}").into_bytes()
}

fn charge<D: Driver>(peer: &Peer, lines: usize) -> Result<codespar_proto::Reply<()>, Error> {
    let mut settings = Settings::new(&peer.url(), LONG);
    settings.transport.max_header_lines = lines;
    let clients = Clients::<D>::new(&settings).unwrap();
    let session = clients.codespar.session("ses_1").unwrap();
    let call = session.execute("codespar_charge", &json!({"amount": 500}));
    D::finish(call.map(drop).with_response())
}

fn header_lines<D: Driver>() {
    let default = codespar_proto::config::TransportSettings::default().max_header_lines;
    assert_eq!(default, 100);
    let fits_ureq = D::NAME == UreqTransport::NAME;
    for (limit, lines, good) in [
        (default, 99, true),
        (default, 100, true),
        (default, 101, false),
        (default, 102, false),
        (default, 900, false),
        (128, 128, true),
        (128, 129, false),
        (20, 20, true),
        (20, 21, false),
        (300, 128, true),
        (300, 300, !fits_ureq),
        (300, 301, false),
    ] {
        // Two of them are those of every answer.
        let more: String = (2..lines).map(|number| format!("a{number}: b\r\n")).collect();
        let peer = Peer::start(move |_| vec![Act::send(charged(&more))]);
        let case = format!("{}, {lines} lines, limit {limit}", D::NAME);
        match charge::<D>(&peer, limit) {
            Ok(reply) => {
                assert!(good, "{case}");
                assert_eq!(reply.headers.len(), lines, "{case}");
            }
            Err(error) => {
                assert!(!good, "{case}: {error:?}");
                assert_eq!(error.kind(), ErrorKind::Io, "{case}: {error:?}");
                let cause = std::error::Error::source(&error).unwrap().to_string();
                assert!(cause.contains("more lines than the limit"), "{case}: {cause}");
                assert!(error.may_have_been_sent());
            }
        }
        assert_eq!(peer.seen(), 1, "{case}");
    }
}

fn folded_lines<D: Driver>() {
    for (lines, expected) in [
        ("x-note: a\r\n b\r\n", "a b"),
        ("x-note: a\r\n\tb\r\n   c\r\nx-other: d\r\n", "a b c"),
        ("x-note:\r\n a\r\n", "a"),
        ("x-other: d\r\nx-note: a,\r\n b,\r\n c\r\n", "a, b, c"),
    ] {
        for drip in [false, true] {
            let answer = charged(lines);
            let act = if drip { Act::Drip(answer.into()) } else { Act::send(answer) };
            let peer = Peer::start(move |_| vec![act.clone()]);
            let reply = charge::<D>(&peer, 128).unwrap();
            let note = reply.headers["x-note"].to_str().unwrap();
            let words: Vec<&str> = note.split_whitespace().collect();
            assert_eq!(words.join(" "), expected, "{}, {lines:?}: {note:?}", D::NAME);
        }
    }
}

fn long_requests<D: Driver>() {
    let peer = Peer::start(|_| vec![Act::send(ok("application/json", "{}"))]);
    let client: Client<D> = client(&peer.url(), LONG);
    let long = "c".repeat(60_000);
    let mut request = client.request("GET", "/v1/things").pair("cursor", &long);
    for number in 0..200 {
        request = request.header(&format!("x-{number}"), &long[..100]);
    }
    let request = request.header("x-long", &long[..40_000]);
    let answer: Json = D::finish(request.read()).unwrap();
    assert_eq!(answer.as_str(), "{}");
    let with_body = client.request("POST", "/v1/things").pair("cursor", &long);
    let _: Json = D::finish(with_body.json(&json!({"text": long})).json_value()).unwrap();
    let [read, write] = &peer.requests()[..] else { panic!("{}", D::NAME) };
    for request in [read, write] {
        assert_eq!(request.target(), format!("/v1/things?cursor={long}"), "{}", D::NAME);
    }
    assert_eq!(read.header("x-long"), Some(&long[..40_000]));
    assert_eq!(read.header("x-199"), Some(&long[..100]));
    // What no URL can be is said before anything is sent.
    let endless = "c".repeat(70_000);
    let request = client.request("GET", "/v1/things").pair("cursor", &endless);
    let error = D::finish(request.read::<Json>()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
    assert_eq!(peer.seen(), 2);
}

fn compression<D: Driver>() {
    let zipped = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56, 0x4a, 0xad, 0x28, 0x01, 0x00];
    for status in ["200 OK", "403 No"] {
        let peer = Peer::start(move |_| {
            let lines = ["content-type: application/json", "content-encoding: gzip"];
            let length = format!("content-length: {}", zipped.len());
            let head = head(status, &[lines[0], lines[1], &length]);
            vec![Act::send([&head[..], &zipped].concat())]
        });
        let error = charge::<D>(&peer, 128).unwrap_err();
        assert!(error.to_string().contains("gzip"), "{}: {error}", D::NAME);
        assert_eq!(error.status().unwrap().as_u16(), if status == "200 OK" { 200 } else { 403 });
        assert_eq!(peer.requests()[0].header("accept-encoding"), Some("identity"), "{}", D::NAME);
    }
}

both! {
    hostile_answers_within_an_upload_are_read: answers_within_an_upload;
    hostile_heads_have_a_limit_of_lines_that_is_the_same_for_both: header_lines;
    hostile_folds_in_a_head_are_blanks: folded_lines;
    a_peer_that_is_not_hostile_gets_requests_of_any_length: long_requests;
    hostile_compression_nobody_asked_for_is_named: compression;
}
