//! Deliveries one by one: what is kept of them, when they are repeated, what stops them.

use std::time::Duration;

use serde_json::{Value, json};

use super::webhook_endpoints::{attempts, endpoint_for};
use crate::support::{Bench, managed, receiver::Receiver};

const MINUTE: Duration = Duration::from_secs(60);

fn path(hook: &Value) -> String {
    format!("/v1/webhook-endpoints/{}", hook["id"].as_str().unwrap())
}

fn rows(bench: &Bench, hook: &Value, list: &str) -> Vec<Value> {
    let reply = bench.get(&format!("{}/{list}", path(hook))).body;
    let name = if list.starts_with("dlq") { "dead_letters" } else { "deliveries" };
    reply[name].as_array().unwrap().clone()
}

/// Makes an event happen and lets its five attempts fail.
fn let_one_die(bench: &Bench, hook: &Value, receiver: &Receiver) {
    bench.sandbox.deliver("commerce.charge.paid", json!({}));
    receiver.next();
    for (attempt, minutes) in [(1, 1), (2, 5), (3, 30), (4, 120)] {
        attempts(bench, hook, ("failed", attempt));
        bench.sandbox.advance(MINUTE * minutes);
        receiver.next();
    }
    attempts(bench, hook, ("dead", 5));
}

#[test]
fn one_delivery_is_told_to_the_byte() {
    let bench = managed();
    let receiver = Receiver::start(&[500]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    bench.sandbox.deliver("commerce.charge.paid", json!({ "payment_id": "ch_1", "amount": 1.5 }));
    let arrived = receiver.next();
    attempts(&bench, &hook, ("failed", 1));
    let row = &rows(&bench, &hook, "deliveries")[0];
    let whole = bench.get(&format!("{}/deliveries/{}", path(&hook), row["id"].as_str().unwrap()));
    let (request, delivery) = (&whole.body["request"], &whole.body["delivery"]);
    assert_eq!(request["body"], json!(arrived.body));
    // Who has the secret can make the signature again, of what is told here.
    assert_eq!(request["sent_at_unix"], json!(arrived.signed_at()));
    let signature = request["headers"]["X-CodeSpar-Signature"].as_str().unwrap();
    assert_eq!(signature, format!("t={},v1=[redacted]", arrived.signed_at()));
    assert_eq!(request["headers"]["X-CodeSpar-Attempt"], "1");
    assert_eq!(request["headers"].get("X-CodeSpar-Signature-Legacy"), None);
    assert_eq!(request["url"], receiver.url);
    assert_eq!((&delivery["status"], &delivery["error"]), (&json!("failed"), &json!("http_500")));
    let wait = |row: &Value, name: &str| row[name].as_str().map(str::len);
    assert_eq!((wait(delivery, "next_retry_at"), wait(delivery, "dead_at")), (Some(24), None));
    assert_eq!(whole.body["response"]["status"], 500);
    assert_eq!(whole.body["event"]["payload"]["payment_id"], "ch_1");
}

#[test]
fn a_redelivery_has_four_attempts_from_the_second_on() {
    let bench = managed();
    let receiver = Receiver::start(&[500; 9]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    bench.sandbox.deliver("commerce.charge.paid", json!({}));
    receiver.next();
    attempts(&bench, &hook, ("failed", 1));
    let old = rows(&bench, &hook, "deliveries")[0].clone();
    let again =
        format!("/v1/webhook-endpoints/deliveries/{}/redeliver", old["id"].as_str().unwrap());
    let queued = bench.post(&again, json!({}));
    assert_eq!((queued.status, &queued.body["trigger_status"]), (202, &json!("active")));
    assert_eq!(receiver.next().header("x-codespar-attempt"), Some("2"));
    // The retry that the old row was to have is off.
    let kept = rows(&bench, &hook, "deliveries");
    assert_eq!(kept.last().unwrap()["next_retry_at"], json!(null));
    for (attempt, minutes) in [(2, 5), (3, 30), (4, 120)] {
        attempts(&bench, &hook, ("failed", attempt));
        bench.sandbox.advance(MINUTE * minutes);
        let next = receiver.next();
        assert_eq!(next.header("x-codespar-attempt"), Some(&*(attempt + 1).to_string()));
    }
    assert_eq!(attempts(&bench, &hook, ("dead", 5)).len(), 5);
    let dead = &rows(&bench, &hook, "dlq?limit=9999")[0];
    assert_eq!((&dead["attempt"], dead["dead_at"].is_string()), (&json!(5), true));
    bench.sandbox.advance(MINUTE * 600);
    assert!(receiver.within(Duration::from_millis(20)).is_none());
}

#[test]
fn what_waited_for_a_paused_endpoint_is_sent_when_asked_for() {
    let bench = managed();
    let receiver = Receiver::start(&[500, 204]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    bench.sandbox.deliver("commerce.charge.paid", json!({}));
    receiver.next();
    attempts(&bench, &hook, ("failed", 1));
    let retry = || bench.post("/v1/webhook-endpoints/retry-pending", json!({})).body;
    assert_eq!(retry()["scanned"], 0);
    bench.patch(&path(&hook), json!({ "status": "paused" }));
    bench.sandbox.advance(MINUTE * 2);
    assert_eq!(retry()["scanned"], 0);
    bench.patch(&path(&hook), json!({ "status": "active" }));
    let retried = retry();
    assert_eq!((&retried["scanned"], &retried["delivered"]), (&json!(1), &json!(1)));
    assert_eq!(receiver.next().header("x-codespar-attempt"), Some("2"));
    assert_eq!(retry()["scanned"], 0);
}

#[test]
fn an_endpoint_whose_deliveries_die_is_paused() {
    let bench = managed();
    let receiver = Receiver::start(&[500; 30]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    let teller = Receiver::start(&[204]);
    endpoint_for(&bench, "trigger.paused_automatically", &teller.url);
    for _ in 0..5 {
        assert_eq!(bench.get(&path(&hook)).body["status"], "active");
        let_one_die(&bench, &hook, &receiver);
    }
    assert_eq!(teller.next().json()["data"]["trigger_id"], hook["id"]);
    assert_eq!(bench.get(&path(&hook)).body["status"], "error");
    assert_eq!(bench.sandbox.deliver("commerce.charge.paid", json!({})), 0);
    let listed = bench.get("/v1/webhook-endpoints?status=error").body;
    let row = &listed["triggers"][0];
    assert_eq!((&row["consecutive_failures"], &row["total_runs"]), (&json!(25), &json!(0)));
    assert_eq!((&row["last_response_status"], row.get("dead_streak")), (&json!(500), None));
    // A test says the same as a delivery would, and nothing is sent.
    let fired = bench.post(&format!("{}/test-fire", path(&hook)), json!({}));
    assert_eq!((fired.status, &fired.body["error"]["code"]), (409, &json!("trigger_not_active")));
    bench.patch(&path(&hook), json!({ "status": "active" }));
    assert_eq!(bench.sandbox.deliver("commerce.charge.paid", json!({})), 1);
    receiver.next();
}

#[test]
fn failures_are_told_to_who_asked_for_them_and_not_of_themselves() {
    let bench = managed();
    let receiver = Receiver::start(&[500, 500]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    let teller = Receiver::start(&[500]);
    let condition =
        json!({ "all": [{ "field": "consecutive_failures", "op": "gte", "value": 2 }] });
    let watch = json!({
        "name": "watch", "event": "trigger.delivery.failed", "webhook_url": teller.url,
        "condition": condition,
    });
    let watch = bench.post("/v1/webhook-endpoints", watch);
    assert_eq!((watch.status, &watch.body["event_known"]), (201, &json!(true)));
    bench.sandbox.deliver("commerce.charge.paid", json!({}));
    receiver.next();
    attempts(&bench, &hook, ("failed", 1));
    bench.sandbox.advance(MINUTE);
    receiver.next();
    // The first failure was one too few.
    assert_eq!(teller.next().json()["data"]["consecutive_failures"], 2);
    attempts(&bench, &watch.body, ("failed", 1));
    let told = bench.get("/v1/events/summary?window=1h").body;
    assert_eq!(told["by_type"]["trigger.delivery.failed"], 2);
    assert_eq!(told["total"], 3);
}

#[test]
fn all_deliveries_of_the_project_are_listed_and_counted() {
    let bench = managed();
    let receiver = Receiver::start(&[204, 500]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    for _ in 0..2 {
        bench.sandbox.deliver("commerce.charge.paid", json!({}));
        receiver.next();
    }
    attempts(&bench, &hook, ("failed", 1));
    let page = bench.get("/v1/webhook-deliveries?limit=1").body;
    let first = &page["deliveries"][0];
    assert_eq!((&first["status"], &first["trigger_name"]), (&json!("failed"), &json!("hook")));
    let next = page["next_before"].as_str().unwrap();
    let page = bench.get(&format!("/v1/webhook-deliveries?limit=1&before={next}")).body;
    assert_eq!(page["deliveries"][0]["status"], "delivered");
    assert!(page["deliveries"][0]["delivered_at"].is_string());
    assert_eq!(page["next_before"], json!(null));
    let count = |query: &str| {
        let reply = bench.get(&format!("/v1/webhook-deliveries?count_only=true{query}")).body;
        assert_eq!(reply["deliveries"], json!([]));
        reply["total"].as_u64().unwrap()
    };
    assert_eq!((count(""), count("&status=failed"), count("&status=dead")), (2, 1, 0));
    assert_eq!(count("&since=2099-01-01T00:00:00Z"), 0);
    for query in ["limit=0", "limit=x", "status=lost", "since=today", "count_only=1", "before=x"] {
        let reply = bench.get(&format!("/v1/webhook-deliveries?{query}"));
        let code = &reply.body["error"]["code"];
        assert_eq!((reply.status, code), (400, &json!("invalid_query")), "{query}");
    }
}

#[test]
fn an_event_goes_again_to_all_that_want_it() {
    let bench = managed();
    let receiver = Receiver::start(&[204, 204, 500]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    endpoint_for(&bench, "commerce.charge.paid", "https://app.example.test/hook");
    bench.sandbox.deliver("commerce.charge.paid", json!({ "amount_minor": 500 }));
    let event = receiver.next().json()["id"].as_str().unwrap().to_owned();
    attempts(&bench, &hook, ("delivered", 1));
    let replay = |query: &str| bench.post(&format!("/v1/events/{event}/replay{query}"), json!({}));
    let again = replay("").body;
    assert_eq!((&again["dispatched"], &again["rejected"]), (&json!(1), &json!(1)));
    receiver.next();
    // A receiver that fails was dispatched to all the same, and is not tried again.
    let named = format!("?trigger_id={}", hook["id"].as_str().unwrap());
    assert_eq!(replay(&named).body["dispatched"], 1);
    receiver.next();
    let row = &rows(&bench, &hook, "deliveries")[0];
    assert_eq!((&row["status"], &row["next_retry_at"]), (&json!("failed"), &json!(null)));
    let condition = json!({ "all": [{ "field": "amount_minor", "op": "gt", "value": 500 }] });
    bench.patch(&path(&hook), json!({ "condition": condition }));
    let held = replay(&named).body;
    assert_eq!((&held["dispatched"], &held["rejected"]), (&json!(0), &json!(0)));
    bench.patch(&path(&hook), json!({ "status": "paused" }));
    let paused = replay(&named);
    assert_eq!(paused.body["error"]["details"]["status"], "paused");
}

#[test]
fn conditions_and_actions_say_what_is_done() {
    let bench = managed();
    let create = |more: Value| {
        let mut body = json!({ "name": "n", "event": "commerce.charge.paid" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.post("/v1/webhook-endpoints", body)
    };
    let url = "https://app.example.test/hook";
    let rule = |field: &str| json!({ "all": [{ "field": field, "op": "gt", "value": 1 }] });
    let table = [
        (
            json!({ "webhook_url": url, "condition": rule("days_before") }),
            "trigger_condition_invalid",
        ),
        (json!({ "webhook_url": url, "action": { "kind": "call" } }), "trigger_action_invalid"),
        (
            json!({ "webhook_url": url, "action": { "kind": "human_review" } }),
            "trigger_action_invalid",
        ),
        (json!({ "action": { "kind": "webhook" } }), "invalid_body"),
    ];
    for (more, code) in table {
        let reply = create(more.clone());
        assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!(code)), "{more}");
    }
    bench.post("/v1/agents", json!({ "agent_id": "ag1", "principal_ref": "p" }));
    let pause =
        create(json!({ "action": { "kind": "pause_agent" }, "condition": rule("amount_minor") }));
    assert_eq!((pause.status, &pause.body["webhook_url"]), (201, &json!(null)));
    let status = || bench.get("/v1/agents").body["agents"][0]["status"].clone();
    bench.sandbox.deliver("commerce.charge.paid", json!({ "agent_id": "ag1", "amount_minor": 1 }));
    assert_eq!(status(), "active");
    bench.sandbox.deliver("commerce.charge.paid", json!({ "agent_id": "ag1", "amount_minor": 2 }));
    assert_eq!(status(), "suspended");
    let read = bench.get(&path(&pause.body)).body;
    assert_eq!((&read["total_runs"], &read["event_known"]), (&json!(1), &json!(true)));
    let fired = bench.post(&format!("{}/test-fire", path(&pause.body)), json!({}));
    assert_eq!(fired.body["error"]["code"], "trigger_test_fire_webhook_only");
    // Back to deliveries, which need an address; and without a condition.
    let webhook = json!({ "action": { "kind": "webhook" } });
    assert_eq!(bench.patch(&path(&pause.body), webhook.clone()).status, 400);
    let webhook = json!({ "action": { "kind": "webhook" }, "webhook_url": url, "condition": null });
    let changed = bench.patch(&path(&pause.body), webhook).body;
    assert_eq!((&changed["webhook_url"], &changed["condition"]), (&json!(url), &json!(null)));
}

#[test]
fn a_condition_is_tried_on_what_has_happened() {
    let bench = managed();
    endpoint_for(&bench, "commerce.charge.paid", "https://app.example.test/hook");
    for amount in 1..=3 {
        bench.sandbox.deliver("commerce.charge.paid", json!({ "amount_minor": amount }));
    }
    let simulate = |window: &str| {
        let condition = json!({ "all": [{ "field": "amount_minor", "op": "gte", "value": 2 }] });
        let body = json!({
            "event_type": "commerce.charge.paid", "condition": condition, "window": window,
        });
        bench.post("/v1/triggers/simulate", body).body
    };
    let tried = simulate("1h");
    assert_eq!((&tried["scanned"], &tried["matched"]), (&json!(3), &json!(2)));
    assert_eq!(tried["sample_event_ids"].as_array().unwrap().len(), 2);
    assert_eq!(tried["truncated"], false);
    bench.sandbox.advance(MINUTE * 61);
    assert_eq!((&simulate("1h")["scanned"], &simulate("24h")["matched"]), (&json!(0), &json!(2)));
    assert_eq!(bench.post("/v1/triggers/simulate", json!({})).status, 400);
    let events = bench.get("/v1/triggers/events").body;
    let rows = events["events"].as_array().unwrap();
    let paid = rows.iter().find(|row| row["type"] == "commerce.charge.paid").unwrap();
    assert_eq!(paid["condition_fields"][0]["field"], "amount_minor");
    assert_eq!(bench.get("/v1/events/summary?window=2h").status, 400);
}

#[test]
fn what_happens_in_the_service_is_an_event() {
    let bench = managed();
    let mandate = crate::support::consent::mandate(&bench);
    let spend = json!({ "amount_minor": 100, "payee": "shop@pix.test", "attempt_id": "a1" });
    bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), spend);
    for verb in ["pause", "pause", "resume", "revoke"] {
        bench.post(&format!("/v1/mandates/{mandate}/{verb}"), json!({}));
    }
    let session = bench.plain_session();
    bench.run(&session, "codespar_list_tools", json!({}));
    bench.execute(&session, "codespar_charge", json!({}));
    bench.delete(&session);
    bench.delete(&session);
    let told = bench.get("/v1/events/summary").body["by_type"].clone();
    let expected = json!({
        "commerce.mandate.granted": 1, "commerce.mandate.paused": 1, "commerce.mandate.resumed": 1,
        "commerce.mandate.revoked": 1, "commerce.pix_out.succeeded": 1,
        "commerce.spend.settled": 1, "session.closed": 1, "tool_call.failed": 1,
        "tool_call.succeeded": 1,
    });
    assert_eq!(told, expected);
}
