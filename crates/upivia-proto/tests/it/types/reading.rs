//! What real servers send that strict readers refuse: it is read, or said rightly.

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Cents, Client, Config, Error, ErrorKind, Outcome, ServiceRequest,
    chat::{Turn, TurnEvent},
    toolkit::{ToolResult, format_tool_result},
};

fn on(replay: &Replay) -> Client<Replay> {
    let config = Config::new("http://replay.test").api_key("k").pat("p");
    Client::with_transport(config, replay.clone()).unwrap()
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Replay {
    let answer = Recorded::status(status).header("content-type", "application/json");
    Replay::new().answer(answer.chunk(body.into()))
}

fn requested(status: u16, body: impl Into<Vec<u8>>) -> Result<Outcome, Error> {
    let request = ServiceRequest::new("pix", "send", &json!({"amount": 1})).unwrap();
    on(&answer(status, body))
        .service_requests()
        .create(&request)
        .retries(0)
        .send()
        .map(|made| made.outcome)
}

#[test]
fn half_of_a_pair_or_a_mark_does_not_cost_the_outcome() {
    for (mark, rest) in [
        ("", r#""result":{"text":"caf\ud83d"},"cost_cents":2350.0"#),
        ("", r#""provider":"\ud83d","new \udc00":1,"cost_cents":235e1"#),
        ("\u{feff}", r#""cost_cents":2350"#),
    ] {
        let body = format!(r#"{mark}{{"status":"executed","request_id":"r",{rest}}}"#);
        let outcome = requested(200, body.as_str()).unwrap();
        assert_eq!(outcome.cost_cents(), Some(Cents::new(2350)), "{body}");
        assert_eq!(outcome.request_id(), Some("r"));
    }
    let numbered = requested(200, r#"{"status":"executed","request_id":7}"#).unwrap();
    assert_eq!(numbered.request_id(), Some("7"));
    for (body, code) in [
        (&b"{\"error\":{\"code\":\"limit\",\"message\":\"caf\xe9\"}}"[..], "limit"),
        (br#"{"error":{"code":"LIMIT_2","message":"\ud83d"},"at":1e400}"#, "LIMIT_2"),
    ] {
        let error = requested(422, body).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some(code)));
        assert!(error.message().ends_with('\u{fffd}'), "{error}");
    }
    let waits = requested(429, r#"{"error":{"code":"x","details":{"retry_after_ms":"250"}}}"#);
    assert_eq!(waits.unwrap_err().retry_after().unwrap().as_millis(), 250);
}

/// The names of the events of a turn, and the error it ends with.
fn turn(stream: &str) -> (Vec<TurnEvent>, Option<Error>) {
    let replay = Replay::new().answer(Recorded::events([stream.as_bytes().to_vec()]));
    let mut error = None;
    let events = on(&replay).chat().turn(&Turn::new("cs_1").message("hi"));
    (events.map_while(|event| event.map_err(|end| error = Some(end)).ok()).collect(), error)
}

#[test]
fn a_known_type_decides_under_a_name_that_is_not_known() {
    for name in ["event: chunk\n", ""] {
        let (events, error) = turn(&format!(
            "{name}data: {{\"type\":\"message_delta\",\"delta\":\"a\\ud83d\"}}\n\n\
             event: beat\ndata:\n\nevent: beat\ndata: x\n\n\
             {name}data: {{\"type\":\"done\",\"ok\":true}}\n\n",
        ));
        assert!(error.is_none(), "{name}: {error:?}");
        let names: Vec<_> = events.iter().map(TurnEvent::name).collect();
        assert_eq!(names, ["message_delta", "beat", "beat", "done"], "{name}");
        let TurnEvent::MessageDelta(piece) = &events[0] else { panic!("{events:?}") };
        assert_eq!(piece.text(), "a\u{fffd}");
    }
    // A name that is known decides.
    let (events, _) =
        turn("event: message\ndata: {\"type\":\"done\"}\n\nevent: done\ndata: {}\n\n");
    assert_eq!(events[0].name(), "message");
    let deep = format!("event: noise\ndata: {}\n\nevent: done\ndata: {{}}\n\n", "[".repeat(5000));
    assert!(turn(&deep).1.is_none());
}

#[test]
fn what_a_result_lacks_is_left_empty_in_its_text() {
    let text = |json: &str| format_tool_result(&serde_json::from_str::<ToolResult>(json).unwrap());
    assert_eq!(text(r#"{"status":"failed"}"#), "STATUS: failed\nreason_code: \nmessage: ");
    assert_eq!(
        text(r#"{"status":"running","request_id":null}"#).lines().nth(1),
        Some("request_id: "),
    );
    let parked = text(r#"{"status":"approval_required","approval_id":"a"}"#);
    assert!(parked.contains("approval_id: a\nestimated_cost_cents: \n"), "{parked}");
    assert!(
        text(r#"{"status":"blocked"}"#).starts_with("STATUS: blocked\nreason_code: \nmessage: \n")
    );
}

#[test]
fn whole_numbers_are_read_in_every_spelling() {
    for (number, size) in
        [("2350.0", 2350), ("9e0", 9), ("7", 7), ("9007199254740993.0", 9_007_199_254_740_993)]
    {
        let body = format!(r#"{{"object":{{"id":4,"size_bytes":{number}}}}}"#);
        let stored = on(&answer(200, body)).storage().objects().get("o").send().unwrap();
        assert_eq!(stored.object.size_bytes, Some(size), "{number}");
    }
    for number in ["1.5", "-1.0", "1e20", "\"7\""] {
        let body = format!(r#"{{"object":{{"id":"o","size_bytes":{number}}}}}"#);
        let error = on(&answer(200, body)).storage().objects().get("o").send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{number}");
        assert!(error.message().starts_with("object.size_bytes: "), "{error}");
    }
}
