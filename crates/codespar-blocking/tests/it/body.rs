//! Bodies in both directions: in pieces, whole, cut.

use std::{
    io::{Read, Write},
    sync::mpsc,
};

use bytes::Bytes;
use codespar_engine::{
    Payload,
    driver::{BlockingBody, BlockingTransport, TransportErrorKind as Kind},
};
use http::Method;

use crate::support::{
    OK, PATIENCE, Server, answer, exchange, fetch, first_line, get, header, post, read_all,
    read_request, script, transport,
};

#[test]
fn bytes_are_handed_out_as_they_arrive() {
    let (go, wait) = mpsc::channel();
    let server = Server::new(vec![script(move |stream, _| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        for piece in ["one", "two", "three"] {
            stream.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes()).unwrap();
            // The next one is not written before this one was read.
            wait.recv_timeout(PATIENCE).unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
    })]);
    let mut request = get(&server.url("/"));
    request.streaming = true;
    let mut body = transport().open(request).unwrap().into_body();
    for piece in ["one", "two", "three"] {
        assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), piece);
        go.send(()).unwrap();
    }
    assert!(body.chunk(Some(PATIENCE)).unwrap().is_none());
    assert!(body.chunk(Some(PATIENCE)).unwrap().is_none());
}

#[test]
fn compressed_answers_stay_as_they_are() {
    let text = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n\u{1f}ab";
    let server = Server::new(vec![answer(text)]);
    let response = transport().open(get(&server.url("/"))).unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(read_all(response).unwrap(), b"\x1fab");
}

#[test]
fn bodies_of_many_pieces_arrive_whole() {
    let pieces: Vec<Bytes> = (0..40_usize)
        .map(|index| Bytes::from(vec![u8::try_from(index).unwrap(); index * 611]))
        .collect();
    let payload = Payload::of(pieces);
    let expected = payload.to_bytes().unwrap();
    let server = Server::new(vec![script(move |stream, say| {
        let (head, body) = read_request(stream).unwrap();
        stream.write_all(OK.as_bytes()).unwrap();
        assert!(body == expected);
        say(header(&head, "content-length").unwrap().to_owned());
    })]);
    let length = payload.len().to_string();
    fetch(&transport(), exchange(Method::POST, &server.url("/"), payload)).unwrap();
    assert_eq!(server.heard(), [length]);
}

#[test]
fn large_bodies_arrive_whole() {
    let sent: Vec<u8> = (0..3_000_000_u32).map(|index| (index % 251) as u8).collect();
    let mut text =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", sent.len()).into_bytes();
    text.extend_from_slice(&sent);
    let server = Server::new(vec![answer(text)]);
    assert!(fetch(&transport(), get(&server.url("/"))).unwrap().1 == sent);
}

#[test]
fn dropping_a_body_hangs_up() {
    let server = Server::new(vec![script(|stream, say| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").unwrap();
        say(format!("{:?}", stream.read(&mut [0; 8]).unwrap_or(0)));
    })]);
    let mut body = transport().open(get(&server.url("/"))).unwrap().into_body();
    assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "half");
    drop(body);
    assert_eq!(server.heard(), ["0"]);
}

#[test]
fn a_reset_is_no_proper_end() {
    let (go, wait) = mpsc::channel();
    let server = Server::new(vec![script(move |stream, _| {
        // Closing with a byte unread resets the connection.
        let mut most = [0; 60];
        stream.read_exact(&mut most).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nsome").unwrap();
        wait.recv_timeout(PATIENCE).unwrap();
    })]);
    let mut body = transport().open(post(&server.url("/"), "xyz")).unwrap().into_body();
    assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "some");
    go.send(()).unwrap();
    let error = body.chunk(Some(PATIENCE)).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Io, true), "{error}");
}

#[test]
fn an_answer_with_a_length_is_over_with_its_last_byte() {
    let server = Server::new(vec![script(|stream, say| {
        for _ in 0..2 {
            say(first_line(&read_request(stream).unwrap().0));
            stream.write_all(OK.as_bytes()).unwrap();
        }
    })]);
    let transport = transport();
    let mut body = transport.open(get(&server.url("/1"))).unwrap().into_body();
    assert!(!body.is_over());
    assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "ok");
    assert!(body.is_over());
    // Its connection is others' already.
    assert_eq!(fetch(&transport, get(&server.url("/2"))).unwrap(), (200, b"ok".to_vec()));
    assert!(body.chunk(Some(PATIENCE)).unwrap().is_none());
    assert_eq!(server.heard(), ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]);
}
