//! What is marked as sensitive stays out of the logs, at every level.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::{fmt::Write as _, io::Write as _, sync::Mutex};

use common::{OK, Server, fetch, header, post, read_request, script, transport};
use http::HeaderValue;

mod common;

static LOGGED: Mutex<String> = Mutex::new(String::new());

struct Collector;

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = record.args().to_string();
        let mut logged = LOGGED.lock().unwrap();
        // Dumps come in rows: the last word of each joined gives the text back.
        let dumped = text.split(' ').next_back().unwrap_or_default();
        if record.target().starts_with("ureq_proto") {
            logged.push_str(dumped);
        } else {
            writeln!(logged, "{text}").unwrap();
        }
    }

    fn flush(&self) {}
}

#[test]
fn keys_do_not_leak_into_logs() {
    log::set_logger(&Collector).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let server = Server::new(vec![script(|stream, say| {
        let (head, _) = read_request(stream).unwrap();
        stream.write_all(OK.as_bytes()).unwrap();
        say(head);
    })]);
    let mut request = post(&server.url("/path"), "x");
    let mut value = HeaderValue::from_static("Bearer csk_test_sesame");
    value.set_sensitive(true);
    request.request.headers_mut().insert("authorization", value);
    request.request.headers_mut().insert("x-open", HeaderValue::from_static("visible"));
    fetch(&transport(), request).unwrap();
    let head = server.hear();
    assert_eq!(header(&head, "authorization"), Some("Bearer csk_test_sesame"));
    assert_eq!(header(&head, "x-open"), Some("visible"));
    let logged = LOGGED.lock().unwrap();
    assert!(logged.contains("visible"), "the collector sees dumps of heads: {logged}");
    assert!(!logged.contains("sesame"), "{logged}");
}
