//! The transport over an agent that the user brings along.

use std::{io::Write, sync::mpsc, thread, time::Duration};

use codespar_blocking::{Client, Config, RetryPolicy, UreqTransport};
use codespar_engine::{
    CancelHandle,
    driver::{BlockingBody, BlockingTransport, TransportErrorKind as Kind},
};
use http::HeaderValue;

use crate::support::{
    OK, PATIENCE, Server, answer, fetch, get, header, post, read_request, script,
};

fn transport() -> UreqTransport {
    UreqTransport::from_agent(ureq::Agent::config_builder().proxy(None).build().new_agent())
}

#[test]
fn settings_of_the_agent_do_not_change_answers() {
    for status in [200, 302, 500] {
        let text = format!("HTTP/1.1 {status} X\r\nlocation: /b\r\ncontent-length: 2\r\n\r\nok");
        let server = Server::new(vec![answer(text)]);
        let (got, body) = fetch(&transport(), post(&server.url("/a"), "x")).unwrap();
        assert_eq!((got, body), (status, b"ok".to_vec()));
        assert_eq!(server.heard(), ["POST /a HTTP/1.1"]);
    }
}

#[test]
fn sensitive_headers_are_sent_and_none_is_added_but_one() {
    let server = Server::new(vec![script(|stream, say| {
        let (head, _) = read_request(stream).unwrap();
        stream.write_all(OK.as_bytes()).unwrap();
        say(head);
    })]);
    let mut request = get(&server.url("/"));
    let mut value = HeaderValue::from_static("Bearer x");
    value.set_sensitive(true);
    request.request.headers_mut().insert("authorization", value);
    fetch(&transport(), request).unwrap();
    let head = server.hear();
    assert_eq!(header(&head, "authorization"), Some("Bearer x"));
    assert_eq!(header(&head, "accept-encoding"), Some("identity"));
    for absent in ["user-agent", "accept", "content-length"] {
        assert_eq!(header(&head, absent), None, "{head}");
    }
}

#[test]
fn failures_are_told_apart() {
    let refused = fetch(&transport(), post("http://127.0.0.1:1/", "x")).unwrap_err();
    assert_eq!((refused.kind(), refused.may_have_been_sent()), (Kind::Connect, false), "{refused}");

    let server = Server::new(vec![answer("")]);
    let broken = fetch(&transport(), post(&server.url("/"), "x")).unwrap_err();
    assert_eq!((broken.kind(), broken.may_have_been_sent()), (Kind::Io, true), "{broken}");
    assert_eq!(server.heard(), ["POST / HTTP/1.1"]);

    let (done, wait) = mpsc::channel::<()>();
    let server = Server::new(vec![script(move |stream, _| {
        read_request(stream);
        let _ = wait.recv_timeout(PATIENCE);
    })]);
    let mut request = get(&server.url("/"));
    request.timeout = Some(Duration::from_millis(200));
    let late = fetch(&transport(), request).unwrap_err();
    assert_eq!((late.kind(), late.may_have_been_sent()), (Kind::Timeout, true), "{late}");
    drop(done);
}

#[test]
fn canceling_is_noticed_at_the_next_bytes() {
    let (go, wait) = mpsc::channel();
    let server = Server::new(vec![script(move |stream, _| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome").unwrap();
        wait.recv_timeout(PATIENCE).unwrap();
        stream.write_all(b"more").unwrap();
        thread::sleep(Duration::from_millis(50));
    })]);
    let handle = CancelHandle::new();
    let mut request = get(&server.url("/"));
    request.cancel = Some(handle.clone());
    let mut body = transport().open(request).unwrap().into_body();
    assert_eq!(body.chunk(None).unwrap().unwrap(), "some");
    handle.cancel();
    go.send(()).unwrap();
    assert_eq!(body.chunk(None).unwrap_err().kind(), Kind::Canceled);
}

/// What may have been sent over a foreign agent counts as sent: a payment is not repeated for it.
#[test]
fn a_payment_over_a_foreign_agent_is_sent_once_whatever_becomes_of_it() {
    for silent in [false, true] {
        let (done, wait) = mpsc::channel::<()>();
        let hang_up = |stream: &mut std::net::TcpStream, say: &dyn Fn(String)| {
            if let Some((head, _)) = read_request(stream) {
                say(head.lines().next().unwrap().to_owned());
            }
        };
        let server = Server::new(vec![
            script(move |stream, say| {
                hang_up(stream, say);
                // Until the client has had enough.
                let _ = silent.then(|| wait.recv_timeout(PATIENCE));
            }),
            script(hang_up),
        ]);
        let config = Config::new("csk_test_x")
            .base_url(server.url(""))
            .timeout(if silent { Duration::from_millis(500) } else { PATIENCE })
            .retry(RetryPolicy::default());
        let client = Client::with_transport(config, transport()).unwrap();
        let session = client.session("ses_1").unwrap();
        let pay = session.execute("codespar_pay", &serde_json::json!({"amount": 100}));
        let error = pay.send().unwrap_err();
        assert!(error.may_have_been_sent(), "{error:?}");
        assert_eq!(error.attempts(), 1, "{error:?}");
        assert_eq!(error.is_timeout(), silent, "{error:?}");
        drop(done);
        assert_eq!(server.hear(), "POST /v1/sessions/ses_1/execute HTTP/1.1");
    }
}
