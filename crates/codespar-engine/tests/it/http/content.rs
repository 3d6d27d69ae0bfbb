//! Content that is read while it is sent, and transports that do and do not read it.

use std::{
    io::{self, Cursor},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use codespar_engine::{
    Call, CancelHandle, Content, ErrorKind, Multipart, Payload, Verdict,
    driver::{
        BlockingTransport, Clock, ContentError, Exchange, Next, NoTransport, Outgoing, Tick,
        Transport, TransportError, TransportErrorKind,
    },
    kit::{RequestBuilder, Retry, no_answer},
    testing::{Recorded, Replay, ReplayBody, request_text},
};
use http::{HeaderValue, Method, Response};

use crate::support::shared;

fn opened(bytes: &'static [u8], length: u64) -> Content {
    Content::from_opener(move || Ok(Cursor::new(bytes))).length(length)
}

fn put(content: Content) -> RequestBuilder {
    let kind = HeaderValue::from_static("a/b");
    let payload = Payload::of_content(content).unwrap();
    RequestBuilder::elsewhere("file.put", Method::PUT, Retry::Safe, "url", "https://files.test/")
        .content(kind, payload)
}

fn called<T: Transport>(transport: T, content: Content) -> Call<T, ()> {
    Call::new(transport, put(content).unary(&shared(), no_answer))
}

/// Everything a body gives, piece by piece.
fn pieces(content: Content) -> Result<Vec<Bytes>, ContentError> {
    let mut outgoing = Outgoing::new(&Payload::of_content(content).unwrap());
    let mut pieces = Vec::new();
    outgoing.open()?;
    loop {
        match outgoing.advance() {
            Next::Piece(piece) => pieces.push(piece),
            Next::Read => outgoing.read()?,
            Next::Poll => match outgoing.poll_read(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(read) => read?,
                Poll::Pending => return Err(outgoing.refuse()),
            },
            Next::End => return Ok(pieces),
        }
    }
}

#[test]
fn a_body_that_is_not_in_memory_is_no_body_of_another_length() {
    let payload = Payload::of_content(opened(b"film", 4)).unwrap();
    assert!(payload.is_read() && payload.len() == 4);
    for error in [payload.pieces().unwrap_err(), payload.to_bytes().unwrap_err()] {
        assert_eq!(error.kind(), TransportErrorKind::Content);
        assert!(!error.may_have_been_sent() && error.to_string().contains("not in memory"));
    }
    assert_eq!(payload.slice_at(0, 4), None);
    let request = http::Request::put("https://files.test/").body(payload).unwrap();
    assert!(request_text(&request).contains("(4 bytes, not in memory)"));
    // What is in memory is, whoever wants to know how it goes.
    let watched = Payload::of_content(Content::from("film").with_sha256()).unwrap();
    assert!(watched.is_read() && watched.to_bytes().unwrap() == "film");
    assert!(!Payload::of_content("film".into()).unwrap().is_read());
}

/// A transport that knows bodies in memory alone.
#[derive(Clone)]
struct Simple(Replay);

impl Transport for Simple {
    type Body = ReplayBody;
}

impl Clock for Simple {
    fn tick(&self) -> Tick<'_> {
        self.0.tick()
    }
}

impl BlockingTransport for Simple {
    fn open(&self, exchange: Exchange) -> Result<Response<ReplayBody>, TransportError> {
        exchange.request.body().pieces()?;
        self.0.open(exchange)
    }

    fn sleep(&self, duration: std::time::Duration, cancel: Option<&CancelHandle>) {
        self.0.sleep(duration, cancel);
    }
}

#[test]
fn a_transport_that_reads_no_content_says_so() {
    let server = Replay::new().answer(Recorded::status(204));
    let error = called(Simple(server.clone()), opened(b"film", 4)).send().unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Content, Verdict::NothingSent));
    assert_eq!(error.attempts(), 1);
    assert!(error.to_string().contains("this transport reads no other"), "{error}");
    called(Simple(server.clone()), "film".into()).send().unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_bare_request_has_its_body_in_memory() {
    let error = called(NoTransport, opened(b"film", 4)).into_exchange(7).unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Config, Verdict::NothingSent));
    assert_eq!((error.operation(), error.field()), ("file.put", Some("into_exchange")));
    let (request, _) = called(NoTransport, "film".into()).into_exchange(7).unwrap();
    assert_eq!(request.body(), "film");
}

#[test]
fn a_replayed_server_gets_what_a_real_one_gets() {
    let server = Replay::new().answer(Recorded::status(204)).answer(Recorded::status(204));
    called(server.clone(), opened(b"film", 4)).send().unwrap();
    let form = Multipart::new().text("kind", "a").file("file", "f", "a/b", opened(b"film", 4));
    let form = RequestBuilder::raw("form", Method::POST, Retry::Once, "/v1/files").form(form);
    Call::new(server.clone(), form.unary(&shared(), no_answer)).send().unwrap();
    let error = called(server.clone(), opened(b"film", 3)).send().unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Content, Verdict::Unknown));
    let [put, form] = &server.requests()[..] else { panic!("the third was no request") };
    assert_eq!(put.body, "film");
    assert!(String::from_utf8_lossy(&form.body).contains("\r\n\r\nfilm\r\n--"));
}

#[test]
fn what_can_be_opened_again_is_repeated_and_what_cannot_is_not() {
    let server = || Replay::new().answer(Recorded::status(503)).answer(Recorded::status(204));
    let replay = server();
    called(replay.clone(), opened(b"film", 4)).send().unwrap();
    assert!(replay.requests().len() == 2 && replay.requests()[1].body == "film");
    for once in [
        Content::from_reader(&b"film"[..]).length(4),
        Content::from_stream(Once(Some(Bytes::from("film")))).length(4),
    ] {
        let replay = server();
        let error = called(replay.clone(), once.clone()).send().unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(503), "{error:?}");
        assert_eq!((error.attempts(), error.progress().unwrap().bytes), (1, 4));
        let error = called(replay.clone(), once).send().unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("content")));
        assert_eq!((error.attempts(), replay.requests().len()), (0, 1));
    }
}

struct Once(Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// A reader that gives these pieces.
struct Pieces(Vec<&'static [u8]>);

impl io::Read for Pieces {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let piece = self.0.remove(0);
        if piece == b"!" {
            return Err(io::ErrorKind::Interrupted.into());
        }
        buf[..piece.len()].copy_from_slice(piece);
        Ok(piece.len())
    }
}

#[test]
fn the_last_piece_waits_for_the_end() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tells = Arc::clone(&told);
    let content = Content::from_reader(Pieces(vec![b"ab", b"!", b"c", b"d"]))
        .length(4)
        .with_sha256()
        .on_progress(move |progress| tells.lock().unwrap().push(progress.bytes));
    let mut outgoing = Outgoing::new(&Payload::of_content(content.clone()).unwrap());
    let mut given = Vec::new();
    loop {
        match outgoing.advance() {
            Next::Piece(piece) => given.extend_from_slice(&piece),
            Next::Read => {
                let before = given.len();
                outgoing.read().unwrap();
                assert!(before < 4, "after the end nothing is read");
                assert_eq!(content.sha256(), None, "not before it was handed on");
            }
            Next::Poll => panic!("a reader is not polled"),
            Next::End => break,
        }
    }
    assert_eq!((&given[..], told.lock().unwrap().as_slice()), (&b"abcd"[..], &[2, 3, 4][..]));
    let digest = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589";
    assert_eq!(content.sha256().as_deref(), Some(digest));
    // Two that are wrong at their very end give all but that.
    for (said, words) in [(5, "shorter"), (3, "longer")] {
        let reader = Content::from_reader(Pieces(vec![b"ab", b"cd"])).length(said);
        let mut outgoing = Outgoing::new(&Payload::of_content(reader).unwrap());
        let mut given = 0;
        let error = loop {
            match outgoing.advance() {
                Next::Piece(piece) => given += piece.len() as u64,
                Next::Read => match outgoing.read() {
                    Ok(()) => {}
                    Err(error) => break error,
                },
                Next::Poll | Next::End => panic!("it is {words}"),
            }
        };
        assert!(given < said && error.to_string().contains(words), "{given}: {error}");
    }
}

#[test]
fn long_content_is_given_in_slices() {
    let long = Bytes::from(vec![7; 300_000]);
    for content in [
        Content::from(long.clone()).with_sha256(),
        Content::from_reader(Cursor::new(long.clone())).length(300_000),
        Content::from_stream(Once(Some(long.clone()))).length(300_000),
    ] {
        let pieces = pieces(content).unwrap();
        assert!(pieces.iter().all(|piece| !piece.is_empty() && piece.len() <= 65_536));
        assert!(pieces.concat() == long);
    }
    assert!(pieces(Content::from("").with_sha256()).unwrap().is_empty());
    assert!(pieces(opened(b"", 0)).unwrap().is_empty());
    assert!(pieces(opened(b"x", 0)).is_err());
}
