//! Time limits: what runs out when, and what the server may have seen by then.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener},
    sync::mpsc,
    thread,
    time::Duration,
};

use bytes::Bytes;
use codespar_blocking::UreqTransport;
use codespar_engine::driver::{
    BlockingBody, BlockingTransport, Connect, TransportErrorKind as Kind,
};
use http::Method;

use crate::support::{
    PATIENCE, Server, exchange, fetch, get, post, read_all, read_request, script, settings,
    transport,
};

const SHORT: Duration = Duration::from_millis(250);

#[test]
fn silence_before_the_head_runs_out() {
    for trickle in [false, true] {
        let server = Server::new(vec![script(move |stream, say| {
            read_request(stream).unwrap();
            say("read".to_owned());
            while trickle && stream.write_all(b"H").is_ok() {
                thread::sleep(Duration::from_millis(5));
            }
            let _ = stream.read(&mut [0]);
        })]);
        let mut request = post(&server.url("/"), "x");
        request.timeout = Some(SHORT);
        let error = fetch(&transport(), request).unwrap_err();
        let kinds: &[Kind] = if trickle { &[Kind::Timeout, Kind::Io] } else { &[Kind::Timeout] };
        assert!(kinds.contains(&error.kind()) && error.may_have_been_sent(), "{error}");
        assert_eq!(server.hear(), "read");
    }
}

#[test]
fn endless_heads_run_out() {
    let server = Server::new(vec![script(move |stream, _| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n").unwrap();
        while stream.write_all(b"x: y\r\n").is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    })]);
    let mut request = get(&server.url("/"));
    request.timeout = Some(SHORT);
    let error = fetch(&transport(), request).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Timeout, true), "{error}");
}

#[test]
fn requests_nobody_takes_run_out() {
    let server = Server::new(vec![script(|stream, _| {
        thread::sleep(Duration::from_millis(500));
        drop(stream.shutdown(Shutdown::Both));
    })]);
    let payload = Bytes::from(vec![0; 32 << 20]);
    let mut request = exchange(Method::POST, &server.url("/"), payload);
    request.timeout = Some(SHORT);
    let error = fetch(&transport(), request).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Timeout, true), "{error}");
}

#[test]
fn silence_within_the_body_runs_out() {
    let server = Server::new(vec![script(|stream, _| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        stream.write_all(b"2\r\nab\r\n").unwrap();
        let _ = stream.read(&mut [0]);
    })]);
    let mut body = transport().open(get(&server.url("/"))).unwrap().into_body();
    assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "ab");
    let error = body.chunk(Some(SHORT)).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Timeout, true), "{error}");
    assert!(body.chunk(Some(SHORT)).unwrap().is_none(), "an error is the end");
}

#[test]
fn the_limit_of_the_head_is_not_the_body_s() {
    let (go, wait) = mpsc::channel();
    let server = Server::new(vec![script(move |stream, _| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n").unwrap();
        wait.recv_timeout(PATIENCE).unwrap();
        stream.write_all(b"ok").unwrap();
    })]);
    let mut request = get(&server.url("/"));
    request.timeout = Some(Duration::from_millis(1000));
    let response = transport().open(request).unwrap();
    thread::sleep(Duration::from_millis(1100));
    go.send(()).unwrap();
    assert_eq!(read_all(response).unwrap(), b"ok");
}

#[test]
fn connecting_has_a_limit_of_its_own() {
    // A listener that accepts nothing: once its queue is full, connecting takes for ever.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) =
        std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200))
    {
        queue.push(stream);
        if queue.len() > 5000 {
            return;
        }
    }
    let mut settings = settings();
    settings.connect_timeout = SHORT;
    let base = "http://127.0.0.1".parse().unwrap();
    let transport = UreqTransport::connect(&settings, &base).unwrap();
    let error = fetch(&transport, get(&format!("http://{address}/"))).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Timeout, false), "{error}");
}
