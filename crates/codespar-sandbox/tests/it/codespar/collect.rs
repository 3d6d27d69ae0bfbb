//! Collect links: what is told of them.

use std::{collections::BTreeMap, time::Duration};

use codespar_sandbox::{EffectKind, Reconciliation, Sandbox};
use serde_json::{Value, json};

use super::books::books;
use crate::support::{Bench, Reply, bench, receiver::Receiver};

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
        if event["type"].as_str().unwrap().starts_with("collect.payment.") {
            assert_eq!(event["data"]["rail"], "pix", "{event}");
        }
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

/// A sandbox in which nothing settles unless the clock is turned.
fn still(days: u32) -> Bench {
    bench(Sandbox::builder().settle_after(days * DAY))
}

fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

/// The one attempt of a link, or the newest.
fn newest(bench: &Bench, link: &str) -> Value {
    bench.get(&format!("{link}/attempts")).body["data"][0].clone()
}

#[test]
fn an_attempt_with_a_payment_under_way_is_neither_expired_nor_renewed() {
    let bench = still(9);
    let by_provider = published(&bench, 900);
    attempt(&bench, &by_provider, false);
    let charge = newest(&bench, &by_provider)["charge_id"].as_str().unwrap().to_owned();
    assert!(bench.sandbox.post_event(&charge, "commerce.charge.payment_notified"));
    let notified = newest(&bench, &by_provider)["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/collect/attempts/{notified}/test-pay");
    assert_eq!(code(&bench.call("POST", &path, None)), (409, "attempt_not_payable"));
    let by_test = published(&bench, 901);
    let open = attempt(&bench, &by_test, false);
    let test_pay = bench.call("POST", &format!("/v1/collect/attempts/{open}/test-pay"), None);
    assert_eq!(test_pay.status, 200, "{}", test_pay.text);
    let charges = bench.sandbox.effects().count(EffectKind::Charge);
    for _ in 0..2 {
        for link in [&by_provider, &by_test] {
            let renewed = bench.post(&format!("{link}/attempts"), json!({ "renew": true }));
            assert_eq!(code(&renewed), (409, "collect_attempt_not_cancellable"));
            let open = newest(&bench, link);
            assert_eq!(open["state"], "open", "{open}");
            let charge = format!("/v1/charges/{}", open["charge_id"].as_str().unwrap());
            let cancel = bench.post(&format!("{charge}/cancel"), json!({}));
            assert_eq!(code(&cancel), (409, "already_payment_notified"));
            let charge = bench.get(&charge).body;
            assert_eq!(
                (&charge["status"], &charge["payment_in_flight"]),
                (&json!("PENDING"), &json!(true))
            );
        }
        // Long after the code was to expire.
        bench.sandbox.advance(5 * DAY);
    }
    assert!(!bench.sandbox.post_event(&charge, "commerce.charge.expired"));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Charge), charges);
    // The test payment has arrived by now; the other one does.
    assert!(bench.sandbox.post_event(&charge, "commerce.charge.paid"));
    for link in [&by_provider, &by_test] {
        assert_eq!(newest(&bench, link)["state"], "paid");
        let payments = bench.get(&format!("{link}/payments")).body["data"].clone();
        assert_eq!(payments.as_array().unwrap().len(), 1, "{payments}");
        assert_eq!(payments[0]["kind"], "paid");
    }
    assert_eq!(books(&bench).0[0]["balance_minor"], "1801");
    assert_eq!(bench.sandbox.effects().count(EffectKind::Collection), 2);
}

#[test]
fn a_charge_that_nobody_knows_of_counts_once_and_keeps_its_place() {
    let bench = still(1);
    let table = [(Reconciliation::Moved, 1, "expired"), (Reconciliation::NotMoved, 0, "failed")];
    for (found, counted, end) in table {
        let before = bench.sandbox.effects().count(EffectKind::Charge);
        let link = published(&bench, 667);
        let made = attempt(&bench, &link, false);
        let counts = || bench.sandbox.effects().count(EffectKind::Charge) - before;
        assert_eq!(counts(), 0);
        // It could turn out to be payable: it is not given up for another one.
        bench.sandbox.advance(5 * DAY);
        assert_eq!(newest(&bench, &link)["state"], "issuing");
        let renewed = bench.post(&format!("{link}/attempts"), json!({ "renew": true }));
        assert_eq!(code(&renewed), (409, "collect_attempt_issuing"));
        assert!(bench.sandbox.reconcile(&made, found));
        assert_eq!(counts(), counted);
        assert_eq!(bench.sandbox.effects().count_with_key(&format!("collect:{made}")), counted);
        bench.sandbox.advance(MOMENT);
        // Told whether anybody looks or not.
        let told = bench.get("/v1/events/summary").body["by_type"].clone();
        assert_eq!(told[format!("collect.attempt.{end}")], 1, "{told}");
        assert_eq!(newest(&bench, &link)["state"], end);
    }
}

#[test]
fn a_charge_that_is_paid_before_it_was_seen_ready_pays_its_link() {
    let bench = still(1);
    let receiver = Receiver::start(&[204; 2]);
    let body = json!({ "name": "n", "event": "collect.payment.paid", "webhook_url": receiver.url });
    assert_eq!(bench.post("/v1/webhook-endpoints", body).status, 201);
    let link = published(&bench, 900);
    let made = bench.post(&format!("{link}/attempts"), json!({})).body;
    assert_eq!(made["state"], "issuing");
    assert!(bench.sandbox.post_event(made["charge_id"].as_str().unwrap(), "commerce.charge.paid"));
    // Whether anybody looks or not.
    assert_eq!(receiver.next().json()["data"]["attempt_id"], made["id"]);
    assert_eq!(newest(&bench, &link)["state"], "paid");
    let payment = bench.get(&format!("{link}/payments")).body["data"][0].clone();
    let (_, entries) = books(&bench);
    assert_eq!(
        (&payment["ledger_entry_id"], entries.as_array().unwrap().len()),
        (&entries[0]["id"], 1)
    );
    assert_eq!(bench.get(&link).body["paid"], true);
}
