//! What goes out as a request, and what is an answer.

use std::{io::Write, net::TcpListener};

use bytes::Bytes;
use codespar_blocking::{UreqBody, UreqTransport};
use codespar_engine::driver::TransportErrorKind as Kind;
use http::{
    HeaderValue, Method,
    header::{ACCEPT_ENCODING, EXPECT},
};

use crate::support::{
    OK, Server, answer, exchange, fetch, first_line, header, post, read_request, script, transport,
};

#[test]
fn transport_is_shared_by_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    fn moved<T: Send + 'static>() {}
    shared::<UreqTransport>();
    moved::<UreqBody>();
}

#[test]
fn statuses_and_redirects_are_answers() {
    for status in [204, 302, 304, 401, 500] {
        let text = format!(
            "HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
        );
        let server = Server::new(vec![answer(text)]);
        let (got, body) = fetch(&transport(), post(&server.url("/a"), "x")).unwrap();
        assert_eq!((got, body.len()), (status, 0));
        assert_eq!(server.heard(), ["POST /a HTTP/1.1"]);
    }
}

#[test]
fn requests_are_exactly_what_was_asked_for() {
    let cases = [
        (Method::GET, "", None),
        (Method::DELETE, "", None),
        (Method::DELETE, "{}", Some("2")),
        (Method::POST, "", Some("0")),
        (Method::PATCH, "abc", Some("3")),
    ];
    for (method, text, length) in cases {
        let server = Server::new(vec![script(|stream, say| {
            let (head, body) = read_request(stream).unwrap();
            stream.write_all(OK.as_bytes()).unwrap();
            say(head);
            say(String::from_utf8(body).unwrap());
        })]);
        let request =
            exchange(method.clone(), &server.url("/p?q=1"), Bytes::from_static(text.as_bytes()));
        fetch(&transport(), request).unwrap();
        let heard = server.heard();
        let head = &heard[0];
        assert_eq!(first_line(head), format!("{method} /p?q=1 HTTP/1.1"));
        assert_eq!(header(head, "content-length"), length, "{method} {text}");
        assert_eq!(header(head, "accept-encoding"), Some("identity"));
        for absent in ["transfer-encoding", "user-agent", "accept", "content-type"] {
            assert_eq!(header(head, absent), None, "{head}");
        }
        assert_eq!(heard[1], text);
    }
}

#[test]
fn an_expectation_is_not_sent_and_an_accepted_encoding_is_the_callers() {
    let server = Server::new(vec![script(|stream, say| {
        let (head, _) = read_request(stream).unwrap();
        stream.write_all(OK.as_bytes()).unwrap();
        say(head);
    })]);
    let mut request = post(&server.url("/"), "x");
    let headers = request.request.headers_mut();
    headers.insert(EXPECT, HeaderValue::from_static("100-continue"));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity, *;q=0"));
    fetch(&transport(), request).unwrap();
    let head = server.hear().to_lowercase();
    assert_eq!(header(&head, "accept-encoding"), Some("identity, *;q=0"));
    assert_eq!(head.matches("accept-encoding").count(), 1, "{head}");
    assert_eq!(header(&head, "expect"), None, "{head}");
}

#[test]
fn nobody_listening_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for url in [format!("http://{address}/"), "http://no-such-host.invalid/".to_owned()] {
        let error = fetch(&transport(), post(&url, "x")).unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Connect, false), "{error}");
    }
}
