//! Collect links: what is told of them.

use std::{collections::BTreeMap, time::Duration};

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Bench, bench, receiver::Receiver};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const MOMENT: Duration = Duration::from_secs(2);

const TOLD: [&str; 11] = [
    "collect.attempt.expired",
    "collect.attempt.failed",
    "collect.attempt.issued",
    "collect.attempt.ready",
    "collect.attempt.superseded",
    "collect.link.paused",
    "collect.link.published",
    "collect.payment.exception",
    "collect.payment.paid",
    "collect.refund.awaiting_decision",
    "collect.refund.honored",
];

fn published(bench: &Bench, minor: i64) -> String {
    let version = json!({
        "title": "Order 42", "surfaces": ["whatsapp"], "due_in_days": 3,
        "items": [{ "name": "Cake", "quantity": 1, "unit_amount_minor": minor }],
    });
    let body = json!({ "consumer_id": "con-1", "version": version, "payer": { "name": "Ana" } });
    let made = bench.post("/v1/collect/links", body).body;
    let path = format!("/v1/collect/links/{}", made["id"].as_str().unwrap());
    assert_eq!(bench.post(&format!("{path}/publish"), json!({})).body["changed"], true);
    path
}

fn attempt(bench: &Bench, link: &str, renew: bool) -> String {
    let made = bench.post(&format!("{link}/attempts"), json!({ "renew": renew }));
    assert_eq!(made.status, 201, "{}", made.text);
    bench.sandbox.advance(MOMENT);
    made.body["id"].as_str().unwrap().to_owned()
}

#[test]
fn webhooks_are_told_of_all_that_happens_to_a_link() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(600)));
    let receiver = Receiver::start(&[204; 21]);
    for event in TOLD.into_iter().chain(["collect.refund.required"]) {
        let body = json!({ "name": "n", "event": event, "webhook_url": receiver.url });
        assert_eq!(bench.post("/v1/webhook-endpoints", body).status, 201);
    }
    let link = published(&bench, 900);
    let late = attempt(&bench, &link, false);
    bench.sandbox.advance(5 * DAY);
    // Once to be kept, once to go back.
    assert!(bench.sandbox.pay(&late));
    let paid = bench.get(&format!("{link}/payments")).body["data"][0]["id"].clone();
    let honor = format!("/v1/collect/payments/{}/honor", paid.as_str().unwrap());
    assert_eq!(bench.call("POST", &honor, None).body["state"], "honored");
    assert!(bench.sandbox.pay(&late));
    bench.sandbox.advance(4 * DAY);
    attempt(&bench, &link, false);
    let renewed = attempt(&bench, &link, true);
    assert!(bench.sandbox.pay(&renewed));
    bench.call("POST", &format!("{link}/pause"), None);

    let other = published(&bench, 901);
    let made = bench.post(&format!("{other}/attempts"), json!({})).body;
    let charge = made["charge_id"].as_str().unwrap();
    assert!(bench.sandbox.post_event(charge, "commerce.payment.failed"));
    bench.sandbox.advance(MOMENT);

    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..20 {
        let event: Value = receiver.next().json();
        assert!(event["data"]["link_id"].is_string(), "{event}");
        *told.entry(event["type"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let mut expected: BTreeMap<String, usize> =
        TOLD.into_iter().map(|event| (event.to_owned(), 1)).collect();
    for (event, times) in [
        ("collect.attempt.issued", 4),
        ("collect.attempt.ready", 3),
        ("collect.link.published", 2),
        ("collect.payment.exception", 2),
        ("collect.refund.awaiting_decision", 2),
        ("collect.refund.required", 1),
    ] {
        expected.insert(event.to_owned(), times);
    }
    assert_eq!(told, expected);
    assert!(receiver.is_empty());
}

#[test]
fn what_a_payer_says_is_not_shown() {
    let bench = bench(Sandbox::builder());
    let link = published(&bench, 900);
    let shown = bench.get(&link);
    assert_eq!(shown.body["payer_prefilled"], json!(["name"]));
    let made = bench.post(
        &format!("{link}/attempts"),
        json!({ "payer": { "contact": "ana@mail.test" }, "idempotency_key": "order-1" }),
    );
    for reply in [shown, made, bench.get(&format!("{link}/attempts"))] {
        for hidden in ["Ana", "ana@mail.test", "order-1", "pays_at"] {
            assert!(!reply.text.contains(hidden), "{}", reply.text);
        }
    }
}

#[test]
fn nothing_is_taken_that_the_service_does_not_know() {
    let bench = bench(Sandbox::builder());
    let good = json!({
        "title": "Order 42", "surfaces": ["page"], "due_in_days": 3,
        "items": [{ "name": "Cake", "quantity": 1, "unit_amount_minor": 500 }],
    });
    let table = [
        ("title", json!(""), "invalid_body"),
        ("subtitle", json!("x"), "invalid_body"),
        ("surfaces", json!([]), "invalid_body"),
        ("surfaces", json!(["radio"]), "invalid_body"),
        ("due_in_days", json!(0), "invalid_body"),
        ("items", json!([{ "name": "Cake", "quantity": 1 }]), "invalid_body"),
        (
            "items",
            json!([{ "name": "Cake", "quantity": i64::MAX, "unit_amount_minor": 2 }]),
            "invalid_body",
        ),
        ("payer_fields", json!({ "contact": "maybe" }), "invalid_body"),
        ("usdc_price", json!("1"), "collect_usdc_price_requires_agent"),
        (
            "brand",
            json!({ "color": "#777777", "text_color": "#ffffff" }),
            "collect_brand_contrast_insufficient",
        ),
        ("brand", json!({ "logo": "x" }), "invalid_body"),
    ];
    for (member, value, code) in table {
        let mut version = good.clone();
        version[member] = value;
        let body = json!({ "consumer_id": "con-1", "version": version });
        let reply = bench.post("/v1/collect/links", body);
        assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!(code)), "{member}");
    }
    assert_eq!(bench.get("/v1/collect/links").body["data"], json!([]));
}
