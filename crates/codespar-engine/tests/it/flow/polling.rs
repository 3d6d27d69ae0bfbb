//! The same question until its answer is final.

use codespar_engine::{
    Call, Error, ErrorKind,
    driver::{BoxFlow, TransportErrorKind},
    kit::{Chain, Keyed, Next, Repeat, RequestBuilder, Then, poll_until},
    testing::{Offline, Recorded, Replay},
};
use serde_json::{Value, json};

use crate::support::{BOOK, READ, offline, secs, shared, told};

fn question() -> impl FnMut() -> BoxFlow<Value> + Send {
    let service = shared();
    move || {
        let draft = RequestBuilder::new(&READ, &[("thing", "t1")]);
        Box::new(draft.unary(&service, |answer| answer.json()))
    }
}

fn state(name: &str) -> Recorded {
    Recorded::json(200, json!({"state": name}))
}

fn until_done<T>(transport: T) -> Call<T, Value> {
    let is_final = |answer: &Value| answer["state"] == "done";
    Call::new(transport, poll_until(question(), is_final, secs(2), secs(6)))
}

#[test]
fn polling_goes_on_until_the_answer_is_final() {
    let script = Replay::new().answer(state("new")).answer(state("busy")).answer(state("done"));
    let call: Call<Offline, Value> = until_done(offline());
    insta::assert_snapshot!(told(call, script), @r#"
    > GET /v1/things/t1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"state":"new"}
    … wait 2s
    > GET /v1/things/t1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"state":"busy"}
    … wait 2s
    > GET /v1/things/t1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"state":"done"}
    = Ok(Object {"state": String("done")})
    "#);
}

#[test]
fn polling_ends_at_its_limit_with_the_last_answer() {
    let script = (0..4).fold(Replay::new(), |script, _| script.answer(state("busy")));
    let calls = script.clone();
    assert_eq!(until_done(script).send().unwrap(), json!({"state": "busy"}));
    assert_eq!(calls.elapsed(), secs(6));
    calls.assert_done();
}

#[test]
fn polling_ends_with_the_first_error() {
    let script = Replay::new().answer(state("busy")).answer(Recorded::json(404, json!({})));
    let error = until_done(script).send().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "thing.read"));
}

#[test]
fn a_question_that_broke_off_is_repeated_like_any_other() {
    let script =
        Replay::new().answer(state("busy")).fail(TransportErrorKind::Io).answer(state("done"));
    assert_eq!(until_done(script).send().unwrap(), json!({"state": "done"}));
}

#[test]
fn options_hold_for_each_round() {
    let script = Replay::new().answer(state("busy")).answer(state("done"));
    until_done(script.clone()).timeout(secs(1)).header("x-trace", "t1").send().unwrap();
    for request in script.requests() {
        assert_eq!(request.timeout, Some(secs(1)));
        assert_eq!(request.header("x-trace"), Some("t1"));
    }
}

#[test]
fn a_judge_may_add_the_last_state_to_an_error() {
    let mut last = None;
    let judge = move |answer: Result<Value, Error>, _| match answer {
        Ok(answer) => {
            last = Some(answer);
            Next::Again(secs(1))
        }
        Err(error) => Next::Done(Err::<(), _>(error.with_last(last.take()))),
    };
    let script = Replay::new().answer(state("paid")).answer(Recorded::json(400, json!({})));
    let error = Call::new(script, Repeat::new(question(), judge)).send().unwrap_err();
    assert_eq!(error.last::<Option<Value>>().unwrap().as_ref().unwrap()["state"], "paid");
}

#[test]
fn a_pause_beyond_all_measure_ends_the_polling() {
    let pause = std::time::Duration::MAX;
    let flow = poll_until(question(), |_| false, pause, secs(60));
    let answer = Call::new(Replay::new().answer(state("busy")), flow).send().unwrap();
    assert_eq!(answer["state"], "busy");
}

#[test]
fn questions_may_follow_from_one_another_and_the_key_goes_with_the_first() {
    let judge = |answer: Result<Value, Error>, _| match answer {
        Ok(answer) if answer["state"] == "done" => Then::Done(Ok(answer)),
        Ok(_) => Then::AskAfter(secs(3), question()()),
        Err(error) => Then::Done(Err(error)),
    };
    let script = Replay::new().answer(state("busy")).answer(state("done"));
    let first = RequestBuilder::new(&BOOK, &[]).unary(&shared(), |answer| answer.json());
    let call = Call::new(script.clone(), Chain::new(first, judge));
    call.idempotency_key("k1").send().unwrap();
    let keys: Vec<_> = script.requests();
    let keys: Vec<_> = keys.iter().map(|request| request.header("idempotency-key")).collect();
    assert_eq!(keys, [Some("k1"), None]);
    assert_eq!(script.elapsed(), secs(3));
}

#[test]
fn a_question_may_be_made_with_the_key() {
    let keyed = || {
        Keyed::new(|key| {
            let draft = RequestBuilder::new(&BOOK, &[]).json(&json!({"key": key}));
            Box::new(draft.unary(&shared(), |answer| answer.json::<Value>()))
        })
    };
    for given in [None, Some("k1")] {
        let script = Replay::new().answer(state("done"));
        let call = Call::new(script.clone(), keyed());
        let call = match given {
            Some(key) => call.idempotency_key(key),
            None => call,
        };
        call.send().unwrap();
        let sent = &script.requests()[0];
        assert_eq!(sent.json()["key"].as_str(), sent.header("idempotency-key"));
        assert!(given.is_none_or(|given| sent.header("idempotency-key") == Some(given)));
    }
}
