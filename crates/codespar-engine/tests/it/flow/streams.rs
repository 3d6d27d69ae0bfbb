//! Event streams: what comes out, when silence is too long, and how they end.

use std::sync::Arc;

use codespar_engine::{
    Call, Error, ErrorKind, Items,
    driver::TransportErrorKind,
    kit::{EventStream, Last},
    testing::{Recorded, Replay, transcript},
};
use serde_json::json;

use crate::support::{
    States, chat, chat_stream, event, millis, offline, secs, service, shared, stream, watch,
};

const BEAT: &str = ": beat\n\n";

/// The items, and the error they end with.
fn all(script: Replay) -> (Vec<String>, Option<Error>) {
    let (mut items, mut error) = (Vec::new(), None);
    for item in watch(script) {
        match item {
            Ok(item) => items.push(item),
            Err(end) => error = Some(end),
        }
    }
    (items, error)
}

fn ends(recorded: Recorded) -> (Vec<String>, Option<String>) {
    let (items, error) = all(Replay::new().answer(recorded));
    (items, error.map(|error| format!("{}: {error}", error.kind().as_str())))
}

#[test]
fn a_stream_hands_out_its_items_and_ends() {
    let answer = Recorded::events([
        BEAT.to_owned(),
        event("state", "new"),
        event("unheard of", "x"),
        event("state", "paid") + "event: done\ndata: {}\n\n",
    ]);
    let script = Replay::new().answer(answer);
    insta::assert_snapshot!(transcript(watch(offline()).into_flow(), script), @r#"
    > GET /v1/watch (timeout 60s)
      accept: text/event-stream
      authorization: Bearer [redacted]
    < 200 content-type: text/event-stream
      : beat
      event: state
      data: {"state":"new"}
    * "new"
      event: unheard of
      data: {"state":"x"}
      event: state
      data: {"state":"paid"}

      event: done
      data: {}
    * "paid"
    = Ok(())
    "#);
}

#[test]
fn after_the_end_nothing_comes() {
    let script = Replay::new().answer(Recorded::events([event("final", "paid")]));
    let mut items = watch(script);
    assert_eq!(items.next().unwrap().unwrap(), "paid");
    assert!(items.next().is_none());
    assert!(items.next().is_none());
}

#[test]
fn an_item_cut_at_every_byte_is_the_same_item() {
    let text = format!("\u{feff}{BEAT}{}{}", event("state", "ação"), event("final", "pago"));
    let text = text.replace('\n', "\r\n");
    for at in 0..=text.len() {
        let (head, tail) = text.as_bytes().split_at(at);
        let (items, error) =
            all(Replay::new().answer(Recorded::events([head.to_vec(), tail.to_vec()])));
        assert!(error.is_none(), "{error:?}");
        assert_eq!(items, ["ação", "pago"], "cut at {at}");
    }
}

#[test]
fn silence_beyond_the_limit_is_an_error() {
    let answer = Recorded::events([event("state", "new")]).pause(secs(61));
    let script = Replay::new().answer(answer);
    insta::assert_snapshot!(transcript(watch(offline()).into_flow(), script));
}

#[test]
fn a_heartbeat_breaks_the_silence() {
    let answer = (0..10)
        .fold(Recorded::events([BEAT]), |answer, _| answer.pause(secs(50)).chunk(BEAT))
        .chunk(event("final", "paid"));
    assert_eq!(ends(answer), (vec!["paid".to_owned()], None));
}

#[test]
fn a_trickle_does_not_keep_a_stream_alive() {
    let answer = (0..100).fold(Recorded::events(["event: state\ndata: "]), |answer, _| {
        answer.pause(secs(1)).chunk(" ")
    });
    let script = Replay::new().answer(answer);
    let (items, error) = all(script.clone());
    assert!(items.is_empty());
    assert!(error.unwrap().is_timeout());
    assert_eq!(script.elapsed(), secs(60));
}

#[test]
fn the_clock_stands_still_while_the_caller_works() {
    let answer = Recorded::events([event("state", "new")])
        .pause(secs(40))
        .chunk(event("state", "busy"))
        .pause(secs(59))
        .chunk(event("final", "paid"));
    let script = Replay::new().answer(answer);
    let mut items = Vec::new();
    for item in watch(script.clone()) {
        items.push(item.unwrap());
        script.advance(secs(3600));
    }
    assert_eq!(items, ["new", "busy", "paid"]);
}

#[test]
fn a_working_caller_does_not_grant_the_server_more_silence() {
    // Half a frame at the start; the rest would have to be there within the limit.
    let answer = Recorded::events([event("state", "new") + "event: st"])
        .pause(secs(30))
        .chunk("ate\n")
        .pause(secs(30))
        .chunk(event("final", "paid"));
    let script = Replay::new().answer(answer);
    let mut items = watch(script.clone());
    items.next().unwrap().unwrap();
    script.advance(secs(500));
    assert!(items.next().unwrap().unwrap_err().is_timeout());
    assert_eq!(script.elapsed(), secs(560));
}

#[test]
fn the_caller_sets_the_idle_limit() {
    let answer = Recorded::events([BEAT]).pause(secs(3));
    let script = Replay::new().answer(answer);
    let mut items = watch(script.clone()).idle_timeout(secs(2));
    assert!(items.next().unwrap().unwrap_err().is_timeout());
    assert_eq!(script.elapsed(), secs(2));
}

#[test]
fn the_wait_for_the_head_has_its_own_limit() {
    let script = Replay::new().answer(Recorded::events([BEAT]).never());
    let mut items = chat(script.clone()).timeout(secs(5));
    let error = items.next().unwrap().unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_sent(), "{error}");
    assert_eq!(script.elapsed(), secs(5));
}

#[test]
fn an_answer_that_is_no_stream_is_an_error() {
    let table = [
        Recorded::json(200, json!({"state": "paid"})),
        Recorded::text(200, "text/html", "<html>"),
        Recorded::status(200),
        Recorded::status(204),
        Recorded::status(302).header("location", "https://elsewhere.test"),
        Recorded::json(404, json!({"code": "not_found", "message": "no such thing"})),
        Recorded::json(200, json!({})).header("content-length", "99999999999"),
    ];
    let lines: Vec<_> = table.into_iter().map(|answer| ends(answer).1.unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_body_of_a_refusal_is_kept() {
    let answer = Recorded::json(429, json!({"code": "quota"})).header("retry-after", "90");
    let error = all(Replay::new().answer(answer)).1.unwrap();
    assert_eq!(error.code(), Some("quota"));
    assert_eq!(error.retry_after(), Some(secs(90)));
    assert_eq!(error.body().unwrap(), r#"{"code":"quota"}"#);
}

#[test]
fn a_stream_that_ends_early_is_an_error_with_the_last_state() {
    let answer = Recorded::events([event("state", "new"), event("state", "busy")]);
    let (items, error) = all(Replay::new().answer(answer.clone()));
    let error = error.unwrap();
    assert_eq!(items, ["new", "busy"]);
    assert_eq!(error.kind(), ErrorKind::Stream);
    assert_eq!(error.last::<String>().unwrap(), "busy");
    let error = all(Replay::new().answer(answer.broken())).1.unwrap();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert_eq!(error.last::<String>().unwrap(), "busy");
}

#[test]
fn a_stream_that_may_end_anywhere_ends_well() {
    let frames = States { may_end: true, ..States::default() };
    let draft = codespar_engine::kit::RequestBuilder::new(&crate::support::WATCH, &[]);
    let script = Replay::new().answer(Recorded::events([event("state", "new")]));
    let items = Items::new(script, EventStream::new(&shared(), draft, frames));
    let items: Vec<_> = items.map(Result::unwrap).collect();
    assert_eq!(items, ["new"]);
}

#[test]
fn the_last_blank_line_may_be_missing() {
    for name in ["final", "state"] {
        let text = event(name, "paid");
        let text = text.trim_end().to_owned();
        let (items, error) = all(Replay::new().answer(Recorded::events([text])));
        assert_eq!(items, ["paid"]);
        // What is no end by itself is still no end.
        assert_eq!(error.is_some(), name == "state");
    }
    assert_eq!(ends(Recorded::events(["event: done\ndata: {}"])), (vec![], None));
}

#[test]
fn half_an_event_at_the_end_is_an_error() {
    let text = event("final", "paid");
    let whole = text.trim_end().len();
    for at in 1..whole {
        let (head, _) = text.split_at(at);
        let (items, error) = all(Replay::new().answer(Recorded::events([head.to_owned()])));
        assert!(items.is_empty(), "{head:?}");
        assert_eq!(error.unwrap().kind(), ErrorKind::Stream, "{head:?}");
    }
}

#[test]
fn a_failure_the_server_reports_is_the_error() {
    let whole = event("failed", "broken");
    for text in [whole.trim_end().to_owned(), whole] {
        let error = all(Replay::new().answer(Recorded::events([text]))).1.unwrap();
        assert_eq!(error.message(), "the server reports a failure");
        assert_eq!(error.last::<String>().unwrap(), "broken");
    }
}

#[test]
fn data_that_cannot_be_read_is_an_error() {
    let (items, error) = ends(Recorded::events(["event: state\ndata: <html>\n\n"]));
    assert!(items.is_empty());
    assert!(error.unwrap().starts_with("decode: thing.watch: the answer is not JSON"));
}

#[test]
fn a_frame_has_a_limit() {
    let mut service = service();
    service.limits.frame_bytes = 100;
    let answer = Recorded::events([event("state", "new"), format!("data: {}", "x".repeat(200))]);
    let mut items = Items::new(Replay::new().answer(answer), stream(&Arc::new(service)));
    assert_eq!(items.next().unwrap().unwrap(), "new");
    let error = items.next().unwrap().unwrap_err();
    assert_eq!(error.message(), "an event of the stream is larger than 100 bytes");
    assert_eq!(error.last::<String>().unwrap(), "new");
}

#[test]
fn a_post_that_broke_off_is_not_sent_again() {
    let script = Replay::new().fail(TransportErrorKind::Io);
    let error = chat(script).next().unwrap().unwrap_err();
    assert_eq!((error.attempts(), error.may_have_been_sent()), (1, true));
}

#[test]
fn a_post_that_never_left_is_sent_again() {
    let answer = Recorded::events([event("final", "paid")]);
    let script = Replay::new().fail(TransportErrorKind::Connect).answer(answer);
    assert_eq!(chat(script.clone()).map(Result::unwrap).collect::<Vec<_>>(), ["paid"]);
    assert_eq!(script.requests().len(), 2);
}

#[test]
fn an_attempt_that_may_have_arrived_is_not_forgotten() {
    let connect = TransportErrorKind::Connect;
    let script = Replay::new().fail(TransportErrorKind::Io).fail(connect).fail(connect);
    let error = watch(script).next().unwrap().unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (ErrorKind::Connect, true));
}

#[test]
fn a_stream_can_be_awaited_until_it_is_settled() {
    let settled = |transport| {
        let flow = Last::new("thing.settled", stream(&shared()), |state: &String| state == "paid");
        Call::new(transport, flow)
    };
    let answer = Recorded::events([event("state", "new"), event("state", "paid")]).hanging();
    assert_eq!(settled(Replay::new().answer(answer)).send().unwrap(), "paid");
    let answer = Recorded::events([event("state", "new"), BEAT.to_owned()]).pause(secs(30));
    let call = settled(Replay::new().answer(answer)).timeout(secs(20));
    let error = call.send().unwrap_err();
    assert_eq!(error.message(), "not settled within 20s");
    assert_eq!(error.last::<String>().unwrap(), "new");
}

#[test]
fn a_wait_with_a_limit_lasts_as_long_as_its_limit_whatever_pause_the_server_asks_for() {
    let settled = |script: Replay| {
        let flow = stream(&shared()).reconnecting(true);
        let flow = Last::new("thing.settled", flow, |state: &String| state == "paid");
        Call::new(script, flow).timeout(secs(4)).send()
    };
    let later = || Recorded::events([format!("retry: 30000\n{}", event("state", "new"))]);
    // One more look before the end, which may be the one that matters.
    let script = Replay::new().answer(later()).answer(Recorded::events([event("state", "paid")]));
    assert_eq!(settled(script.clone()).unwrap(), "paid");
    assert_eq!(script.elapsed(), secs(3));
    // And only one: then the time is waited out.
    for again in [later(), Recorded::json(503, json!({"retry_after_ms": 20_000}))] {
        let script = Replay::new().answer(later()).answer(again);
        let error = settled(script.clone()).unwrap_err();
        assert_eq!(error.message(), "not settled within 4s");
        assert_eq!(error.last::<String>().unwrap(), "new");
        assert_eq!((error.attempts(), script.elapsed()), (2, secs(4)));
        script.assert_done();
    }
}

#[test]
fn nothing_is_sent_before_the_first_item_is_asked_for() {
    let script = Replay::new().answer(Recorded::events([BEAT]).after(millis(5)));
    let items = watch(script.clone());
    assert!(script.requests().is_empty());
    drop(items);
    assert!(script.requests().is_empty());
}

#[test]
fn items_can_be_turned_into_something_else_until_that_fails() {
    let answer = Recorded::events([event("state", "1"), event("state", "x"), event("final", "2")]);
    let items = watch(Replay::new().answer(answer)).map_items(|state| {
        state.parse::<u32>().map_err(|error| Error::decode("no number").with_source(error))
    });
    let outcomes: Vec<_> = items
        .map(|item| {
            item.map_err(|error| (error.kind(), error.attempts(), error.may_have_been_sent()))
        })
        .collect();
    assert_eq!(outcomes, [Ok(1), Err((ErrorKind::Decode, 1, true))]);
}

#[test]
fn a_stream_that_a_payment_may_hang_on_is_never_opened_again_by_itself() {
    // Asked to, and not: the draft says that it is sent once.
    let broken = || Recorded::events([event("state", "new")]).broken();
    let unfinished = || Recorded::events([event("state", "new")]);
    let closing = || Recorded::events([event("state", "new"), event("more", "later")]);
    for (answer, end) in [
        (broken(), Some(ErrorKind::Io)),
        (unfinished(), Some(ErrorKind::Stream)),
        (closing(), None),
    ] {
        let script = Replay::new().answer(answer).answer(unfinished());
        let items = Items::new(script.clone(), chat_stream().reconnecting(true));
        let ends: Vec<_> = items.filter_map(Result::err).map(|error| error.kind()).collect();
        assert_eq!(ends, Vec::from_iter(end));
        assert_eq!(script.requests().len(), 1, "{end:?}");
    }
}
