//! Which idempotency key a call goes out with.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use codespar_engine::{
    Call, Error,
    driver::Flow,
    kit::{IdempotencyKey, KeySource, RequestBuilder, Response, Unary},
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

use crate::support::{BOOK, READ, shared};

fn booked(source: KeySource, named: Option<&str>) -> Result<[Option<String>; 2], Error> {
    let flow = IdempotencyKey::known("thing.book", source, |key| {
        let draft = RequestBuilder::new(&BOOK, &[]).json(&json!({"key": key}));
        draft.unary(&shared(), |answer| answer.json::<Value>())
    });
    sent(flow, named)
}

/// The keys of the header and of the body, as the call said them before, and as they were sent.
fn sent(
    flow: impl Flow<Item = Infallible, Output = Value> + 'static,
    named: Option<&str>,
) -> Result<[Option<String>; 2], Error> {
    let script = Replay::new().answer(Recorded::json(200, json!({"state": "done"})));
    let mut call = Call::new(script.clone(), flow);
    if let Some(key) = named {
        call = call.idempotency_key(key);
    }
    let before = call.key().map(str::to_owned);
    call.send()?;
    let sent = &script.requests()[0];
    let header = sent.header("idempotency-key").map(str::to_owned);
    assert!(before.is_none() || before == header, "{before:?} {header:?}");
    Ok([header, sent.json()["key"].as_str().map(str::to_owned)])
}

#[test]
fn a_question_may_be_made_with_the_key() {
    for named in [None, Some("k1")] {
        let [header, body] = booked(KeySource::MadeUp, named).unwrap();
        assert!(header.is_some() && header == body);
        assert!(named.is_none() || header.as_deref() == named);
    }
}

#[test]
fn the_key_comes_from_the_call_then_from_its_source() {
    let key = |key: &str| [Some(key.to_owned()), Some(key.to_owned())];
    let given = |given: Option<&str>, required| KeySource::Arguments {
        given: given.map(str::to_owned),
        required,
    };
    for (source, alone) in [
        (KeySource::made_by(|| "made".to_owned()), "made"),
        (KeySource::Operation("own".to_owned()), "own"),
        (given(Some("args"), None), "args"),
    ] {
        assert_eq!(booked(source.clone(), None).unwrap(), key(alone), "{source:?}");
        let named = booked(source.clone(), Some("call"));
        match source {
            KeySource::Arguments { .. } => {
                assert_eq!(named.unwrap_err().field(), Some("idempotency_key"));
            }
            _ => assert_eq!(named.unwrap(), key("call"), "{source:?}"),
        }
    }
    assert_eq!(booked(given(Some("same"), None), Some("same")).unwrap(), key("same"));
    assert_eq!(booked(given(None, Some("expected one")), Some("call")).unwrap(), key("call"));
    let flow = IdempotencyKey::around("thing.book", given(None, Some("expected one")), look());
    let error = Call::new(Replay::new(), flow).send().unwrap_err();
    assert_eq!((error.field(), error.operation()), (Some("idempotency_key"), "thing.book"));
    assert!(error.message().contains("expected one"), "{error}");
}

#[test]
fn a_maker_of_keys_is_asked_once_for_a_call_and_not_where_the_call_names_one() {
    let made = Arc::new(AtomicU32::new(0));
    let source = || {
        let made = Arc::clone(&made);
        KeySource::made_by(move || format!("k{}", made.fetch_add(1, Ordering::Relaxed)))
    };
    booked(source(), Some("call")).unwrap();
    assert_eq!(made.load(Ordering::Relaxed), 0);
    assert_eq!(booked(source(), None).unwrap()[0].as_deref(), Some("k0"));
    assert_eq!(made.load(Ordering::Relaxed), 1);
}

#[test]
fn a_flow_that_needs_not_know_its_key_gets_it_too() {
    let book = || RequestBuilder::new(&BOOK, &[]).json(&json!({})).unary(&shared(), read);
    let around = |source| sent(IdempotencyKey::around("thing.book", source, book()), None);
    assert_eq!(around(KeySource::Operation("own".into())).unwrap()[0].as_deref(), Some("own"));
    assert!(around(KeySource::MadeUp).unwrap()[0].is_some());
    // A request that takes no key gets none that is made.
    let flow = IdempotencyKey::around("thing.read", KeySource::MadeUp, look());
    let script = Replay::new().answer(Recorded::json(200, json!({"state": "done"})));
    assert!(Call::new(script.clone(), flow).key().is_none());
}

/// A request that takes no key.
fn look() -> Unary<Value> {
    RequestBuilder::new(&READ, &[("thing", "t1")]).unary(&shared(), read)
}

fn read(answer: Response) -> Result<Value, Error> {
    answer.json()
}
