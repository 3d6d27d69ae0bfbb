//! When a request is sent again, and when it is not.

use codespar_engine::{
    ErrorKind,
    driver::TransportErrorKind,
    testing::{Recorded, Replay},
};
use serde_json::json;

use crate::support::{book, millis, offline, ok, pay, read, secs, shared, told};

fn busy() -> Recorded {
    Recorded::json(503, json!({"message": "busy"}))
}

#[test]
fn a_read_is_repeated_after_503_when_the_server_said() {
    let script = Replay::new().answer(busy().header("retry-after", "2")).answer(ok());
    insta::assert_snapshot!(told(read(offline(), &shared()), script), @r#"
    > GET /v1/things/t1 (timeout 60s)
      authorization: Bearer [redacted]
    < 503 retry-after: 2
      {"message":"busy"}
    … wait 2s
    > GET /v1/things/t1 (timeout 58s)
      authorization: Bearer [redacted]
    < 200
      {"ok":true}
    = Ok(Object {"ok": Bool(true)})
    "#);
}

#[test]
fn the_server_may_name_a_date() {
    // Virtual time begins with the year 2026.
    let date = "Thu, 01 Jan 2026 00:00:07 GMT";
    let script = Replay::new().answer(busy().header("retry-after", date)).answer(ok());
    let calls = script.clone();
    read(script, &shared()).send().unwrap();
    assert_eq!(calls.elapsed(), secs(7));
}

#[test]
fn the_body_may_say_how_long_to_wait_and_is_believed_first() {
    let body = json!({"message": "slow down", "retry_after_ms": 1500});
    let limited = Recorded::json(429, body).header("retry-after", "30");
    let script = Replay::new().answer(limited).answer(ok());
    let calls = script.clone();
    read(script, &shared()).send().unwrap();
    assert_eq!(calls.elapsed(), millis(1500));
}

#[test]
fn a_wait_the_server_asks_for_beyond_the_cap_ends_the_call() {
    let script = Replay::new().answer(busy().header("retry-after", "61"));
    let error = read(script, &shared()).timeout(secs(600)).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.retry_after(), Some(secs(61)));
    assert_eq!(error.attempts(), 1);
}

#[test]
fn without_a_word_from_the_server_waits_grow() {
    let script = Replay::new().answer(busy()).answer(busy()).answer(busy());
    insta::assert_snapshot!(told(read(offline(), &shared()), script), @r#"
    > GET /v1/things/t1 (timeout 60s)
      authorization: Bearer [redacted]
    < 503
      {"message":"busy"}
    … wait 250ms
    > GET /v1/things/t1 (timeout 59.75s)
      authorization: Bearer [redacted]
    < 503
      {"message":"busy"}
    … wait 500ms
    > GET /v1/things/t1 (timeout 59.25s)
      authorization: Bearer [redacted]
    < 503
      {"message":"busy"}
    = Err(api) thing.read: busy (status 503, after 3 requests)
    "#);
}

#[test]
fn no_wait_ends_after_the_deadline() {
    let script = Replay::new().answer(busy().header("retry-after", "5"));
    insta::assert_snapshot!(
        told(read(offline(), &shared()).timeout(secs(5)), script),
        @r#"
    > GET /v1/things/t1 (timeout 5s)
      authorization: Bearer [redacted]
    < 503 retry-after: 5
      {"message":"busy"}
    = Err(api) thing.read: busy (status 503)
    "#
    );
}

#[test]
fn the_budget_covers_all_attempts() {
    let script = Replay::new()
        .answer(busy().after(secs(3)).header("retry-after", "1"))
        .answer(ok().after(secs(9)));
    insta::assert_snapshot!(told(read(offline(), &shared()).timeout(secs(10)), script));
}

#[test]
fn the_budget_covers_the_body() {
    let trickle = (0..40).fold(Recorded::status(200), |body, _| body.chunk(" ").pause(secs(2)));
    let script = Replay::new().answer(trickle);
    let calls = script.clone();
    let error = read(script, &shared()).timeout(secs(15)).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(calls.elapsed(), secs(15));
}

#[test]
fn a_payment_is_not_sent_again_once_it_may_have_arrived() {
    for kind in [TransportErrorKind::Io, TransportErrorKind::Timeout] {
        let script = Replay::new().fail(kind);
        let error = pay(script, &shared()).send().unwrap_err();
        assert!(error.may_have_been_sent(), "{error}");
        assert_eq!(error.attempts(), 1, "{error}");
    }
    let script = Replay::new().fail(TransportErrorKind::Io);
    insta::assert_snapshot!(told(pay(offline(), &shared()), script), @r#"
    > POST /v1/things/t1/pay (timeout 60s)
      authorization: Bearer [redacted]
      {
        "amount": 100
      }
    ! connection broke: connection reset
    = Err(io) thing.pay: the connection broke (the request may have reached the server)
    "#);
}

#[test]
fn a_payment_is_not_sent_again_after_an_answer() {
    for status in [429, 502, 503, 504] {
        let script = Replay::new().answer(Recorded::json(status, json!({})));
        let error = pay(script, &shared()).send().unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (1, true), "{error}");
    }
}

#[test]
fn a_payment_is_sent_again_when_it_never_left() {
    let script = Replay::new().fail(TransportErrorKind::Connect).answer(ok());
    insta::assert_snapshot!(told(pay(offline(), &shared()), script), @r#"
    > POST /v1/things/t1/pay (timeout 60s)
      authorization: Bearer [redacted]
      {
        "amount": 100
      }
    ! no connection: connection refused
    … wait 250ms
    > POST /v1/things/t1/pay (timeout 59.75s)
      authorization: Bearer [redacted]
      {
        "amount": 100
      }
    < 200
      {"ok":true}
    = Ok(Object {"ok": Bool(true)})
    "#);
}

#[test]
fn a_payment_that_never_left_was_not_sent() {
    let connect = TransportErrorKind::Connect;
    let script = Replay::new().fail(connect).fail(connect).fail(connect);
    let error = pay(script, &shared()).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.attempts(), 3);
    assert!(!error.may_have_been_sent());
}

#[test]
fn an_attempt_that_may_have_arrived_is_not_forgotten() {
    let connect = TransportErrorKind::Connect;
    let script = Replay::new().fail(TransportErrorKind::Io).fail(connect).fail(connect);
    let error = book(script, &shared()).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.may_have_been_sent());
}

#[test]
fn a_body_that_breaks_off_is_asked_for_again_where_that_is_safe() {
    let cut = Recorded::json(200, json!({"ok": true})).broken();
    let script = Replay::new().answer(cut.clone()).answer(ok());
    read(script, &shared()).send().unwrap();
    let error = pay(Replay::new().answer(cut), &shared()).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.may_have_been_sent());
    assert_eq!(error.body().unwrap(), r#"{"ok":true}"#);
}

#[test]
fn refusals_that_will_not_change_are_final() {
    for status in [400, 401, 403, 404, 409, 422, 500, 501] {
        let script = Replay::new().answer(Recorded::json(status, json!({})));
        let error = read(script, &shared()).send().unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (1, false), "{error}");
    }
}

#[test]
fn the_caller_says_how_often() {
    let script = Replay::new().answer(busy());
    assert_eq!(read(script, &shared()).retries(0).send().unwrap_err().attempts(), 1);
    let script = (0..5).fold(Replay::new(), |script, _| script.answer(busy()));
    assert_eq!(read(script, &shared()).retries(4).send().unwrap_err().attempts(), 5);
}
