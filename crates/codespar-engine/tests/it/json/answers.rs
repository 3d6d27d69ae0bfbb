//! Answers that are not what was promised: each a clear error that keeps the raw body.

use std::sync::Arc;

use codespar_engine::{
    Answer, Error, ErrorKind, Extra,
    kit::{RequestBuilder, Unary},
    testing::{Recorded, Replay},
};
use serde_json::json;

use crate::support::{READ, ok, pay, read, service, shared};

/// A thing with parts.
#[derive(Debug, Answer)]
struct Thing {
    /// Its parts.
    #[allow(dead_code, reason = "it is read only")]
    parts: Vec<Part>,
    /// The rest.
    #[allow(dead_code, reason = "it is read only")]
    extra: Extra,
}

/// A part.
#[derive(Debug, Answer)]
struct Part {
    /// When it was made.
    made: u32,
    /// The rest.
    extra: Extra,
}

/// What reading a thing gives when the server answers so.
fn outcome(recorded: Recorded) -> Error {
    let flow: Unary<Thing> =
        RequestBuilder::new(&READ, &[("thing", "t1")]).unary(&shared(), |answer| answer.json());
    codespar_engine::Call::new(Replay::new().answer(recorded), flow).send().unwrap_err()
}

fn line(error: &Error) -> String {
    format!("{}: {error}", error.kind().as_str())
}

#[test]
fn each_bad_answer_has_its_error() {
    let html = "<html><h1>Bad gateway</h1></html>";
    let table = [
        ("html", Recorded::text(200, "text/html; charset=utf-8", html)),
        ("html as json", Recorded::text(200, "application/json", html)),
        ("cut", Recorded::text(200, "application/json", r#"{"parts":[{"made":1"#)),
        ("wrong type", Recorded::json(200, json!({"parts": [{"made": 1}, {"made": "yesterday"}]}))),
        ("missing", Recorded::json(200, json!({"parts": [{}]}))),
        ("list", Recorded::json(200, json!([1, 2]))),
        ("out of range", Recorded::json(200, json!({"parts": [{"made": -1}]}))),
        ("empty", Recorded::status(200)),
        ("no content", Recorded::status(204)),
        ("not UTF-8", Recorded::status(200).chunk(&b"{\"parts\":\"\xff\xfe\"}"[..])),
        ("redirect", Recorded::status(302).header("location", "https://elsewhere.test/")),
        ("html refusal", Recorded::text(500, "text/html", html)),
        (
            "refusal",
            Recorded::json(422, json!({"code": "no_stock", "message": "none left\nsorry"})),
        ),
    ];
    let lines: Vec<_> = table
        .into_iter()
        .map(|(name, answer)| format!("{name}: {}", line(&outcome(answer))))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_request_id_of_the_answer_comes_before_one_that_its_body_quotes() {
    let refusal = || Recorded::text(422, "application/json", r#"{"error":"no","request_id":"b"}"#);
    assert_eq!(outcome(refusal().header("x-request-id", "r1")).request_id(), Some("r1"));
    assert_eq!(outcome(refusal()).request_id(), Some("b"));
}

#[test]
fn the_raw_body_is_kept() {
    let error = outcome(Recorded::text(200, "text/html", "<html>").header("x-request-id", "r1"));
    assert_eq!(error.body().unwrap(), "<html>");
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.request_id(), Some("r1"));
    let error = outcome(Recorded::text(200, "application/json", r#"{"parts":[{"#));
    assert_eq!(error.body().unwrap(), r#"{"parts":[{"#);
    let error = outcome(Recorded::json(422, json!({"code": "no_stock"})));
    assert_eq!(error.json().unwrap().as_str(), r#"{"code":"no_stock"}"#);
    assert_eq!(error.code(), Some("no_stock"));
}

#[test]
fn values_of_the_server_are_not_quoted() {
    let error = outcome(Recorded::json(200, json!({"parts": [{"made": "hunter2"}]})));
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    let error = outcome(Recorded::json(200, json!({"parts": [{"made": 12_345_678_901_u64}]})));
    assert!(!format!("{error} {error:?}").contains("12345678901"), "{error:?}");
}

#[test]
fn a_refusal_is_told_from_what_leaves_it_open() {
    let refused = |script: Replay| pay(script, &shared()).send().unwrap_err().is_refusal();
    let answer = |status| Recorded::json(status, serde_json::json!({"code": "no"}));
    for status in [400, 401, 403, 404, 422] {
        assert!(refused(Replay::new().answer(answer(status))), "{status}");
    }
    for status in [302, 408, 409, 500] {
        assert!(!refused(Replay::new().answer(answer(status))), "{status}");
    }
    assert!(!refused(Replay::new().answer(Recorded::text(200, "text/html", "<html>"))));
}

#[test]
fn a_refused_payment_may_have_been_sent() {
    let script = Replay::new().answer(Recorded::json(500, json!({})));
    assert!(pay(script, &shared()).send().unwrap_err().may_have_been_sent());
}

#[test]
fn a_body_that_declares_too_much_is_not_read() {
    let huge = ok().header("content-length", "1073741824");
    let error = outcome(huge);
    assert_eq!(
        line(&error),
        "decode: thing.read: the answer is longer than 67108864 bytes (status 200)"
    );
}

#[test]
fn a_body_that_grows_beyond_the_limit_is_given_up() {
    let mut service = service();
    service.limits.body_bytes = 10;
    let body = Recorded::status(200).chunk("12345").chunk("67890").chunk("1");
    let error = read(Replay::new().answer(body), &Arc::new(service)).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.body().unwrap(), "1234567890");
}

#[test]
fn nesting_without_end_is_an_error() {
    let deep = format!("{{\"parts\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let error = outcome(Recorded::text(200, "application/json", &deep));
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn the_answer_stands_beside_the_output() {
    let answer = Recorded::json(201, json!({"ok": true})).header("x-request-id", "req_7");
    let reply = read(Replay::new().answer(answer), &shared()).with_response().send().unwrap();
    assert_eq!(reply.output, json!({"ok": true}));
    assert_eq!(reply.status, 201);
    assert_eq!(reply.request_id(), Some("req_7"));
    assert_eq!(reply.attempts, 1);
}

#[test]
fn an_output_can_be_turned_into_something_else_or_an_error() {
    let call = read(Replay::new().answer(ok()), &shared()).map(|value| value["ok"] == true);
    assert!(call.send().unwrap());
    let call = read(Replay::new().answer(ok()), &shared())
        .and_then(|_| Err::<(), _>(Error::decode("no good")));
    let error = call.send().unwrap_err();
    assert_eq!((error.message(), error.attempts()), ("no good", 1));
    assert!(error.may_have_been_sent());
}
