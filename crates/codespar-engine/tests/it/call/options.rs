//! Options that cannot work fail before anything is sent.

use std::sync::Arc;

use codespar_engine::{Call, Error, ErrorKind, testing::Replay};
use serde_json::Value;

use crate::support::{pay, secs, service, shared};

fn refused(change: impl FnOnce(Call<Replay, Value>) -> Call<Replay, Value>) -> Error {
    let script = Replay::new();
    let error = change(pay(script.clone(), &shared())).send().unwrap_err();
    assert!(script.requests().is_empty());
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.attempts(), 0);
    assert!(!error.may_have_been_sent());
    error
}

#[test]
fn each_names_its_field() {
    let long = "k".repeat(256);
    let errors = [
        refused(|call| call.timeout(secs(0))),
        refused(|call| call.timeout(secs(86_401))),
        refused(|call| call.header("bad name", "x")),
        refused(|call| call.header("x-name", "line\nbreak")),
        refused(|call| call.header("content-length", "5")),
        refused(|call| call.header("Transfer-Encoding", "chunked")),
        refused(|call| call.idempotency_key("")),
        refused(|call| call.idempotency_key("two words")),
        refused(|call| call.idempotency_key("line\nbreak")),
        refused(|call| call.idempotency_key(long)),
    ];
    let lines: Vec<_> = errors.iter().map(|error| format!("{:?} {error}", error.field())).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    Some("timeout") thing.pay: timeout: expected more than zero and at most 24 hours
    Some("timeout") thing.pay: timeout: expected more than zero and at most 24 hours
    Some("header") thing.pay: header: expected a header name
    Some("header") thing.pay: header: expected a value of visible ASCII
    Some("header") thing.pay: header: expected a header that is not about framing
    Some("header") thing.pay: header: expected a header that is not about framing
    Some("idempotency_key") thing.pay: idempotency_key: expected visible ASCII without spaces
    Some("idempotency_key") thing.pay: idempotency_key: expected visible ASCII without spaces
    Some("idempotency_key") thing.pay: idempotency_key: expected visible ASCII without spaces
    Some("idempotency_key") thing.pay: idempotency_key: expected at most 255 characters
    "#);
}

#[test]
fn limits_of_the_client_are_checked_too() {
    let mut service = service();
    service.timeout = std::time::Duration::MAX;
    let script = Replay::new();
    let error = pay(script.clone(), &Arc::new(service)).send().unwrap_err();
    assert_eq!(error.field(), Some("timeout"));
    assert!(script.requests().is_empty());
}

#[test]
fn a_header_is_sent_and_replaces_the_common_one() {
    let script = Replay::new().answer(crate::support::ok());
    let call = pay(script.clone(), &shared()).header("x-trace", "t1").header("accept", "text/csv");
    call.send().unwrap();
    let sent = &script.requests()[0];
    assert_eq!(sent.header("x-trace"), Some("t1"));
    assert_eq!(sent.header("accept"), Some("text/csv"));
}
