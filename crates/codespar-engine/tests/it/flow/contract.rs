//! Drivers that break the contract: errors, never panics.

use std::{fmt::Debug, time::Duration};

use bytes::Bytes;
use codespar_engine::{
    CallOptions, Error, Page,
    driver::{BoxFlow, Clock as _, Event, Flow, Step, TransportError},
    kit::{Chain, IdempotencyKey, KeySource, Last, Pace, Pages, Polls, RequestBuilder, Then},
    testing::Offline,
};
use http::response::Parts;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{BOOK, READ, event, follow, secs, shared, stream};

/// What a driver may say, in or out of turn.
#[derive(Clone, Debug)]
enum Said {
    Start,
    Head(u16, &'static str),
    Chunk(&'static str),
    End,
    Woke,
    Taken,
    Failed(u8),
    Later(u64),
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        Just(Said::Start),
        (
            prop_oneof![Just(200_u16), Just(204), Just(302), Just(404), Just(503)],
            prop_oneof![Just("application/json"), Just("text/event-stream"), Just("text/html")]
        )
            .prop_map(|(status, kind)| Said::Head(status, kind)),
        prop_oneof![
            Just(r#"{"next":"c1","items":[1,2]}"#),
            Just("event: state\ndata: {\"state\":\"new\"}\n\n"),
            Just("event: more\ndata: {}\n\n"),
            Just("{\"a\":"),
            Just(": beat\n\n"),
            Just("event: done\ndata:\n\n"),
        ]
        .prop_map(Said::Chunk),
        Just(Said::End),
        Just(Said::Woke),
        Just(Said::Taken),
        (0_u8..4).prop_map(Said::Failed),
        (0_u64..100).prop_map(Said::Later),
    ]
}

fn head(status: u16, kind: &'static str) -> Box<Parts> {
    let response = http::Response::builder().status(status).header("content-type", kind);
    Box::new(response.body(()).unwrap().into_parts().0)
}

fn event_of(said: &Said) -> Option<Event> {
    Some(match *said {
        Said::Start => Event::Start(CallOptions::default()),
        Said::Head(status, kind) => Event::Head(head(status, kind)),
        Said::Chunk(text) => Event::Chunk(Bytes::from_static(text.as_bytes())),
        Said::End => Event::End,
        Said::Woke => Event::Woke,
        Said::Taken => Event::Taken,
        Said::Failed(0) => Event::Failed(TransportError::connect("no")),
        Said::Failed(1) => Event::Failed(TransportError::timeout("no")),
        Said::Failed(2) => Event::Failed(TransportError::io("no")),
        Said::Failed(_) => Event::Failed(TransportError::canceled()),
        Said::Later(_) => return None,
    })
}

/// Says all of it, whatever the flow answers, and then follows the contract until it ends.
fn survives<I: Debug, O: Debug>(mut flow: impl Flow<Item = I, Output = O>, all: &[Said]) {
    let clock = Offline::new();
    let mut opened = 0;
    for said in all {
        if let Said::Later(seconds) = said {
            clock.advance(secs(*seconds));
        }
        let Some(event) = event_of(said) else { continue };
        match flow.resume(clock.tick(), event) {
            Step::Open(_) => opened += 1,
            Step::Done(Err(error)) => drop(format!("{error} {error:?}")),
            _ => {}
        }
    }
    assert!(opened <= all.len());
    // Whatever state it is in: a driver that can do nothing any more brings it to its end.
    for _ in 0..100 {
        let canceled = Event::Failed(TransportError::canceled());
        if let Step::Done(_) = flow.resume(clock.tick(), canceled) {
            return;
        }
    }
    panic!("it does not end");
}

fn question() -> BoxFlow<Value> {
    Box::new(
        RequestBuilder::new(&READ, &[("thing", "t1")]).unary(&shared(), |answer| answer.json()),
    )
}

fn page(value: &Value) -> Page<u64> {
    let items = value["items"].as_array().cloned().unwrap_or_default();
    let next = value["next"].as_str().map(Into::into);
    Page::new(items.iter().filter_map(Value::as_u64).collect(), next)
}

fn list() -> Pages<u64> {
    Pages::new("things.list", 20, |_| {
        let (flow, _) =
            codespar_engine::Call::new((), question()).map(|value| page(&value)).into_flow();
        flow
    })
}

/// Asks on after every answer, after a pause when it is an object.
fn and_so_on(answer: Result<Value, Error>, _: Duration) -> Then<Value, ()> {
    match answer {
        Ok(Value::Object(_)) => Then::AskAfter(secs(1), question()),
        Ok(_) => Then::Ask(question()),
        Err(error) => Then::Done(Err(error)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_order_of_events_makes_a_flow_panic(all in prop::collection::vec(said(), 0..24)) {
        let begun: Vec<_> = std::iter::once(Said::Start).chain(all.iter().cloned()).collect();
        for all in [&all, &begun] {
            survives(question(), all);
            let book = RequestBuilder::new(&BOOK, &[]).json(&json!({}));
            survives(book.unary(&shared(), |answer| answer.json::<Value>()), all);
            survives(stream(&shared()), all);
            survives(follow(Offline::new()).into_flow().0, all);
            survives(Last::new("s", stream(&shared()).reconnecting(true), |_| false), all);
            survives(follow(Offline::new()).map_items(Ok).into_flow().0, all);
            survives(Chain::new(question(), and_so_on), all);
            let made = KeySource::made_by(|| "k".to_owned());
            survives(IdempotencyKey::known("k", made.clone(), |_| question()), all);
            survives(IdempotencyKey::around("k", made, question()), all);
            survives(list(), all);
            let polls = |limit| {
                let polls = Polls::after(question(), |_| Ok(question()), Pace::every(secs(2)));
                polls.within(limit, |_, _| Error::waited("late")).passing(|_| true)
            };
            survives(polls(Duration::MAX), all);
            survives(Last::new("p", polls(secs(5)), |_| false).timeout_for_each(), all);
        }
    }
}

#[test]
fn a_step_out_of_turn_is_told() {
    let clock = Offline::new();
    let mut flow = question();
    let Step::Done(Err(error)) = flow.resume(clock.tick(), Event::End) else { panic!() };
    assert_eq!(error.to_string(), "thing.read: the driver sent End out of turn");
}

#[test]
fn after_its_end_a_payment_is_not_opened_again() {
    let clock = Offline::new();
    let draft = RequestBuilder::new(&BOOK, &[]).json(&json!({}));
    let mut flow = draft.unary(&shared(), |answer| answer.json::<Value>());
    let start = Event::Start(CallOptions::default());
    assert!(matches!(flow.resume(clock.tick(), start), Step::Open(_)));
    for event in [Event::Woke, Event::Woke, Event::Start(CallOptions::default())] {
        assert!(matches!(flow.resume(clock.tick(), event), Step::Done(Err(_))));
    }
}

#[test]
fn a_stream_that_reopens_keeps_its_items() {
    let text = event("state", "new");
    let items: Vec<_> = follow(
        codespar_engine::testing::Replay::new()
            .answer(codespar_engine::testing::Recorded::events([text.clone()]))
            .answer(codespar_engine::testing::Recorded::events([text, event("final", "paid")])),
    )
    .map(Result::unwrap)
    .collect();
    assert_eq!(items, ["new", "new", "paid"]);
}

#[test]
fn what_cannot_be_sent_is_not_sent_at_a_second_start_either() {
    let clock = Offline::new();
    let draft = RequestBuilder::new(&READ, &[("thing", "")]);
    let mut flow = draft.unary(&shared(), |answer| answer.json::<Value>());
    for _ in 0..2 {
        let start = Event::Start(CallOptions::default());
        assert!(matches!(flow.resume(clock.tick(), start), Step::Done(Err(_))));
    }
}
