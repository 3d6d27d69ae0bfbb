//! The transports for tests: they insist on their script, and they read recordings.

use codespar_engine::{
    Call, KeyRule,
    driver::TransportErrorKind,
    kit::{RequestBuilder, Retry, Route},
    testing::{AsyncReplay, Expected, Replay},
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{PAY, millis, ok, pay, secs, shared, watch};

const PATH: &str = "/v1/things/t1/pay";

fn expected() -> Expected {
    Expected::new(Method::POST, PATH)
        .json(json!({"amount": 100}))
        .header("content-type", "application/json")
}

#[test]
fn a_request_that_fits_is_answered() {
    let script = Replay::new().exchange(expected(), ok().after(millis(30)));
    pay(script.clone(), &shared()).send().unwrap();
    script.assert_done();
    let sent = &script.requests()[0];
    assert_eq!(sent.json(), json!({"amount": 100}));
    assert_eq!((sent.at, sent.timeout), (secs(0), Some(secs(60))));
    assert_eq!(script.elapsed(), millis(30));
}

#[test]
#[should_panic(expected = "request 1 differs from the script:\nbody: expected")]
fn another_body_fails_the_test() {
    let script = Replay::new().exchange(expected().json(json!({"amount": 101})), ok());
    let _ = pay(script, &shared()).send();
}

#[test]
#[should_panic(expected = "path: expected \"/v1/other\", came \"/v1/things/t1/pay\"")]
fn another_path_fails_the_test() {
    let other = Expected::new(Method::POST, "/v1/other").any_body();
    let _ = pay(Replay::new().exchange(other, ok()), &shared()).send();
}

#[test]
#[should_panic(expected = "header: expected \"x-trace\", came []")]
fn a_missing_header_fails_the_test() {
    let other = expected().header("x-trace", "t1");
    let _ = pay(Replay::new().exchange(other, ok()), &shared()).send();
}

#[test]
#[should_panic(expected = "request 1 is not in the script: POST /v1/things/t1/pay")]
fn a_request_too_many_fails_the_test() {
    let _ = pay(Replay::new(), &shared()).send();
}

#[test]
#[should_panic(expected = "1 answers of the script were not asked for")]
fn an_answer_too_many_fails_the_test() {
    Replay::new().answer(ok()).assert_done();
}

#[test]
fn an_answer_that_takes_too_long_is_a_timeout() {
    let script = Replay::new().answer(ok().after(secs(61)));
    let error = pay(script.clone(), &shared()).send().unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(script.elapsed(), secs(60));
    let script = Replay::new().fail_after(TransportErrorKind::Io, secs(2));
    pay(script.clone(), &shared()).send().unwrap_err();
    assert_eq!(script.elapsed(), secs(2));
}

const RECORDINGS: &str = include_str!("recordings.jsonl");

#[test]
fn recordings_are_read_and_insisted_on() {
    let script = Replay::from_jsonl(RECORDINGS, "a.b/pay");
    let route = Route::new("first", Method::GET, "/v1/first", Retry::Safe);
    let flow = RequestBuilder::new(&route, &[])
        .pair("q", "a b")
        .unary(&shared(), |answer| answer.json::<Value>());
    assert_eq!(Call::new(script.clone(), flow).send().unwrap(), json!([1.5]));
    let draft = RequestBuilder::new(&PAY, &[("thing", "t1")]).json(&json!({"amount": 100}));
    let draft = draft.keyed(KeyRule::Unpromised);
    let flow = draft.unary(&shared(), |answer| answer.json::<Value>());
    let keyed = Call::new(script.clone(), flow).idempotency_key("mine");
    let error = keyed.send().unwrap_err();
    assert!(error.may_have_been_sent());
    script.assert_done();
}

#[test]
fn recorded_streams_come_in_their_pieces_and_break_where_they_broke() {
    let mut items = watch(Replay::from_jsonl(RECORDINGS, "a.b/watch"));
    assert_eq!(items.next().unwrap().unwrap(), "paid");
    assert!(items.next().unwrap().is_err());
}

#[test]
#[should_panic(expected = "a.b/none: no such case in the recordings")]
fn a_case_that_is_not_there_fails_the_test() {
    let _ = Replay::from_jsonl(RECORDINGS, "a.b/none");
}

#[test]
fn the_same_script_serves_an_asynchronous_client() {
    let script = Replay::new().exchange(expected(), ok());
    let future = pay(AsyncReplay::from(script.clone()), &shared()).into_future();
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_ready());
    script.assert_done();
    assert_eq!(script.requests()[0].uri.path(), PATH);
}

#[test]
fn all_recorded_cases_can_be_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/wire/");
    let mut exchanges = 0;
    for file in ["codespar.jsonl", "upivia.jsonl"] {
        let lines = std::fs::read_to_string(format!("{folder}{file}")).unwrap();
        for line in lines.lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let script = Replay::from_jsonl(line, case["case"].as_str().unwrap());
            exchanges += script.left();
        }
    }
    assert!(exchanges > 700, "{exchanges}");
}
