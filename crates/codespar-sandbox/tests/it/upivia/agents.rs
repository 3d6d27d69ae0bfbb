//! Agents: their keys, their tasks and what they remember.

use serde_json::{Value, json};

use crate::support::upivia::{As, id, refused, upivia};

#[test]
fn agents_come_and_go_with_their_keys() {
    let upivia = upivia();
    let made = upivia.made(As::Session, "/agents", json!({ "name": "Vendas" }));
    let (agent, key) = (id(&made, "agent"), made["api_key"].as_str().unwrap());
    let path = format!("/agents/{agent}");
    let mail = json!({ "service": "email", "operation": "send", "payload": { "to": "a@b.test" } });
    assert_eq!(upivia.made(As::Key(key), "/service-requests", mail.clone())["status"], "executed");
    let foreign = upivia.mail(None, None).body;
    let of_other = format!("/service-requests/{}", foreign["request_id"].as_str().unwrap());
    assert_eq!(upivia.get(As::Key(key), &of_other).status, 404);

    let unsure = upivia.patch(As::Session, &format!("{path}/key"), json!({}));
    assert_eq!(refused(&unsure), (400, "invalid_request"));
    let reset = upivia.patch(As::Session, &format!("{path}/key"), json!({ "confirm": true }));
    let new_key = reset.body["api_key"].as_str().unwrap();
    assert_eq!(upivia.post(As::Key(key), "/service-requests", mail.clone()).status, 401);
    assert_eq!(upivia.made(As::Key(new_key), "/service-requests", mail)["status"], "executed");

    let budget = json!({ "monthly_budget_cents": 9_900 });
    let set = upivia.patch(As::Session, &format!("{path}/budget"), budget);
    assert_eq!(set.body["agent"]["monthly_budget_cents"], 9_900);
    upivia.made(As::Session, &format!("{path}/services"), json!({ "service_id": "sms" }));
    let copy = upivia.made(As::Session, &format!("{path}/clone"), json!({ "name": "Two" }));
    let copied = upivia.read(As::Session, &format!("/agents/{}", id(&copy, "agent")));
    assert_eq!(copied["agent"]["name"], "Two");
    assert_eq!(copied["services"][0]["service_id"], "sms");
    let moved = upivia.patch(
        As::Session,
        &format!("{path}/transfer"),
        json!({ "new_owner_user_id": "usr_2" }),
    );
    assert_ne!(moved.body["api_key"], reset.body["api_key"]);

    assert_eq!(upivia.read(As::Token, &format!("{path}/health"))["status"], "healthy");
    assert_eq!(upivia.read(As::Token, "/agents/health")["idle"], 1);
    assert_eq!(upivia.delete(As::Session, &path).status, 200);
    assert_eq!(upivia.get(As::Session, &path).status, 404);
    let chat = upivia.delete(As::Session, "/agents/agt_chat");
    assert_eq!(refused(&chat), (409, "agent_protected"));
    assert_eq!(upivia.read(As::Agent, "/agents")["agents"].as_array().unwrap().len(), 2);
}

/// What an agent sends to make another.
fn child(services: &[&str], budget: i64) -> Value {
    json!({ "name": "child", "services": services, "budget_cents": budget })
}

#[test]
fn agents_spawn_within_budget_services_and_depth() {
    let upivia = upivia();
    let estimate =
        upivia.read(As::Agent, "/agents/spawn?operations=email.send%2Cvoice_call.create");
    assert_eq!(estimate["estimated_budget_cents"], 26);
    let rich = upivia.post(As::Agent, "/agents/spawn", child(&["email.send"], 2_000_000));
    assert_eq!(refused(&rich), (409, "insufficient_budget"));
    let mut key = upivia.sandbox().upivia_agent_key().to_owned();
    for depth in 1..=3 {
        let made = upivia.made(As::Key(&key), "/agents/spawn", child(&["email.send"], 100 - depth));
        key = made["api_key"].as_str().unwrap().to_owned();
        assert_eq!(made["agent"]["depth"], depth);
    }
    let deeper = upivia.post(As::Key(&key), "/agents/spawn", child(&["email.send"], 1));
    assert_eq!(refused(&deeper), (403, "forbidden"));
    let sms =
        json!({ "service": "sms", "operation": "send", "payload": { "to": "+1", "body": "x" } });
    let stopped = upivia.made(As::Key(&key), "/service-requests", sms);
    assert_eq!(stopped["reason_code"], "service_not_enabled");
}

#[test]
fn tasks_are_delegated_and_memories_kept() {
    let upivia = upivia();
    let agent = upivia.sandbox().upivia_agent_id();
    let tasks = format!("/agents/{agent}/delegated-tasks");
    let begun = json!({ "objective": "research", "execute_now": true, "child_agent_id": null });
    let begun = upivia.made(As::Agent, &tasks, begun);
    let task = id(&begun, "task");
    let attached = format!("/delegated-tasks/{task}");
    let done = |body: &Value| body["task"]["status"] == "completed";
    let events = upivia.read_until(As::Token, &attached, done)["events"].clone();
    assert_eq!(events.as_array().unwrap().len(), 1);
    assert_eq!(upivia.read(As::Token, &format!("{attached}?since=1"))["events"], json!([]));
    let waiting = upivia.made(As::Agent, &tasks, json!({ "objective": "later" }));
    let one = format!("{tasks}/{}", id(&waiting, "task"));
    let state = json!({ "status": "cancelled" });
    assert_eq!(upivia.patch(As::Session, &one, state).body["task"]["status"], "cancelled");
    assert_eq!(upivia.read(As::Session, &one)["task"]["objective"], "later");
    let cancelled = upivia.read(As::Agent, &format!("{tasks}?direction=created&status=cancelled"));
    assert_eq!(cancelled["tasks"].as_array().unwrap().len(), 1);
    let other =
        upivia.post(As::Agent, "/agents/agt_chat/delegated-tasks", json!({ "objective": "x" }));
    assert_eq!(refused(&other), (403, "forbidden"));

    let memories = format!("/agents/{agent}/memories");
    let made = upivia.made(As::Agent, &memories, json!({ "content": "prefers Pix" }));
    upivia.made(As::Agent, &memories, json!({ "content": "speaks Portuguese" }));
    let found = upivia.read(As::Session, &format!("{memories}?q=PIX&semantic=true"));
    assert_eq!(found["memories"].as_array().unwrap().len(), 1);
    assert_eq!(found["semantic"], true);
    let one = format!("{memories}/{}", id(&made, "memory"));
    assert_eq!(upivia.patch(As::Session, &one, json!({ "archived": true })).status, 200);
    let graph = upivia.read(As::Session, &format!("{memories}/graph"));
    assert_eq!(graph["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(upivia.delete(As::Session, &one).status, 200);
    assert_eq!(upivia.delete(As::Session, &one).status, 404);
}
