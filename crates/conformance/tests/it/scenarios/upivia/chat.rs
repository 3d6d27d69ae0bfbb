//! Chat: sessions, turns as they happen, tools that wait for a person, turns that break off.

use codespar_proto::ErrorKind;
use codespar_sandbox::{EffectKind, Fault};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Error, Object,
    chat::{
        ApprovalAction, ChatSessionQuery, Continue, CreateChatSession, ToolPending, Turn,
        TurnEvent, TurnSoFar,
    },
};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{Upivia, came, quick, still, upivia_of, value};

testing_support::with_both_drivers! {
    a_turn_is_told_as_it_happens
    sessions_are_listed_used_again_and_closed
    a_tool_call_waits_for_a_person
    tools_delegations_and_errors_are_events
    a_turn_that_breaks_off_is_an_error_with_what_was_told
}

fn names(events: &[TurnEvent]) -> Vec<&str> {
    let mut names: Vec<_> = events.iter().map(TurnEvent::name).collect();
    names.dedup();
    names
}

fn words(events: &[TurnEvent]) -> String {
    let piece = |event: &TurnEvent| match event {
        TurnEvent::MessageDelta(piece) => piece.text().to_owned(),
        _ => String::new(),
    };
    events.iter().map(piece).collect()
}

fn pending(events: &[TurnEvent]) -> Option<ToolPending> {
    events.iter().find_map(|event| match event {
        TurnEvent::ToolPending(pending) => Some(pending.clone()),
        _ => None,
    })
}

/// Opens a session; its id.
fn opened<D: Driver>(client: &Upivia<D>) -> Result<String, Error> {
    let create = CreateChatSession::default().title("Oi");
    Ok(D::finish(client.chat().sessions().create(&create))?.id)
}

fn a_turn_is_told_as_it_happens<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let session = opened(&client)?;
    let turn = Turn::new(&session).message("Bom dia").model_id("some/model");
    let (events, failed) = D::collect(client.chat().turn(&turn));
    assert!(failed.is_none(), "{failed:?}");
    let told = ["model", "status", "thinking", "ping", "message_delta", "usage", "message", "done"];
    assert_eq!(names(&events), told);
    assert_eq!(words(&events), "You said: Bom dia");
    let TurnEvent::Model(model) = &events[0] else { panic!("{events:?}") };
    assert_eq!(model.model.as_deref(), Some("some/model"));
    let Some(TurnEvent::Done(done)) = events.last() else { panic!("{events:?}") };
    assert_eq!(done.ok, Some(true));
    let sent = came(&sandbox, "POST", "/chat/turn")[0].clone();
    assert_eq!(sent.header("accept"), Some("text/event-stream"));
    let body = json!({"sessionId": session, "message": "Bom dia", "modelId": "some/model"});
    assert_eq!(sent.json(), Some(body));

    let piece = Object::of("content", &json!({"type": "text", "text": "Em partes"}))?;
    let (events, _) = D::collect(client.chat().turn(&Turn::new(&session).content(vec![piece])));
    assert_eq!(words(&events), "You said: Em partes");
    let history = value(&D::finish(client.chat().sessions().get(&session))?);
    let messages = history["messages"].as_array().unwrap();
    let roles: Vec<_> = messages.iter().map(|message| &message["role"]).collect();
    assert_eq!(roles, ["user", "assistant", "user", "assistant"]);
    Ok(())
}

fn sessions_are_listed_used_again_and_closed<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let sessions = client.chat().sessions();
    let first = opened(&client)?;
    assert_eq!(opened(&client)?, first, "nothing was said in it yet");
    let query = ChatSessionQuery::default();
    assert!(D::finish(sessions.list(&query))?.sessions.is_empty());
    let empty = query.clone().include_empty(true);
    let listed = D::finish(sessions.list(&empty))?.sessions;
    assert_eq!((listed.len(), listed[0].title.as_deref()), (1, Some("Oi")));
    let (_, failed) = D::collect(client.chat().turn(&Turn::new(&first).message("Oi")));
    assert!(failed.is_none());
    let listed =
        D::finish(sessions.list(&query.clone().agent_id(sandbox.upivia_agent_id())))?.sessions;
    assert!(listed[0].last_message_at.is_some() && listed[0].closed_at.is_none());
    let second = opened(&client)?;
    assert_ne!(second, first);
    D::finish(sessions.delete(&first))?;
    assert!(D::finish(sessions.list(&query))?.sessions.is_empty());
    let closed = D::finish(sessions.list(&query.include_closed(true).limit(5)))?.sessions;
    assert!(closed[0].closed_at.is_some());
    let (events, failed) = D::collect(client.chat().turn(&Turn::new(&first).message("Oi?")));
    assert!(events.is_empty());
    assert_eq!(refused(&failed.unwrap()), (409, "session_closed"));
    assert_eq!(value(&D::finish(sessions.delete_all())?)["count"], 1);
    Ok(())
}

fn a_tool_call_waits_for_a_person<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let session = opened(&client)?;
    for action in [ApprovalAction::Approve, ApprovalAction::Reject] {
        let before = sandbox.effects().count(EffectKind::ServiceCall);
        let turn = Turn::new(&session).message("Please email.send it").require_approval_all(true);
        let (events, failed) = D::collect(client.chat().turn(&turn));
        assert!(failed.is_none(), "{failed:?}");
        let waits = pending(&events).unwrap();
        let request = waits.request_id.unwrap();
        assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), before);

        let decided = Continue::new(&request, action.clone());
        let going_on = Turn::new(&session).continue_from(decided);
        let (events, failed) = D::collect(client.chat().turn(&going_on));
        assert!(events.is_empty());
        assert_eq!(refused(&failed.unwrap()), (409, "conflict"), "nobody has decided yet");
        D::finish(client.chat().resolve_approval(&waits.approval_id.unwrap(), action.clone()))?;
        let (events, failed) = D::collect(client.chat().turn(&going_on));
        assert!(failed.is_none(), "{failed:?}");
        assert!(names(&events).contains(&"tool_done") && pending(&events).is_none());
        let is_done = usize::from(action == ApprovalAction::Approve);
        assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), before + is_done);
        let said = if is_done == 1 { "The tool has done it." } else { "The tool did not do it." };
        assert_eq!(words(&events), said);
    }
    let body = came(&sandbox, "POST", "/chat/turn").last().unwrap().json().unwrap();
    assert_eq!(body.as_object().unwrap().len(), 2, "no message: {body}");
    assert_eq!(body["continue_from"]["action"], "reject");
    Ok(())
}

fn tools_delegations_and_errors_are_events<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let session = opened(&client)?;
    let (events, failed) =
        D::collect(client.chat().turn(&Turn::new(&session).message("Do email.send")));
    assert!(failed.is_none());
    let told = names(&events);
    for name in ["tool_planned", "tool_executing", "tool_done"] {
        assert!(told.contains(&name), "{told:?}");
    }
    assert_eq!(sandbox.effects().count(EffectKind::ServiceCall), 1);

    let tool = Object::of("local_tools", &json!({"name": "read_file"}))?;
    let turn = Turn::new(&session).message("Use read_file").local_tools(vec![tool]);
    let (events, _) = D::collect(client.chat().turn(&turn));
    let asked = events.iter().find_map(|event| match event {
        TurnEvent::LocalToolsPending(data) => Some(data.to_value()),
        _ => None,
    });
    assert_eq!(asked.unwrap()["tools"][0]["name"], "read_file");
    let (events, _) =
        D::collect(client.chat().turn(&Turn::new(&session).message("Please delegate")));
    let told = names(&events);
    assert!(told.contains(&"delegation_started") && told.contains(&"agent_event"), "{told:?}");
    let (events, failed) = D::collect(client.chat().turn(&Turn::new(&session).message("Now fail")));
    assert!(failed.is_none(), "an error that is told is an event");
    let [.., TurnEvent::Error(error), _, _, TurnEvent::Done(_)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(error.to_value()["code"], "model_error");
    Ok(())
}

fn a_turn_that_breaks_off_is_an_error_with_what_was_told<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let session = opened(&client)?;
    let turn = Turn::new(&session).message("one two three");
    let on_turn = || Fault::on("POST", "/upivia/api/v1/chat/turn");
    for (fault, kinds) in [
        (on_turn().cut_after_frames(6), [ErrorKind::Io, ErrorKind::Stream]),
        (on_turn().end_after_frames(6), [ErrorKind::Stream, ErrorKind::Stream]),
    ] {
        let before = came(&sandbox, "POST", "/chat/turn").len();
        sandbox.inject(fault);
        let (events, failed) = D::collect(client.chat().turn(&turn));
        assert_eq!(events.len(), 6);
        let failed = failed.unwrap();
        assert!(kinds.contains(&failed.kind()), "{failed:?}");
        assert!(failed.may_have_been_sent());
        let last = failed.last::<TurnSoFar>().unwrap();
        assert_eq!((last.events, last.text.as_str()), (6, "You said: "));
        assert_eq!(came(&sandbox, "POST", "/chat/turn").len(), before + 1, "not repeated");
    }
    // What the proxy before the server stumbles over is tried again, by another connection; what
    // may have begun behind it only where the call asks for it.
    sandbox.inject(on_turn().answer_text(502, None, ""));
    let (_, failed) = D::collect(client.chat().turn(&turn));
    assert_eq!(failed.unwrap().attempts(), 1);
    sandbox.inject(on_turn().answer_text(502, None, ""));
    let (_, failed) = D::collect(client.chat().turn(&turn).retries(1));
    assert!(failed.is_none(), "{failed:?}");
    sandbox.inject(on_turn().answer_text(400, None, ""));
    let (events, failed) = D::collect(client.chat().turn(&turn));
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(words(&events), "You said: one two three");
    sandbox.inject(on_turn().answer(502, json!({"error": {"code": "bad_gateway"}})));
    let (events, failed) = D::collect(client.chat().turn(&turn));
    assert!(events.is_empty());
    assert_eq!(refused(&failed.unwrap()), (502, "bad_gateway"));

    let sent = sandbox.requests().len();
    let nowhere = Turn::new("").message("x");
    for (turn, field) in [(nowhere, "session_id"), (Turn::new(&session), "message")] {
        let (events, failed) = D::collect(client.chat().turn(&turn));
        assert!(events.is_empty());
        assert_eq!(wrong(&failed.unwrap()), field);
    }
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}
