//! Turns with decisions: what is asked, told and gone on with.

use std::sync::{Arc, Mutex};

use codespar_engine::{
    Verdict,
    testing::{Recorded, Replay, Sent},
};
use serde_json::{Value, json};
use upivia_proto::{
    Error,
    chat::{ApprovalAction, ToolPending, Turn},
};

use crate::support::on;

const PENDING: &str =
    "event: tool_pending\ndata: {\"approval_id\":\"a1\",\"request_id\":\"r1\"}\n\n";
const OTHER: &str = "event: tool_pending\ndata: {\"approval_id\":\"a2\",\"request_id\":\"r2\"}\n\n";
const DONE: &str = "event: done\ndata: {\"ok\":true}\n\n";

fn turn() -> Turn {
    Turn::new("cs_1").message("Greet Ana").model_id("m1").require_approval_all(true)
}

fn stream(chunks: &[&'static str]) -> Recorded {
    Recorded::events(chunks.iter().copied())
}

/// The names of the events, the error at the end, and which tool calls were asked about.
fn run<D: Into<Option<ApprovalAction>> + Send + 'static>(
    server: &Replay,
    decide: impl Fn(&ToolPending) -> D + Send + 'static,
) -> (Vec<String>, Option<Error>, Vec<String>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let events = on(server).chat().turn_with(&turn(), move |pending| {
        log.lock().unwrap().extend(pending.approval_id.clone());
        decide(pending)
    });
    let (mut names, mut failed) = (Vec::new(), None);
    for event in events {
        match event {
            Ok(event) => names.push(event.name().to_owned()),
            Err(error) => failed = Some(error),
        }
    }
    server.assert_done();
    let asked = asked.lock().unwrap().clone();
    (names, failed, asked)
}

fn body(sent: &Sent) -> Value {
    serde_json::from_slice(&sent.body).unwrap()
}

fn paths(server: &Replay) -> Vec<String> {
    server.requests().iter().map(|sent| sent.uri.path().to_owned()).collect()
}

#[test]
fn a_turn_goes_on_after_each_decision() {
    let server = Replay::new()
        .answer(stream(&[PENDING, OTHER, DONE]))
        .answer(Recorded::json(200, json!({})))
        .answer(stream(&[DONE]))
        .answer(Recorded::json(200, json!({})))
        .answer(stream(&[DONE]));
    let (names, failed, asked) = run(&server, |pending| {
        let is_first = pending.approval_id.as_deref() == Some("a1");
        if is_first { ApprovalAction::Approve } else { ApprovalAction::Reject }
    });
    assert!(failed.is_none());
    assert_eq!(names, ["tool_pending", "tool_pending", "done", "done", "done"]);
    assert_eq!(asked, ["a1", "a2"]);
    let (turn, approvals) = ("/api/v1/chat/turn", "/api/v1/chat/approvals");
    let expected = [
        turn.to_owned(),
        format!("{approvals}/a1"),
        turn.into(),
        format!("{approvals}/a2"),
        turn.into(),
    ];
    assert_eq!(paths(&server), expected);
    let requests = server.requests();
    assert_eq!(body(&requests[1]), json!({"action": "approve"}));
    assert_eq!(body(&requests[3]), json!({"action": "reject"}));
    // What was said is not said again; how the agent is bound stays.
    for (at, request, action) in [(2, "r1", "approve"), (4, "r2", "reject")] {
        assert_eq!(
            body(&requests[at]),
            json!({"sessionId": "cs_1", "modelId": "m1", "require_approval_all": true,
                "continue_from": {"request_id": request, "action": action}})
        );
    }
}

#[test]
fn what_is_not_decided_is_left_waiting() {
    let server = Replay::new().answer(stream(&[PENDING, DONE]));
    let (names, failed, asked) = run(&server, |_| None);
    assert!(failed.is_none());
    assert_eq!((names.len(), asked.len(), server.requests().len()), (2, 1, 1));
}

#[test]
fn what_has_no_name_and_what_is_refused_end_the_turn() {
    let nameless = "event: tool_pending\ndata: {\"approval_id\":\"a1\"}\n\n";
    let server = Replay::new().answer(stream(&[nameless, DONE]));
    let (names, failed, _) = run(&server, |_| ApprovalAction::Approve);
    let failed = failed.unwrap();
    assert_eq!((names.len(), failed.operation()), (2, "chat.turn_with"));
    assert!(failed.message().starts_with("request_id: "), "{failed}");
    // The agent has been at work.
    assert_eq!(failed.verdict(), Verdict::Unknown);

    let refused = json!({"error": "gone"});
    let server =
        Replay::new().answer(stream(&[PENDING, DONE])).answer(Recorded::json(404, refused));
    let (_, failed, _) = run(&server, |_| ApprovalAction::Approve);
    let failed = failed.unwrap();
    assert_eq!(
        (failed.operation(), failed.status().map(|it| it.as_u16())),
        ("chat.resolve_approval", Some(404))
    );
    assert_eq!(failed.verdict(), Verdict::Unknown);

    // A stream that breaks off is the end, and nothing is decided.
    let server = Replay::new().answer(stream(&[PENDING]));
    let (_, failed, asked) = run(&server, |_| ApprovalAction::Approve);
    assert_eq!((failed.unwrap().operation(), asked.len()), ("chat.turn", 0));
    let wrong =
        on(&Replay::new()).chat().turn_with(&Turn::new(""), |_| ApprovalAction::Approve).next();
    assert_eq!(wrong.unwrap().unwrap_err().field(), Some("session_id"));
}
