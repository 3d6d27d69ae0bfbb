//! The same question until its answer is final.

use std::time::Duration;

use codespar_engine::{
    Call, Error, ErrorKind,
    driver::{BoxFlow, TransportErrorKind},
    kit::{Chain, Last, Pace, Polls, RequestBuilder, Then},
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

/// Asks until the state is `done`, every two seconds or as paced, for six seconds.
fn polls(pace: Pace, limit: Duration) -> Polls<Value> {
    let mut ask = question();
    Polls::after(ask(), move |_| Ok(ask()), pace)
        .until(|answer: &Value| answer["state"] == "done")
        .within(limit, |answer, limit| {
            Error::waited(format!("still {} after {limit:?}", answer["state"]))
        })
}

fn last(polls: Polls<Value>) -> Last<Value> {
    Last::new("thing.wait", polls, |_| false).timeout_for_each()
}

fn until_done<T>(transport: T) -> Call<T, Value> {
    Call::new(transport, last(polls(Pace::every(secs(2)), secs(6))))
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
    let error = until_done(script).send().unwrap_err();
    assert!(error.is_timeout() && error.is_wait());
    assert_eq!((error.operation(), error.message()), ("thing.wait", "still \"busy\" after 6s"));
    assert_eq!(error.last::<Value>(), Some(&json!({"state": "busy"})));
    assert_eq!(calls.elapsed(), secs(6));
    calls.assert_done();
}

#[test]
fn polling_may_end_with_the_answer_that_comes_when_its_time_is_up() {
    let ended = |answers: &[&str]| {
        let script = Replay::new();
        let script = answers.iter().fold(script, |script, it| script.answer(state(it)));
        let mut ask = question();
        let polls = Polls::after(ask(), move |_| Ok(ask()), Pace::every(secs(2)))
            .until(|answer: &Value| answer["state"] == "done")
            .for_at_most(secs(3));
        let answer = Call::new(script.clone(), last(polls)).send().unwrap();
        script.assert_done();
        (answer["state"].as_str().unwrap().to_owned(), script.elapsed())
    };
    assert_eq!(ended(&["busy", "busy", "later"]), ("later".to_owned(), secs(3)));
    assert_eq!(ended(&["busy", "done"]), ("done".to_owned(), secs(2)));
}

#[test]
fn errors_may_be_told_of_the_last_answer_in_a_way_of_their_own() {
    let script = Replay::new().answer(state("busy")).answer(Recorded::json(404, json!({})));
    let last = last(polls(Pace::every(secs(2)), secs(6)));
    let last = last.telling(|error, last| error.with_last(last["state"].to_string()));
    let error = Call::new(script, last).send().unwrap_err();
    assert_eq!(error.last::<String>().map(String::as_str), Some("\"busy\""));
}

#[test]
fn pauses_grow_by_half_and_the_last_one_is_cut_to_what_is_left() {
    let script = (0..7).fold(Replay::new(), |script, _| script.answer(state("busy")));
    let flow = last(polls(Pace::growing(secs(2), secs(10)), secs(35)));
    Call::new(script.clone(), flow).send().unwrap_err();
    let at: Vec<_> = script.requests().iter().map(|sent| sent.at.as_secs_f64()).collect();
    assert_eq!(at, [0.0, 2.0, 5.0, 9.5, 16.25, 26.25, 35.0]);
    script.assert_done();
}

#[test]
fn polling_ends_with_the_first_error() {
    let script = Replay::new().answer(state("busy")).answer(Recorded::json(404, json!({})));
    let error = until_done(script).send().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "thing.wait"));
    assert_eq!(error.last::<Value>(), Some(&json!({"state": "busy"})));
}

#[test]
fn a_look_that_fails_for_a_moment_is_looked_at_again_where_that_is_said_while_there_is_time() {
    let gone = || Recorded::json(404, json!({}));
    let passing = |script: &Replay, limit| {
        let flow = polls(Pace::every(secs(2)), limit).passing(|error| error.status().is_some());
        Call::new(script.clone(), last(flow)).send()
    };
    let script = Replay::new().answer(gone()).answer(state("busy")).answer(gone());
    let script = script.answer(state("done"));
    assert_eq!(passing(&script, secs(60)).unwrap(), json!({"state": "done"}));
    assert_eq!(script.elapsed(), secs(6));
    let script = Replay::new().answer(state("busy")).answer(gone());
    let error = passing(&script, secs(2)).unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    assert_eq!(error.last::<Value>(), Some(&json!({"state": "busy"})));
    script.assert_done();
}

#[test]
fn a_question_that_cannot_be_made_ends_the_polling_with_the_answer_before_it() {
    let none = |_: Option<&Value>| Err(Error::decode("id: the server gave none"));
    let polls = || Polls::after(question()(), none, Pace::every(secs(1)));
    let script = Replay::new().answer(state("busy"));
    let error = Call::new(script, last(polls())).send().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Decode, "thing.wait"));
    assert_eq!(error.last::<Value>(), Some(&json!({"state": "busy"})));
    let over = polls().until(|answer: &Value| answer["state"] == "done");
    let script = Replay::new().answer(state("done"));
    assert_eq!(Call::new(script, last(over)).send().unwrap(), json!({"state": "done"}));
}

#[test]
fn the_key_goes_with_the_first_question_only_unless_all_are_the_same() {
    let book = || RequestBuilder::new(&BOOK, &[]).unary(&shared(), |answer| answer.json());
    let keys = |polls: Polls<Value>| {
        let script = Replay::new().answer(state("busy")).answer(state("done"));
        let flow = Last::new("thing.wait", polls, |answer| answer["state"] == "done");
        Call::new(script.clone(), flow).idempotency_key("k1").send().unwrap();
        let sent = script.requests();
        let key = |index: usize| sent[index].header("idempotency-key").map(str::to_owned);
        [key(0), key(1)]
    };
    let k1 = || Some("k1".to_owned());
    let mut ask = question();
    let first = Polls::after(book(), move |_| Ok(ask()), Pace::every(secs(1)));
    assert_eq!(keys(first), [k1(), None]);
    let same = Polls::new(move || Box::new(book()), secs(1), |_| false);
    assert_eq!(keys(same), [k1(), k1()]);
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
fn a_pause_beyond_all_measure_is_cut_to_the_limit() {
    let script = Replay::new().answer(state("busy")).answer(state("done"));
    let flow = last(polls(Pace::every(Duration::MAX), secs(60)));
    Call::new(script.clone(), flow).send().unwrap();
    assert_eq!(script.elapsed(), secs(60));
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
