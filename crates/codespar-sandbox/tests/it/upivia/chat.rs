//! The chat: its sessions and turns.

use codespar_sandbox::{EffectKind, Fault, Verdict};
use serde_json::{Value, json};

use crate::support::{
    Event, events, names,
    upivia::{As, Upivia, refused, upivia},
};

fn session(upivia: &Upivia) -> String {
    let made = upivia.made(As::Token, "/chat/sessions", json!({ "title": "T" }));
    made["id"].as_str().unwrap().to_owned()
}

fn turn(upivia: &Upivia, body: Value) -> Vec<Event> {
    let reply = upivia.post(As::Token, "/chat/turn", body);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.headers["content-type"], "text/event-stream");
    let events = events(&reply.text);
    assert_eq!(events.last().unwrap(), &Event { name: "done".into(), data: json!({ "ok": true }) });
    events
}

#[test]
fn all_events_are_told_sooner_or_later() {
    let upivia = upivia();
    let session = session(&upivia);
    let mut seen = std::collections::BTreeSet::new();
    for (message, more) in [
        ("hello", json!({})),
        ("use web_search.search", json!({})),
        ("use email.send.", json!({ "require_approval_all": true })),
        ("look with ls", json!({ "local_tools": [{ "name": "ls" }] })),
        ("delegate this", json!({})),
        ("fail now", json!({})),
    ] {
        let mut body = json!({ "sessionId": session, "message": message });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        seen.extend(turn(&upivia, body).into_iter().map(|event| event.name));
    }
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    let all = [
        "agent_event",
        "delegation_started",
        "done",
        "error",
        "local_tools_pending",
        "message",
        "message_delta",
        "model",
        "ping",
        "status",
        "thinking",
        "tool_done",
        "tool_executing",
        "tool_pending",
        "tool_planned",
        "usage",
    ];
    assert_eq!(seen, all);
}

#[test]
fn an_approval_in_the_chat_is_decided_and_gone_on_with() {
    let upivia = upivia();
    upivia.sandbox().upivia_decide("email.send", Verdict::ApprovalRequired);
    let session = session(&upivia);
    for (action, done, effects) in [("approve", "executed", 1), ("reject", "blocked", 1)] {
        let events = turn(&upivia, json!({ "sessionId": session, "message": "email.send it" }));
        assert!(names(&events).contains(&"tool_pending") && !names(&events).contains(&"tool_done"));
        let pending = &events.iter().find(|event| event.name == "tool_pending").unwrap().data;
        let go_on = json!({
            "sessionId": session,
            "continue_from": { "request_id": pending["request_id"], "action": action },
        });
        let early = upivia.post(As::Token, "/chat/turn", go_on.clone());
        assert_eq!(refused(&early), (409, "conflict"));
        let approval = format!("/chat/approvals/{}", pending["approval_id"].as_str().unwrap());
        let token = upivia.post(As::Token, &approval, json!({ "action": action }));
        assert_eq!(refused(&token), (403, "forbidden"));
        upivia.made(As::Session, &approval, json!({ "action": action }));
        let events = turn(&upivia, go_on);
        let tool = &events.iter().find(|event| event.name == "tool_done").unwrap().data;
        assert_eq!(tool["outcome"]["status"], done);
        assert_eq!(upivia.sandbox().effects().count(EffectKind::ServiceCall), effects);
    }
}

#[test]
fn sessions_are_reused_listed_and_closed() {
    let upivia = upivia();
    let first = session(&upivia);
    assert_eq!(session(&upivia), first, "an empty one is reused");
    assert_eq!(upivia.read(As::Token, "/chat/sessions")["sessions"], json!([]));
    let empty = upivia.read(As::Token, "/chat/sessions?include_empty=true");
    assert_eq!(empty["sessions"][0]["id"], first.as_str());
    turn(&upivia, json!({ "sessionId": first, "content": [{ "type": "text", "text": "hi" }] }));
    let second = session(&upivia);
    assert_ne!(second, first);
    let one = upivia.read(As::Token, &format!("/chat/sessions/{first}"));
    let roles: Vec<&Value> =
        one["messages"].as_array().unwrap().iter().map(|row| &row["role"]).collect();
    assert_eq!(roles, ["user", "assistant"]);
    let close = format!("/chat/sessions?session_id={first}");
    assert_eq!(upivia.delete(As::Token, &close).body, json!({ "closed": true }));
    let closed =
        upivia.post(As::Token, "/chat/turn", json!({ "sessionId": first, "message": "x" }));
    assert_eq!(refused(&closed), (409, "session_closed"));
    let all = upivia.delete(As::Token, "/chat/sessions?all=true");
    assert_eq!(all.body, json!({ "closed": true, "count": 1 }));
    let nothing = upivia.post(As::Token, "/chat/turn", json!({ "sessionId": second }));
    assert_eq!(refused(&nothing), (400, "invalid_request"));
}

#[test]
fn a_turn_can_be_cut() {
    let upivia = upivia();
    let session = session(&upivia);
    upivia.sandbox().inject(Fault::on("POST", "/upivia/api/v1/chat/turn").end_after_frames(2));
    let reply =
        upivia.post(As::Token, "/chat/turn", json!({ "sessionId": session, "message": "x" }));
    assert_eq!(names(&events(&reply.text)), ["model", "status"]);
}
