//! Turns of a chat: events, hiccups, ends.

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Error, ErrorKind,
    chat::{ApprovalAction, Continue, Turn, TurnEvent, TurnSoFar},
    driver::TransportErrorKind,
};

use crate::support::{object, on, shown};

/// The events of a turn that a script answers, and the error it ends with.
fn events(server: &Replay) -> (Vec<TurnEvent>, Option<Error>) {
    let mut error = None;
    let turn = on(server).chat().turn(&Turn::new("cs_1").message("hi"));
    let events =
        turn.map_while(|event| event.map_err(|failed| error = Some(failed)).ok()).collect();
    server.assert_done();
    (events, error)
}

fn stream(chunks: &[&'static str]) -> Replay {
    Replay::new().answer(Recorded::events(chunks.iter().copied()))
}

#[test]
fn what_is_sent_and_what_comes() {
    let text = shown! { client;
        "chat.turn/typical" => client.chat().turn(&Turn::new("cs_1").message("hi"));
        "chat.turn/all-options" => client.chat().turn(
            &Turn::new("cs_1")
                .message("hi")
                .model_id("m1")
                .instructions("be brief")
                .require_approval_all(false)
                .continue_from(Continue::new("req_1", ApprovalAction::Approve))
                .content(vec![object(json!({"type": "text", "text": "oi"}))])
                .local_tools(vec![object(json!({
                    "name": "ls", "input_schema": {"type": "object"},
                }))]),
        );
        "chat.turn/session-only" => client.chat().turn(
            &Turn::new("cs_1").continue_from(Continue::new("req_1", ApprovalAction::Reject)),
        );
        "chat.turn/retry-empty-502-503" =>
            client.chat().turn(&Turn::new("cs_1").message("hi")).retries(2);
        "chat.turn/retries-used-up" =>
            client.chat().turn(&Turn::new("cs_1").message("hi")).retries(2);
        "chat.turn/429-not-retried" => client.chat().turn(&Turn::new("cs_1").message("hi"));
    };
    insta::assert_snapshot!(text);
}

#[test]
fn every_event_has_its_variant_and_keeps_its_data() {
    let server = Replay::from_jsonl(crate::support::WIRE, "chat.turn/every-known-event");
    let (events, error) = events(&server);
    assert!(error.is_none());
    let names: Vec<_> = events.iter().map(TurnEvent::name).collect();
    insta::assert_snapshot!(names.join(" "));
    assert!(!events.iter().any(|event| matches!(event, TurnEvent::Other { .. })));
    for (at, event) in events.iter().enumerate() {
        let data = event.data().to_value();
        assert_eq!(data["i"], json!(at), "{}", event.name());
    }
}

#[test]
fn what_is_unknown_or_misshapen_loses_nothing() {
    let (events, error) = events(&stream(&[
        "event: surprise\ndata: {\"a\":1}\n\n",
        "event: message_delta\ndata: \"bare\"\n\n",
        "data: not json\n\n",
        "data: \u{e9}\n\n",
        "event: done\ndata: 7\n\n",
        "event: late\ndata: {}\n\n",
    ]));
    assert!(error.is_none());
    let all = serde_json::to_value(&events).unwrap();
    assert_eq!(
        all,
        json!([
            {"event": "surprise", "data": {"a": 1}},
            {"event": "message_delta", "data": "bare"},
            {"event": "message", "data": "not json"},
            {"event": "message", "data": "é"},
            {"event": "done", "data": 7},
        ]),
    );
}

#[test]
fn a_turn_without_its_end_is_an_error_with_what_was_seen() {
    let (events, error) = events(&stream(&[
        "event: message_delta\ndata: {\"delta\":\"Um \"}\n\n",
        "event: message_delta\ndata: {\"delta\":\"momento\"}\n\n",
        "event: tool_pending\ndata: {\"approval_id\":\"appr_1\",\"request_id\":\"req_1\"}\n\n",
        "event: message_delta\ndata: {\"delta\":\"cut",
    ]));
    assert_eq!(events.len(), 3);
    let error = error.unwrap();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Stream, "chat.turn"));
    let so_far = error.last::<TurnSoFar>().unwrap();
    assert_eq!((so_far.text.as_str(), so_far.events), ("Um momento", 3));
    let pending = so_far.pending.as_ref().unwrap();
    assert_eq!(pending.approval_id.as_deref(), Some("appr_1"));
    assert_eq!(pending.request_id.as_deref(), Some("req_1"));
}

#[test]
fn an_error_event_is_no_end_but_is_told() {
    let (events, error) = events(&stream(&["event: error\ndata: {\"code\":\"x\"}\n\n"]));
    assert!(matches!(&events[..], [TurnEvent::Error(_)]));
    let so_far = error.unwrap();
    let so_far = so_far.last::<TurnSoFar>().unwrap();
    assert_eq!(so_far.error.as_ref().unwrap().as_str(), "{\"code\":\"x\"}");
}

#[test]
fn only_an_empty_400_is_asked_for_again_unless_the_call_asks_for_more() {
    for status in [401, 404, 429, 500, 502, 503, 504] {
        let (_, error) = events(&Replay::new().answer(Recorded::status(status)));
        assert_eq!(error.unwrap().status().unwrap().as_u16(), status);
    }
    let (_, error) = events(&Replay::new().answer(Recorded::json(400, json!({"error": "later"}))));
    assert_eq!(error.unwrap().attempts(), 1);
    let (_, error) = events(&Replay::new().fail(TransportErrorKind::Io));
    assert_eq!(error.unwrap().kind(), ErrorKind::Io);

    let server = Replay::new()
        .answer(Recorded::status(400))
        .answer(Recorded::status(400))
        .answer(Recorded::status(400));
    let (_, error) = events(&server);
    let error = error.unwrap();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (400, 3));
    assert_eq!(server.elapsed().as_millis(), 1500);
    let closes = |sent: &codespar_engine::testing::Sent| sent.header("connection") == Some("close");
    assert!(server.requests().iter().all(closes));

    let server = Replay::new()
        .answer(Recorded::status(400))
        .answer(Recorded::status(503))
        .answer(Recorded::status(502));
    let mut asked = on(&server).chat().turn(&Turn::new("cs_1").message("hi")).retries(2);
    let error = asked.next().unwrap().unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (502, 3));

    let server = Replay::new().answer(Recorded::status(400));
    let mut never = on(&server).chat().turn(&Turn::new("cs_1").message("hi")).retries(0);
    assert_eq!(never.next().unwrap().unwrap_err().attempts(), 1);
}

#[test]
fn what_is_no_stream_is_no_turn() {
    let page = Recorded::json(200, json!({"ok": true}));
    let (events_of_page, error) = events(&Replay::new().answer(page));
    assert_eq!((events_of_page.len(), error.unwrap().kind()), (0, ErrorKind::Stream));
    let moved = Recorded::status(302).header("location", "/login");
    let (_, error) = events(&Replay::new().answer(moved));
    assert_eq!(error.unwrap().kind(), ErrorKind::Api);
}
