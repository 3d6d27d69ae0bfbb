//! Idempotency keys: kept over attempts, and never lost.

use std::{
    collections::hash_map::DefaultHasher,
    hash::BuildHasherDefault,
    time::{Duration, SystemTime},
};

use codespar_engine::{
    Call, Verdict,
    driver::{Clock as _, Ticker, TransportErrorKind},
    kit::{RequestBuilder, Retry},
    testing::{Recorded, Replay},
};
use http::Method;
use serde_json::{Value, json};

use crate::support::{book, chat, offline, ok, pay, read, shared, told};

#[test]
fn a_made_up_key_stays_the_same_over_all_attempts() {
    let script = Replay::new()
        .fail(TransportErrorKind::Io)
        .answer(Recorded::json(503, json!({})))
        .answer(ok());
    insta::assert_snapshot!(told(book(offline(), &shared()), script), @r#"
    > POST /v1/things (timeout 60s)
      authorization: Bearer [redacted]
      idempotency-key: 80000000-0000-4000-8000-000000000001
      {
        "seat": "12A"
      }
    ! connection broke: connection reset
    … wait 250ms
    > POST /v1/things (timeout 59.75s)
      authorization: Bearer [redacted]
      idempotency-key: 80000000-0000-4000-8000-000000000001
      {
        "seat": "12A"
      }
    < 503
      {}
    … wait 500ms
    > POST /v1/things (timeout 59.25s)
      authorization: Bearer [redacted]
      idempotency-key: 80000000-0000-4000-8000-000000000001
      {
        "seat": "12A"
      }
    < 200
      {"ok":true}
    = Ok(Object {"ok": Bool(true)})
    "#);
}

#[test]
fn the_key_is_in_the_error() {
    let io = TransportErrorKind::Io;
    let script = Replay::new().fail(io).fail(io).fail(io);
    let calls = script.clone();
    let error = book(script, &shared()).send().unwrap_err();
    let sent: Vec<_> = calls.requests();
    assert_eq!(sent.len(), 3);
    for request in sent {
        assert_eq!(request.header("idempotency-key"), error.idempotency_key());
    }
    assert!(error.idempotency_key().is_some());
}

#[test]
fn the_key_is_in_the_reply() {
    let script = Replay::new().fail(TransportErrorKind::Timeout).answer(ok());
    let reply = book(script, &shared()).idempotency_key("seat-12A").with_response().send().unwrap();
    assert_eq!(reply.idempotency_key.as_deref(), Some("seat-12A"));
    assert_eq!(reply.attempts, 2);
}

#[test]
fn a_key_the_server_would_not_honour_is_refused_before_anything_is_sent() {
    type Give = fn(Call<Replay, Value>) -> Call<Replay, Value>;
    let as_option: Give = |call| call.idempotency_key("k1");
    let as_header: Give = |call| call.header("Idempotency-Key", "k1");
    for give in [as_option, as_header] {
        for call in [pay, read] {
            let script = Replay::new();
            let error = give(call(script.clone(), &shared())).send().unwrap_err();
            assert_eq!(error.field(), Some("idempotency_key"));
            assert_eq!(error.verdict(), Verdict::NothingSent);
            assert!(script.requests().is_empty());
        }
    }
    let script = Replay::new();
    let stream = chat(script.clone()).header("idempotency-key", "k1").next();
    assert_eq!(stream.unwrap().unwrap_err().field(), Some("idempotency_key"));
    assert!(script.requests().is_empty());
}

#[test]
fn a_key_is_known_before_the_call_and_is_the_one_that_is_sent() {
    let script = Replay::new().answer(ok());
    let mut call = book(script.clone(), &shared());
    let key = call.key().unwrap().to_owned();
    assert_eq!(call.key(), Some(&*key));
    call.send().unwrap();
    assert_eq!(script.requests()[0].header("idempotency-key"), Some(&*key));

    let mut named = book(Replay::new(), &shared()).idempotency_key("seat-12A").map(drop);
    assert_eq!(named.key(), Some("seat-12A"));
    assert_eq!(pay(Replay::new(), &shared()).key(), None);
    assert_eq!(read(Replay::new(), &shared()).with_response().key(), None);
}

#[test]
fn a_request_of_the_callers_own_takes_any_key_and_promises_nothing() {
    let script = Replay::new().fail(TransportErrorKind::Io);
    let draft = RequestBuilder::raw("raw", Method::POST, Retry::Once, "/v1/anything");
    let flow = draft.unary(&shared(), |answer| answer.json::<Value>());
    let error = Call::new(script.clone(), flow).idempotency_key("k1").send().unwrap_err();
    assert_eq!(script.requests()[0].header("idempotency-key"), Some("k1"));
    assert_eq!((error.attempts(), error.verdict()), (1, Verdict::Unknown));
}

#[test]
fn a_read_carries_no_key() {
    let script = Replay::new().answer(ok());
    let calls = script.clone();
    let reply = read(script, &shared()).with_response().send().unwrap();
    assert_eq!(calls.requests()[0].header("idempotency-key"), None);
    assert_eq!(reply.idempotency_key, None);
}

#[test]
fn a_key_given_as_a_header_is_the_key() {
    let script = Replay::new().fail(TransportErrorKind::Timeout).answer(ok());
    let calls = script.clone();
    let call = book(script, &shared()).header("Idempotency-Key", "seat-12A");
    let reply = call.with_response().send().unwrap();
    assert_eq!(reply.idempotency_key.as_deref(), Some("seat-12A"));
    for request in calls.requests() {
        assert_eq!(request.header("idempotency-key"), Some("seat-12A"));
    }
}

#[test]
fn two_copies_of_one_source_of_chance_differ_by_the_time() {
    let now = offline().tick().now;
    let copy = |wall| Ticker::new(BuildHasherDefault::<DefaultHasher>::default(), wall);
    let noise = |wall| copy(wall).tick(now).noise();
    let later = || SystemTime::UNIX_EPOCH + Duration::from_nanos(1);
    assert_eq!(noise(|| SystemTime::UNIX_EPOCH), noise(|| SystemTime::UNIX_EPOCH));
    assert_ne!(noise(|| SystemTime::UNIX_EPOCH), noise(later));
}
