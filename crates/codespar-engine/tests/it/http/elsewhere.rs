//! Requests to other servers, and refusals that mean nothing.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use codespar_engine::{
    Call, ErrorKind, Items, RetryPolicy,
    kit::{BaseUrl, EventStream, RequestBuilder, Response, Retry, Service, no_answer},
    testing::{Recorded, Replay},
};
use http::{HeaderName, HeaderValue, Method};

use crate::support::{CHAT, States, event, service, shared};

fn put(url: &str) -> RequestBuilder {
    let name = HeaderName::from_static("x-kind");
    RequestBuilder::elsewhere("file.put", Method::PUT, Retry::Safe, "upload_url", url)
        .content(HeaderValue::from_static("video/mp4"), Bytes::from_static(b"film").into())
        .header(name, HeaderValue::from_static("own"))
}

#[test]
fn another_server_learns_nothing_about_the_client() {
    let server = Replay::new().answer(Recorded::status(204));
    let flow = put("https://files.test:81/put?key=a%20b").unary(&shared(), no_answer);
    Call::new(server.clone(), flow).header("x-trace", "1").send().unwrap();
    let sent = &server.requests()[0];
    assert_eq!(sent.uri, "https://files.test:81/put?key=a%20b");
    let names: Vec<_> = sent.headers.keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["content-type", "x-kind", "x-trace"]);
    assert_eq!(sent.body, "film");
}

#[test]
fn what_is_no_address_on_the_web_is_refused() {
    let wrong =
        ["", "/put", "files.test/put", "ftp://files.test/", "https://", "http://u:p@a.test/"];
    for url in wrong {
        let server = Replay::new();
        let call = Call::new(server.clone(), put(url).unary(&shared(), no_answer));
        let error = call.send().unwrap_err();
        assert_eq!(error.field(), Some("upload_url"), "{url}");
        assert!(url.is_empty() || !format!("{error:?} {error}").contains(url));
        assert!(server.requests().is_empty());
    }
}

#[test]
fn a_service_over_https_sends_nothing_elsewhere_in_plain_text() {
    let to = |base: &str, url: &str| {
        let mut service = service();
        service.base = BaseUrl::parse(base).unwrap();
        let server = Replay::new().answer(Recorded::status(204));
        let call = Call::new(server.clone(), put(url).unary(&Arc::new(service), no_answer));
        (call.send(), server.requests().len())
    };
    for url in ["http://files.test/put", "HTTP://127.0.0.1/put"] {
        let (sent, requests) = to("https://api.test", url);
        let error = sent.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("upload_url")));
        assert!(!error.may_have_been_sent());
        assert_eq!(requests, 0);
        assert!(to("http://localhost:8787", url).0.is_ok());
    }
    assert!(to("https://api.test", "https://files.test/put").0.is_ok());
}

#[test]
fn another_server_gets_no_credential_of_a_call() {
    let with = |name: &str| {
        let server = Replay::new().answer(Recorded::status(204));
        let flow = put("https://files.test/put").unary(&shared(), no_answer);
        (Call::new(server.clone(), flow).header(name, "hunter2").send(), server.requests().len())
    };
    for name in ["authorization", "Cookie", "proxy-authorization", "x-api-key", "X-Auth-Token"] {
        let (sent, requests) = with(name);
        let error = sent.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("header")), "{name}");
        assert_eq!(requests, 0);
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
    // What a storage service asks for by names of its own is meant for it.
    for name in ["x-amz-security-token", "x-amz-acl", "x-goog-meta-a", "x-ms-blob-type"] {
        assert!(with(name).0.is_ok(), "{name}");
    }
}

fn is_nothing(answer: &Response) -> bool {
    answer.body.is_empty() && answer.status == 400
}

fn may_be_nothing(answer: &Response) -> bool {
    answer.body.is_empty() && answer.status == 503
}

fn chat(server: &Replay) -> Items<Replay, String> {
    const PAUSES: &[Duration] = &[Duration::from_millis(500), Duration::from_secs(1)];
    let draft = RequestBuilder::new(&CHAT, &[]);
    let stream = EventStream::new(&shared(), draft, States::default());
    Items::new(server.clone(), stream.forgiving(is_nothing, may_be_nothing, PAUSES))
}

fn empty(status: u16) -> Recorded {
    Recorded::status(status)
}

#[test]
fn a_refusal_that_means_nothing_is_forgiven_as_often_as_there_are_pauses() {
    let last = Recorded::events([event("final", "over")]);
    let server = Replay::new().answer(empty(400)).answer(empty(400)).answer(last);
    let items: Vec<_> = chat(&server).collect::<Result<_, _>>().unwrap();
    assert_eq!(items, ["over"]);
    assert_eq!(server.elapsed(), Duration::from_millis(1500));

    let server = Replay::new().answer(empty(400)).answer(empty(400)).answer(empty(400));
    let error = chat(&server).next().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, 3));
    server.assert_done();
}

#[test]
fn what_may_have_begun_is_opened_again_only_as_often_as_the_call_asks_for() {
    let server = Replay::new().answer(empty(503));
    let error = chat(&server).next().unwrap().unwrap_err();
    assert_eq!(error.attempts(), 1);
    for retries in 1..=3 {
        let server = (0..=retries).fold(Replay::new(), |server, _| server.answer(empty(503)));
        let error = chat(&server).retries(retries).next().unwrap().unwrap_err();
        assert_eq!(error.attempts(), retries + 1);
        server.assert_done();
    }
}

#[test]
fn a_call_or_a_client_that_wants_no_retries_gets_none() {
    let server = Replay::new().answer(empty(400));
    let error = chat(&server).retries(0).next().unwrap().unwrap_err();
    assert_eq!(error.attempts(), 1);

    const PAUSES: &[Duration] = &[Duration::from_secs(1)];
    let mut service = Service::clone(&shared());
    service.retry = RetryPolicy::never();
    let stream =
        EventStream::new(&Arc::new(service), RequestBuilder::new(&CHAT, &[]), States::default())
            .forgiving(is_nothing, may_be_nothing, PAUSES);
    let server = Replay::new().answer(empty(400));
    let error = Items::new(server.clone(), stream).next().unwrap().unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[test]
fn any_other_refusal_means_something_and_a_pause_must_fit_into_the_time() {
    for (status, text) in [(400, "busy"), (500, "")] {
        let server = Replay::new().answer(Recorded::text(status, "text/plain", text));
        let error = chat(&server).next().unwrap().unwrap_err();
        assert_eq!(error.attempts(), 1);
    }
    let server = Replay::new().answer(empty(400));
    let error = chat(&server).timeout(Duration::from_millis(400)).next().unwrap().unwrap_err();
    assert_eq!((error.kind(), server.elapsed()), (ErrorKind::Api, Duration::ZERO));
}
