//! `send`: the scripted agent, as JSON and as an event stream.

use codespar_sandbox::{Dialect, EffectKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{Bench, Event, bench, events, managed, names};

fn say(bench: &Bench, session: &str, message: &str) -> Value {
    let reply = bench.post(&format!("{session}/send"), json!({ "message": message }));
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.body
}

fn stream(bench: Bench, session: &str, message: &str) -> Vec<Event> {
    let bench = bench.with("accept", "text/event-stream");
    let reply = bench.post(&format!("{session}/send"), json!({ "message": message }));
    assert_eq!(reply.headers["content-type"], "text/event-stream");
    events(&reply.text)
}

fn self_hosted() -> Bench {
    bench(Sandbox::builder().dialect(Dialect::SelfHosted))
}

#[test]
fn a_message_without_a_wish_is_echoed() {
    let bench = managed();
    let session = bench.plain_session();
    let expected = json!({ "message": "You said: olá", "tool_calls": [], "iterations": 1 });
    assert_eq!(say(&bench, &session, "olá"), expected);
}

#[test]
fn a_wish_to_charge_makes_a_charge() {
    let bench = managed();
    let session = bench.plain_session();
    let answer = say(&bench, &session, "Please charge R$ 150,00 by Pix");
    let call = &answer["tool_calls"][0];
    assert_eq!(call["tool_name"], "codespar_charge");
    assert_eq!(call["status"], "success");
    assert_eq!(call["input"]["amount"], json!(150));
    assert_eq!(answer["iterations"], 2);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Charge), 1);
    // The call is in the record and can be followed.
    let id = call["id"].as_str().unwrap();
    let status = bench.get(&format!("/v1/tool-calls/{id}/payment-status")).body;
    assert!(status["idempotency_key"].is_string());
}

#[test]
fn refused_mocks_are_failed_calls_of_a_turn_that_succeeds() {
    let bench = managed();
    let session = bench.plain_session();
    let answer = say(&bench, &session, "call asaas/create_payment now");
    let call = &answer["tool_calls"][0];
    assert_eq!(call["status"], "error");
    assert_eq!(call["error_code"], "tool_not_mocked");
    assert_eq!(call["output"]["code"], "tool_not_mocked");
    assert_eq!(call["output"]["tool_name"], "asaas/create_payment");
}

#[test]
fn the_managed_stream_has_types_and_wrapped_records() {
    let bench = managed();
    let session = bench.plain_session();
    let events = stream(bench, &session, "charge R$ 10 by pix");
    let expected =
        ["user_message", "assistant_text", "tool_use", "tool_result", "assistant_text", "done"];
    assert_eq!(names(&events), expected);
    assert!(events.iter().all(|event| event.data["type"] == event.name.as_str()));
    assert_eq!(events[2].data["name"], "codespar_charge");
    let record = &events[3].data["toolCall"];
    assert_eq!(record["status"], "success");
    assert!(record["id"].as_str().unwrap().starts_with("tc_"));
    assert_eq!(&events[5].data["result"]["tool_calls"][0], record);
}

#[test]
fn the_self_hosted_stream_has_neither() {
    let bench = self_hosted();
    let session = bench.session(json!({
        "servers": ["asaas"], "mocks": { "asaas/create_payment": { "id": "pay_1" } },
    }));
    let events = stream(bench, &session, "call asaas/create_payment");
    assert_eq!(names(&events)[2..4], ["tool_use", "tool_result"]);
    assert!(events.iter().all(|event| event.data.get("type").is_none()));
    assert_eq!(events[2].data["name"], "asaas__create_payment");
    let id = &events[2].data["id"];
    assert_eq!(
        events[3].data,
        json!({
            "tool_use_id": id, "content": { "id": "pay_1" }, "is_error": false, "iteration": 1,
        })
    );
    let record = &events[5].data["result"]["tool_calls"][0];
    assert!(record.get("id").is_none() && record.get("error_code").is_none(), "{record}");
}

#[test]
fn the_self_hosted_chat_looks_up_bare_names_too() {
    let bench = self_hosted();
    let mocks = json!({ "codespar_charge": { "id": "ch_mine" } });
    let session = bench.session(json!({ "mocks": mocks }));
    let answer = say(&bench, &session, "charge R$ 10");
    assert_eq!(answer["tool_calls"][0]["output"], json!({ "id": "ch_mine" }));
    let plain = bench.session(json!({}));
    let refused = &say(&bench, &plain, "charge R$ 10")["tool_calls"][0];
    assert_eq!(refused["output"], json!({ "error": "tool_not_mocked" }));
    assert_eq!(refused["error_code"], "tool_not_mocked");
    // Outside the chat they are not looked up.
    let reply = bench.execute(&session, "codespar_charge", json!({}));
    assert_eq!(reply.body["error"], "Tool not registered: codespar_charge");
}

#[test]
fn closed_sessions_do_not_answer() {
    let bench = managed();
    let session = bench.plain_session();
    bench.delete(&session);
    let reply = bench.post(&format!("{session}/send"), json!({ "message": "hi" }));
    assert_eq!((reply.status, &reply.body["status"]), (409, &json!("closed")));
    assert_eq!(bench.post(&format!("{session}/send"), json!({})).status, 400);
}
