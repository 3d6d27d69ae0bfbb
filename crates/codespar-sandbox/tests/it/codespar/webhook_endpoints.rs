//! Webhook endpoints and the deliveries to them.

use std::time::Duration;

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Bench, bench, charge_input, managed, receiver::Receiver};

pub(super) fn endpoint(bench: &Bench, url: &str) -> Value {
    endpoint_for(bench, "trigger.test_fire", url)
}

pub(super) fn endpoint_for(bench: &Bench, event: &str, url: &str) -> Value {
    let body = json!({ "name": "hook", "event": event, "webhook_url": url });
    let reply = bench.post("/v1/webhook-endpoints", body);
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body
}

#[test]
fn an_endpoint_is_created_changed_and_deleted() {
    let bench = managed();
    let created = endpoint(&bench, "https://app.example.test/hook");
    assert_eq!(created["secret"].as_str().unwrap().len(), 64);
    let path = format!("/v1/webhook-endpoints/{}", created["id"].as_str().unwrap());
    // The old name of the route is the same route; the secret is shown once.
    let alias = path.replace("webhook-endpoints", "triggers");
    let read = bench.get(&alias).body;
    assert_eq!((&read["status"], read.get("secret")), (&json!("active"), None));
    assert_eq!(bench.patch(&path, json!({ "status": "paused" })).body["status"], "paused");
    assert_eq!(bench.patch(&path, json!({ "status": "error" })).status, 400);
    let list = bench.get("/v1/webhook-endpoints?status=paused").body;
    assert_eq!(list["triggers"].as_array().unwrap().len(), 1);
    let rotated = bench.post(&format!("{path}/rotate-secret"), json!({})).body;
    assert_ne!(rotated["secret"], created["secret"]);
    assert_eq!(bench.delete(&path).status, 204);
    // Only a replay says which of the two it names is not there.
    for (method, rest) in [
        ("GET", ""),
        ("DELETE", ""),
        ("PATCH", ""),
        ("POST", "/test-fire"),
        ("POST", "/rotate-secret"),
        ("GET", "/deliveries"),
        ("GET", "/deliveries/1"),
        ("GET", "/dlq"),
    ] {
        let body = (method != "GET" && method != "DELETE").then(|| json!({ "name": "n" }));
        let reply = bench.call(method, &format!("{path}{rest}"), body);
        let code = &reply.body["error"]["code"];
        assert_eq!((reply.status, code), (404, &json!("not_found")), "{method} {rest}");
    }
}

#[test]
fn addresses_that_are_refused() {
    let bench = managed();
    let table = [
        ("nonsense", "invalid_url"),
        ("ftp://example.test", "invalid_url"),
        ("http://app.example.test", "not_https"),
        ("http://127.0.0.1.example.test", "not_https"),
        ("http://10.0.0.1/x", "not_https"),
        ("https://localhost/x", "reserved_host"),
        ("https://127.1.2.3/x", "reserved_host"),
    ];
    for (url, code) in table {
        let body = json!({ "name": "n", "event": "e", "webhook_url": url });
        let reply = bench.post("/v1/webhook-endpoints", body);
        assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!(code)), "{url}");
    }
}

#[test]
fn a_delivery_is_signed_and_can_be_repeated() {
    let bench = managed();
    let receiver = Receiver::start(&[204, 204, 204]);
    let created = endpoint(&bench, &receiver.url);
    let path = format!("/v1/webhook-endpoints/{}", created["id"].as_str().unwrap());
    let fired = bench.post(&format!("{path}/test-fire"), json!({ "payload": { "a": 1 } })).body;
    assert_eq!((&fired["status"], &fired["response_status"]), (&json!("delivered"), &json!(204)));

    let delivery = fired["delivery_id"].as_str().unwrap();
    let mut arrived = vec![receiver.next()];
    let again = format!("/v1/webhook-endpoints/deliveries/{delivery}/redeliver");
    let again = bench.post(&again, json!({}));
    assert_eq!((again.status, &again.body["event_id"]), (202, &fired["event_id"]));
    arrived.push(receiver.next());
    attempts(&bench, &created, ("delivered", 2));
    let event = fired["event_id"].as_str().unwrap();
    let replay = bench.post(&format!("/v1/events/{event}/replay"), json!({}));
    assert_eq!(replay.status, 202);
    assert_eq!((&replay.body["dispatched"], &replay.body["rejected"]), (&json!(1), &json!(0)));
    arrived.push(receiver.next());

    let rows = bench.get(&format!("{path}/deliveries")).body;
    assert_eq!(rows["deliveries"].as_array().unwrap().len(), 3);
    let full = bench.get(&format!("{path}/deliveries/{delivery}")).body;
    assert_eq!(full["delivery"]["id"], delivery);
    let data = &full["event"]["payload"];
    assert_eq!((&data["a"], &data["test"]), (&json!(1), &json!(true)));
    assert_eq!((&data["trigger_id"], data["requested_at"].is_string()), (&created["id"], true));
    assert_eq!(bench.get(&path).body["total_runs"], 3);
    assert_eq!(bench.get(&format!("{path}/deliveries/x")).status, 400);

    for (delivery, attempt) in arrived.iter().zip(["1", "2", "1"]) {
        assert!(delivery.head.starts_with("POST /hook?a=1 "), "{}", delivery.head);
        assert_eq!(delivery.header("x-codespar-event-id"), fired["event_id"].as_str());
        // A redelivery is a second attempt, a replay a first one.
        assert_eq!(delivery.header("x-codespar-attempt"), Some(attempt));
        assert!(delivery.is_signed(&created["secret"]));
    }
}

#[test]
fn failed_deliveries_say_why() {
    let bench = managed();
    let receiver = Receiver::start(&[500]);
    let created = endpoint(&bench, &receiver.url);
    let path = format!("/v1/webhook-endpoints/{}/test-fire", created["id"].as_str().unwrap());
    let fired = bench.post(&path, json!({})).body;
    assert_eq!((&fired["status"], &fired["error"]), (&json!("failed"), &json!("http_500")));
    receiver.next();
    // Nobody listens any more, and other machines are never called.
    assert_eq!(bench.post(&path, json!({})).body["response_status"], json!(null));
    let remote = endpoint(&bench, "https://app.example.test/hook");
    let path = format!("/v1/webhook-endpoints/{}/test-fire", remote["id"].as_str().unwrap());
    assert_eq!(bench.post(&path, json!({})).body["error"], "ssrf_blocked:sandbox");
}

/// How often a test asks before it gives up.
const PATIENCE: usize = 1_000;

/// The attempts of an endpoint as status and number, newest first, once the newest is this one.
pub(super) fn attempts(bench: &Bench, endpoint: &Value, newest: (&str, u64)) -> Vec<(String, u64)> {
    let path = format!("/v1/webhook-endpoints/{}/deliveries", endpoint["id"].as_str().unwrap());
    let look = || {
        let rows = bench.get(&path).body["deliveries"].as_array().unwrap().clone();
        let row = |row: &Value| {
            (row["status"].as_str().unwrap().to_owned(), row["attempt"].as_u64().unwrap())
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let found = (0..PATIENCE).map(|_| look()).find(|rows| {
        std::thread::sleep(Duration::from_millis(5));
        rows.first().is_some_and(|(status, attempt)| (&**status, *attempt) == newest)
    });
    found.unwrap_or_else(|| panic!("{newest:?} never came: {:?}", look()))
}

#[test]
fn an_order_is_charged_paid_told_and_done() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_millis(20)));
    let receiver = Receiver::start(&[204, 204]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    // A charge of its own, and one of a tool: the shop keeps the ids with its orders.
    let made = bench.post(
        "/v1/charges",
        json!({
            "amount": 10, "currency": "BRL", "method": "boleto", "consumer_id": "c1",
            "due_date": "2030-01-31", "idempotency_key": "order-1",
        }),
    );
    let tool = bench.run(&bench.plain_session(), "codespar_charge", charge_input());
    let mut orders = vec![made.body["id"].clone(), tool["data"]["id"].clone()];
    for _ in 0..2 {
        let delivery = receiver.next();
        assert!(delivery.is_signed(&hook["secret"]));
        assert_eq!(delivery.header("x-codespar-event"), Some("commerce.charge.paid"));
        assert_eq!(delivery.header("x-codespar-trigger-id"), hook["id"].as_str());
        let event = delivery.json();
        assert_eq!(delivery.header("x-codespar-event-id"), event["id"].as_str());
        assert_eq!(
            (&event["type"], &event["source"]),
            (&json!("commerce.charge.paid"), &json!("celcoin"))
        );
        let paid = orders.iter().position(|id| *id == event["data"]["payment_id"]).unwrap();
        orders.remove(paid);
    }
    assert!(orders.is_empty() && receiver.is_empty());
    let row = bench.get("/v1/charges/order-1").body;
    assert_eq!((&row["status"], &row["settlement"]), (&json!("CONFIRMED"), &json!("confirmed")));
}

#[test]
fn a_payment_is_told_though_nobody_asks_for_anything() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_millis(200)));
    let receiver = Receiver::start(&[204]);
    endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    let pix = json!({ "amount": 1, "currency": "BRL", "method": "pix" });
    let made = bench.post("/v1/charges", pix).body;
    assert_eq!(receiver.next().json()["data"]["payment_id"], made["id"]);
}

#[test]
fn what_has_failed_is_not_told_to_be_paid_later() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(60)));
    let receiver = Receiver::start(&[204, 204]);
    for event in ["commerce.payment.failed", "commerce.charge.paid", "commerce.payment.succeeded"] {
        endpoint_for(&bench, event, &receiver.url);
    }
    let call = bench.charge(&bench.plain_session());
    assert!(bench.sandbox.post_event(&call, "commerce.payment.failed"));
    assert_eq!(receiver.next().header("x-codespar-event"), Some("commerce.payment.failed"));
    bench.sandbox.advance(Duration::from_secs(3_600));
    let status = bench.get(&format!("/v1/tool-calls/{call}/payment-status")).body;
    assert_eq!(status["payment_status"], "failed");
    assert_eq!(status["events"].as_array().unwrap().len(), 1);
    assert_eq!(bench.sandbox.deliver("commerce.charge.paid", json!({ "payment_id": "other" })), 1);
    assert_eq!(receiver.next().json()["data"]["payment_id"], "other");
}

#[test]
fn a_charge_is_paid_once_and_told_once_to_those_who_asked() {
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX));
    let receiver = Receiver::start(&[204, 204]);
    let paused = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    let path = format!("/v1/webhook-endpoints/{}", paused["id"].as_str().unwrap());
    bench.patch(&path, json!({ "status": "paused" }));
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    endpoint_for(&bench, "commerce.charge.*", &receiver.url);
    // An endpoint of another project hears nothing of it.
    let pix = json!({ "amount": 1, "currency": "BRL", "method": "pix" });
    let id = bench.post("/v1/charges", pix).body["id"].as_str().unwrap().to_owned();
    assert!(bench.sandbox.pay(&id) && !bench.sandbox.pay(&id));
    let delivery = receiver.next();
    assert_eq!(delivery.header("x-codespar-trigger-id"), hook["id"].as_str());
    assert_eq!(delivery.json()["data"]["payment_id"], id.as_str());
    // What has been delivered by now is all there is: the next is of another event.
    assert_eq!(bench.sandbox.deliver("commerce.charge.paid", json!({ "payment_id": "mine" })), 1);
    assert_eq!(receiver.next().json()["data"]["payment_id"], "mine");
    assert_eq!(bench.sandbox.deliver("commerce.charge.expired", json!({})), 0);
}

#[test]
fn a_failed_delivery_is_tried_again_when_its_time_has_come() {
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX));
    let receiver = Receiver::start(&[500, 500, 204]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    bench.sandbox.deliver("commerce.charge.paid", json!({ "payment_id": "ch_1" }));
    let first = receiver.next();
    for (attempt, seconds) in [(2, 60), (3, 5 * 60)] {
        attempts(&bench, &hook, ("failed", attempt - 1));
        // Not a second too early.
        bench.sandbox.advance(Duration::from_secs(seconds - 30));
        assert_eq!(attempts(&bench, &hook, ("failed", attempt - 1)).len() as u64, attempt - 1);
        assert!(receiver.is_empty());
        bench.sandbox.advance(Duration::from_secs(30));
        let again = receiver.next();
        assert_eq!(again.header("x-codespar-attempt"), Some(&*attempt.to_string()));
        assert_eq!((&again.body, again.is_signed(&hook["secret"])), (&first.body, true));
        // The receiver's clock was not turned: the signature is of the real time.
        let real = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        assert!(again.signed_at() <= real.as_secs());
    }
    let rows = attempts(&bench, &hook, ("delivered", 3));
    let statuses: Vec<&str> = rows.iter().map(|(status, _)| &**status).collect();
    assert_eq!(statuses, ["delivered", "failed", "failed"]);
}

#[test]
fn five_attempts_are_all_there_are() {
    let bench = managed();
    let receiver = Receiver::start(&[500, 500, 500, 500, 500, 204]);
    let hook = endpoint_for(&bench, "commerce.charge.paid", &receiver.url);
    bench.sandbox.deliver("commerce.charge.paid", json!({}));
    receiver.next();
    for (attempt, minutes) in [(2, 1), (3, 5), (4, 30), (5, 120)] {
        attempts(&bench, &hook, ("failed", attempt - 1));
        bench.sandbox.advance(Duration::from_secs(60 * minutes));
        receiver.next();
    }
    assert_eq!(attempts(&bench, &hook, ("dead", 5)).len(), 5);
    let dead = format!("/v1/webhook-endpoints/{}/dlq", hook["id"].as_str().unwrap());
    assert_eq!(bench.get(&dead).body["dead_letters"][0]["attempt"], 5);
    bench.sandbox.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(attempts(&bench, &hook, ("dead", 5)).len(), 5);
    assert!(receiver.is_empty());
}

#[test]
fn an_event_is_delivered_to_an_address_without_an_endpoint() {
    let bench = managed();
    let receiver = Receiver::start(&[500, 204]);
    let secret = "a-secret-of-the-test-0123456789";
    let event = ("approval.decided", json!({ "approval_id": "apv_1" }));
    let id = bench.sandbox.deliver_to(&receiver.url, secret, event.0, event.1.clone());
    let first = receiver.next();
    // When the answer has been noticed is not to be seen from here.
    let again = (0..PATIENCE).find_map(|_| {
        bench.sandbox.advance(Duration::from_secs(60));
        receiver.within(Duration::from_millis(5))
    });
    for (delivery, attempt) in [(first, "1"), (again.unwrap(), "2")] {
        assert!(delivery.is_signed(&json!(secret)));
        assert_eq!(delivery.header("x-codespar-attempt"), Some(attempt));
        let body = delivery.json();
        assert_eq!((&body["id"], &body["type"]), (&json!(id), &json!(event.0)));
        assert_eq!(body["data"], event.1);
    }
}

#[test]
fn what_happens_never_leaves_this_machine() {
    let bench = managed();
    let hook = endpoint_for(&bench, "commerce.charge.paid", "https://app.example.test/hook");
    assert_eq!(bench.sandbox.deliver("commerce.charge.paid", json!({})), 1);
    attempts(&bench, &hook, ("failed", 1));
    let path = format!("/v1/webhook-endpoints/{}/deliveries", hook["id"].as_str().unwrap());
    assert_eq!(bench.get(&path).body["deliveries"][0]["error"], "ssrf_blocked:sandbox");
    bench.sandbox.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(attempts(&bench, &hook, ("failed", 1)).len(), 1);
}
