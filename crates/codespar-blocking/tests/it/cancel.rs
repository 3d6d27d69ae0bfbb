//! Canceling from another thread, and what it leaves alone.

use std::{
    io::{Read, Write},
    sync::mpsc,
    thread,
    time::Duration,
};

use codespar_engine::{
    CancelHandle,
    driver::{BlockingBody, BlockingTransport, TransportErrorKind as Kind},
};

use crate::support::{
    OK, PATIENCE, Server, fetch, first_line, get, read_request, script, transport,
};

#[test]
fn canceling_ends_the_wait_for_a_head() {
    let server = Server::new(vec![script(|stream, say| {
        read_request(stream).unwrap();
        say("now".to_owned());
        say(format!("{}", stream.read(&mut [0; 8]).unwrap_or(0)));
    })]);
    let handle = CancelHandle::new();
    let mut request = get(&server.url("/"));
    request.cancel = Some(handle.clone());
    let call = thread::spawn(move || fetch(&transport(), request));
    assert_eq!(server.hear(), "now");
    handle.cancel();
    assert_eq!(call.join().unwrap().unwrap_err().kind(), Kind::Canceled);
    assert_eq!(server.heard(), ["0"]);
}

#[test]
fn canceling_ends_a_read_also_where_it_looks_like_an_end() {
    for framing in ["transfer-encoding: chunked", "connection: close", "content-length: 9"] {
        let server = Server::new(vec![script(move |stream, say| {
            read_request(stream).unwrap();
            stream.write_all(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n").as_bytes()).unwrap();
            say("now".to_owned());
            say(format!("{}", stream.read(&mut [0; 8]).unwrap_or(0)));
        })]);
        let handle = CancelHandle::new();
        let mut request = get(&server.url("/"));
        request.cancel = Some(handle.clone());
        request.streaming = true;
        let mut body = transport().open(request).unwrap().into_body();
        let read = thread::spawn(move || body.chunk(None));
        assert_eq!(server.hear(), "now");
        handle.cancel();
        assert_eq!(read.join().unwrap().unwrap_err().kind(), Kind::Canceled, "{framing}");
        assert_eq!(server.heard(), ["0"]);
    }
}

#[test]
fn canceling_ends_a_sleep_and_what_comes_after() {
    let transport = transport();
    let handle = CancelHandle::new();
    let sleeper = thread::spawn({
        let (transport, handle) = (transport.clone(), handle.clone());
        move || transport.sleep(Duration::from_secs(3600), Some(&handle))
    });
    handle.cancel();
    sleeper.join().unwrap();
    transport.sleep(Duration::from_secs(3600), Some(&handle));
    let mut request = get("http://127.0.0.1:1/");
    request.cancel = Some(handle);
    let error = fetch(&transport, request).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Canceled, false));
    transport.sleep(Duration::from_millis(1), None);
}

#[test]
fn canceling_too_late_leaves_the_connection_alone() {
    let server = Server::new(vec![script(|stream, say| {
        while let Some((head, _)) = read_request(stream) {
            stream.write_all(OK.as_bytes()).unwrap();
            say(first_line(&head));
        }
    })]);
    let transport = transport();
    let handle = CancelHandle::new();
    let mut request = get(&server.url("/1"));
    request.cancel = Some(handle.clone());
    fetch(&transport, request).unwrap();
    handle.cancel();
    fetch(&transport, get(&server.url("/2"))).unwrap();
    drop(transport);
    assert_eq!(server.heard(), ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]);
}

/// The connection of a call that is over may be another call's by now.
#[test]
fn canceling_a_call_that_is_over_leaves_the_next_call_on_its_connection_alone() {
    let (go, wait) = mpsc::channel::<()>();
    let server = Server::new(vec![script(move |stream, say| {
        for number in 0..2 {
            let (head, _) = read_request(stream).unwrap();
            say(first_line(&head));
            if number == 1 {
                // Until the first call has been canceled.
                wait.recv_timeout(PATIENCE).unwrap();
            }
            stream.write_all(OK.as_bytes()).unwrap();
        }
    })]);
    let transport = transport();
    let handle = CancelHandle::new();
    let mut request = get(&server.url("/1"));
    request.cancel = Some(handle.clone());
    fetch(&transport, request).unwrap();
    assert_eq!(server.hear(), "GET /1 HTTP/1.1");
    let next = get(&server.url("/2"));
    let call = thread::spawn(move || fetch(&transport, next));
    assert_eq!(server.hear(), "GET /2 HTTP/1.1");
    handle.cancel();
    go.send(()).unwrap();
    assert_eq!(call.join().unwrap().unwrap(), (200, b"ok".to_vec()));
}
