//! The scripted server, seen by a raw socket.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::{get, send};
use conformance::recording::Response;
use conformance::server::Bound;
use serde_json::{Value, json};

fn answer(value: Value) -> Response {
    serde_json::from_value(value).unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn answers_come_in_order_and_requests_beyond_them_are_kept() {
    let bound = Bound::new().unwrap();
    let base = bound.base_url();
    let headers = json!({ "content-type": "application/json", "set-cookie": ["a=1", "b=2"] });
    let server = bound.serve(vec![
        answer(json!({ "status": 201, "headers": headers, "body_json": { "a": 1 } })),
        answer(json!({ "status": 204 })),
    ]);
    let first = text(send(&base, &get("/one?a=b+c&d=%C3%A7")));
    assert!(first.starts_with("HTTP/1.1 201 "), "{first}");
    assert!(first.contains("set-cookie: a=1\r\nset-cookie: b=2\r\n"), "{first}");
    assert!(first.ends_with("content-length: 7\r\n\r\n{\"a\":1}"), "{first}");
    assert_eq!(text(send(&base, &get("/two"))), "HTTP/1.1 204 OK\r\n\r\n");
    assert!(text(send(&base, &get("/three"))).starts_with("HTTP/1.1 599 "));
    let received = server.finish();
    let targets: Vec<_> = received.iter().map(|request| &*request.target).collect();
    assert_eq!(targets, ["/one?a=b+c&d=%C3%A7", "/two", "/three"]);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(received[0].query(), [pair("a", "b c"), pair("d", "ç")]);
}

#[test]
fn a_stream_comes_in_chunks_and_may_be_cut() {
    let bound = Bound::new().unwrap();
    let base = bound.base_url();
    let chunks = json!(["data: \u{e7}", { "base64": "4g==" }, "\n\n"]);
    let server = bound.serve(vec![
        answer(json!({ "status": 200, "sse_chunks": chunks })),
        answer(json!({ "status": 200, "sse_chunks": chunks, "cut": true })),
        answer(json!({ "network": "closed-without-answer" })),
    ]);
    let whole = send(&base, &get("/"));
    let body = b"\r\n\r\n8\r\ndata: \xc3\xa7\r\n1\r\n\xe2\r\n2\r\n\n\n\r\n0\r\n\r\n";
    assert!(whole.ends_with(body), "{}", String::from_utf8_lossy(&whole));
    let cut = send(&base, &get("/"));
    assert!(cut.ends_with(&body[..body.len() - 5]), "{}", String::from_utf8_lossy(&cut));
    assert_eq!(send(&base, &get("/")), b"");
    assert_eq!(server.finish().len(), 3);
}

#[test]
fn a_connection_is_kept_and_a_chunked_body_is_read() {
    let bound = Bound::new().unwrap();
    let base = bound.base_url();
    let server =
        bound.serve(vec![answer(json!({ "status": 204 })), answer(json!({ "status": 204 }))]);
    let mut connection = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    let first = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
        3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
    let mut end = [0; 19];
    connection.write_all(first).unwrap();
    connection.read_exact(&mut end).unwrap();
    connection
        .write_all(b"PUT /b HTTP/1.1\r\nA: 1\r\na: 2\r\nContent-Length: 2\r\n\r\nxy")
        .unwrap();
    connection.read_exact(&mut end).unwrap();
    // The connection is still open: stopping does not wait for it.
    let received = server.finish();
    assert_eq!(received[0].body, b"abcde");
    assert_eq!((received[1].header("a"), &*received[1].body), (vec!["1", "2"], &b"xy"[..]));
    assert_eq!(connection.read(&mut end).unwrap_or(0), 0);
}

#[test]
fn stopping_ends_a_delay() {
    let bound = Bound::new().unwrap();
    let base = bound.base_url();
    let server = bound.serve(vec![answer(json!({ "status": 200, "delay_ms": 3_600_000 }))]);
    let mut connection = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    connection.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    drop(server);
    let mut rest = Vec::new();
    let _ = connection.read_to_end(&mut rest);
    assert_eq!(rest, b"");
}
