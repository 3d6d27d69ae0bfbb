//! Rooms and swarms: what is refused, and that nothing is spent past a cap.

use serde_json::{Value, json};

use crate::support::upivia::{As, id, refused, upivia};

fn status(answer: &Value) -> &str {
    answer["room"]["status"].as_str().unwrap()
}

#[test]
fn what_a_room_cannot_be_is_refused() {
    let upivia = upivia();
    let me = upivia.sandbox().upivia_agent_id();
    let post = |path: &str, body: Value| upivia.post(As::Token, path, body);
    let room = json!({ "title": "Suppliers", "objective": "Find three" });
    let with = |name: &str, value: Value| {
        let mut body = room.clone();
        body[name] = value;
        body
    };
    for (body, status) in [
        (with("title", json!("")), 400),
        (with("objective", Value::Null), 400),
        (with("budget_cap_cents", json!(-1)), 400),
        (with("budget_cap_cents", json!(0.5)), 400),
        (with("agent_ids", json!(["agt_none"])), 404),
        (with("agent_ids", json!("agt_1")), 400),
        (with("team_id", json!("team_none")), 404),
    ] {
        assert_eq!(post("/rooms", body.clone()).status, status, "{body}");
    }
    let swarm = |agents: Value, rounds: i64| {
        let body = json!({ "objective": "Compare", "agent_ids": agents, "rounds": rounds });
        post("/swarms", body).status
    };
    assert_eq!(swarm(json!([me]), 2), 400);
    assert_eq!(swarm(json!([me, me, me, me, me, me, me]), 2), 400);
    assert_eq!(swarm(json!([me, me]), 0), 400);
    assert_eq!(swarm(json!([me, "agt_none"]), 1), 404);
    assert_eq!(refused(&post("/rooms/room_none/messages", json!({ "body": "x" }))).0, 404);
    assert_eq!(upivia.post(As::Agent, "/rooms", room).status, 401, "an agent's key is no user");
    assert_eq!(upivia.read(As::Token, "/rooms"), json!({ "rooms": [] }));
}

#[test]
fn an_agent_that_may_not_answer_costs_nothing() {
    let upivia = upivia();
    let made = upivia.made(As::Session, "/agents", json!({ "name": "Poor", "budget_cents": 0 }));
    let room = json!({ "title": "t", "objective": "o", "agent_ids": [id(&made, "agent")] });
    let room = upivia.made(As::Token, "/rooms", room);
    assert_eq!((status(&room), &room["room"]["spent_cents"]), ("active", &json!(0)));
    let path = format!("/rooms/{}", id(&room, "room"));
    upivia.made(As::Token, &format!("{path}/messages"), json!({ "body": "Hello" }));
    let seen = upivia.read_until(As::Token, &path, |body| body["messages"][1].is_object());
    assert_eq!(seen["messages"][1]["metadata"]["reason_code"], "budget_exceeded");
    assert_eq!(seen["room"]["spent_cents"], 0);
    assert!(upivia.sandbox().effects().is_empty());
}

#[test]
fn a_cap_of_nothing_spends_nothing() {
    let upivia = upivia();
    let me = upivia.sandbox().upivia_agent_id();
    let swarm = json!({
        "objective": "Compare", "agent_ids": [me, me], "rounds": 3, "budget_cap_cents": 0,
    });
    let room = upivia.made(As::Token, "/swarms", swarm);
    let path = format!("/rooms/{}", id(&room, "room"));
    let seen = upivia.read_until(As::Token, &path, |body| status(body) == "paused");
    assert_eq!(seen["messages"][0]["metadata"]["reason_code"], "room_budget_exceeded");
    assert!(upivia.sandbox().effects().is_empty());
}
