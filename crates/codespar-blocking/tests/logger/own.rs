//! Nothing of a request gets into the logs, at any level.

use std::io::Write as _;

use http::HeaderValue;

use crate::{
    logged,
    support::{Server, fetch, header, post, read_request, script, transport},
};

#[test]
fn nothing_of_a_request_leaks_into_logs() {
    let server = Server::new(vec![script(|stream, say| {
        let (head, body) = read_request(stream).unwrap();
        stream.write_all(ANSWER.as_bytes()).unwrap();
        say(head);
        say(String::from_utf8(body).unwrap());
    })]);
    let url = server.url("/consumers/sesame-cpf/pix-keys/%2Bsesame?X-Amz-Signature=sesame");
    let mut request = post(&url, "sesame");
    let mut value = HeaderValue::from_static("Bearer csk_test_sesame");
    value.set_sensitive(true);
    let headers = request.request.headers_mut();
    headers.insert("authorization", value);
    headers.insert("x-open", HeaderValue::from_static("sesame"));
    let logs = logged(|| drop(fetch(&transport(), request).unwrap()));
    let head = server.hear();
    let line = "POST /consumers/sesame-cpf/pix-keys/%2Bsesame?X-Amz-Signature=sesame HTTP/1.1";
    assert_eq!(head.lines().next(), Some(line));
    assert_eq!(header(&head, "authorization"), Some("Bearer csk_test_sesame"));
    assert_eq!(header(&head, "x-open"), Some("sesame"));
    assert_eq!(server.hear(), "sesame");
    let logged: String = logs.into_values().collect();
    assert!(logged.contains("visible"), "the collector sees dumps of heads: {logged}");
    assert!(logged.contains("POST http://127.0.0.1"), "and what ureq says of requests: {logged}");
    assert!(!logged.contains("sesame"), "{logged}");
}

const ANSWER: &str = "HTTP/1.1 200 OK\r\nx-note: visible\r\ncontent-length: 2\r\n\r\nok";
