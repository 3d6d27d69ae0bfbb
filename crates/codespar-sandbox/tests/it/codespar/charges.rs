//! REST charges: what a key does, how they settle, what is found again.

use std::time::Duration;

use codespar_sandbox::{EffectKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{Bench, Reply, bench, charge_input, managed};

fn pix(amount: f64) -> Value {
    json!({ "amount": amount, "currency": "BRL", "method": "pix" })
}

fn dated(amount: f64, key: &str) -> Value {
    json!({
        "amount": amount, "currency": "BRL", "method": "boleto", "consumer_id": "c1",
        "due_date": "2030-01-31", "idempotency_key": key,
    })
}

/// A sandbox in which nothing settles unless the clock is turned.
fn still() -> Bench {
    bench(Sandbox::builder().settle_after(Duration::from_secs(600)))
}

fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

#[test]
fn one_key_makes_one_boleto_with_a_due_date() {
    let bench = still();
    let first = bench.post("/v1/charges", dated(99.9, "order-1"));
    assert_eq!((first.status, &first.body["amount_minor"]), (200, &json!(9_990)));
    assert_eq!(bench.post("/v1/charges", dated(99.9, "order-1")).body, first.body);
    // In the header as well as in the body, or in both.
    let keyed = still().with("idempotency-key", "order-1");
    let one = keyed.post("/v1/charges", dated(99.9, "order-1")).body;
    let mut without = dated(99.9, "");
    without.as_object_mut().unwrap().remove("idempotency_key");
    assert_eq!(keyed.post("/v1/charges", without).body, one);
    assert_eq!(keyed.sandbox.effects().count(EffectKind::Charge), 1);
    let two_keys = keyed.post("/v1/charges", dated(99.9, "order-2"));
    assert_eq!(code(&two_keys), (400, "idempotency_key_conflict"));

    let other = bench.post("/v1/charges", dated(1.0, "order-1"));
    assert_eq!(code(&other), (400, "idempotency_key_conflict"));
    let elsewhere = "/v1/charges/order-1";
    assert_eq!(bench.get(elsewhere).body["id"], first.body["id"]);
    assert_eq!(bench.sandbox.effects().count_with_key("order-1"), 1);
}

#[test]
fn no_key_keeps_any_other_charge_from_being_made_twice() {
    let bench = still().with("idempotency-key", "order-1");
    let session = bench.plain_session();
    let boleto = json!({ "amount": 1, "currency": "BRL", "method": "boleto", "consumer_id": "c" });
    let card = json!({ "amount": 1, "currency": "BRL", "method": "card" });
    for body in [pix(99.9), boleto, card] {
        let one = bench.post("/v1/charges", body.clone());
        let two = bench.post("/v1/charges", body.clone());
        assert_eq!((one.status, two.status), (200, 200));
        assert_ne!(one.body["id"], two.body["id"], "{body}");
        // What was not kept is neither found nor canceled, by its id or by the key.
        for reference in [one.body["id"].as_str().unwrap(), "order-1"] {
            let path = format!("/v1/charges/{reference}");
            assert_eq!(code(&bench.get(&path)), (404, "charge_not_found"));
            let cancel = bench.post(&format!("{path}/cancel"), json!({}));
            assert_eq!(code(&cancel), (404, "charge_not_found"));
        }
    }
    assert_eq!(bench.get("/v1/charges").body["data"], json!([]));
    // A key of the tool's input, or of its request, is none either.
    let mut input = charge_input();
    input["idempotency_key"] = json!("order-1");
    let one = bench.run(&session, "codespar_charge", input.clone());
    let two = bench.run(&session, "codespar_charge", input.clone());
    assert_ne!(one["data"]["id"], two["data"]["id"]);
    input["amount"] = json!(151);
    bench.run(&session, "codespar_charge", input);
    bench.run(&session, "codespar_charge", charge_input());
    let pay = json!({
        "action": "pay", "amount": 5, "currency": "BRL", "description": "x", "recipient": "a@b.c",
    });
    bench.run(&session, "codespar_pay", pay.clone());
    bench.run(&session, "codespar_pay", pay);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Charge), 10);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 2);
    assert_eq!(bench.sandbox.effects().count_with_key("order-1"), 12);
}

#[test]
fn a_boleto_is_registered_and_then_settles_by_itself() {
    let bench = still();
    let made = bench.post("/v1/charges", dated(10.0, "k")).body;
    let look = |reference: &str| {
        let row = bench.get(&format!("/v1/charges/{reference}")).body;
        let part = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
        let open = row["payable"] == true && row["boleto_bank_line"].is_string();
        assert_eq!(row["status_conflict"], false, "{row}");
        (part("status"), part("local_status"), part("settlement"), open)
    };
    let expect = |status: &str, local: &str, settlement: &str, open: bool| {
        (status.to_owned(), local.to_owned(), settlement.to_owned(), open)
    };
    assert_eq!(made["status"], "PROCESSING");
    assert_eq!(look("k"), expect("PROCESSING", "pending", "-", false));
    let early = bench.post("/v1/test/charges/k/pay", json!({}));
    assert_eq!(code(&early), (409, "charge_not_payable"));
    assert_eq!(early.body["error"]["details"]["reason"], "instrument_not_registered");
    bench.sandbox.advance(Duration::from_secs(5));
    assert_eq!(look("k"), expect("PENDING", "pending", "-", true));
    bench.sandbox.advance(Duration::from_secs(600));
    let id = made["id"].as_str().unwrap();
    assert_eq!(look(id), expect("CONFIRMED", "settled", "confirmed", false));
    let cancel = bench.post("/v1/charges/k/cancel", json!({}));
    assert_eq!(code(&cancel), (409, "not_cancellable_in_this_state"));
    // Whoever pays it now is told that it was paid.
    let late = bench.post("/v1/test/charges/k/pay", json!({ "amount_minor": 5 })).body;
    assert_eq!((&late["paid_minor"], &late["idempotent_replay"]), (&json!(1_000), &json!(true)));
}

#[test]
fn a_charge_settles_without_being_looked_at() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_millis(20)));
    bench.post("/v1/charges", dated(10.0, "k"));
    let settled = (0..1_000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        bench.get("/v1/charges/k").body["status"] == "CONFIRMED"
    });
    assert!(settled);
}

#[test]
fn the_buyer_of_a_test_pays_once_and_any_amount() {
    let bench = still();
    bench.post("/v1/charges", dated(10.0, "k"));
    bench.sandbox.advance(Duration::from_secs(5));
    let paid = bench.post("/v1/test/charges/k/pay", json!({ "amount_minor": 900 })).body;
    let of = |name: &str| paid[name].clone();
    assert_eq!((of("status"), of("local_status")), (json!("paid"), json!("settled")));
    assert_eq!((of("quoted_minor"), of("paid_minor")), (json!(1_000), json!(900)));
    assert_eq!((of("payment"), of("money_moved")), (json!("partial"), json!(false)));
    assert_eq!(paid["event"]["type"], "commerce.charge.paid");
    let mut again = bench.post("/v1/test/charges/k/pay", json!({ "amount_minor": 7 })).body;
    assert_eq!(
        (&of("idempotent_replay"), &again["idempotent_replay"]),
        (&json!(false), &json!(true))
    );
    again["idempotent_replay"] = json!(false);
    assert_eq!(again, paid);
    assert_eq!(bench.get("/v1/charges/k").body["status"], "CONFIRMED");
    // The buyer has the code of a Pix, even though the service does not show the charge again.
    let pix = bench.post("/v1/charges", pix(1.0)).body;
    let path = format!("/v1/test/charges/{}/pay", pix["id"].as_str().unwrap());
    assert_eq!(bench.post(&path, json!({})).body["payment"], "full");
}

#[test]
fn a_program_decides_what_happens_to_a_charge() {
    let bench = still();
    let table: [(&[&str], &str, &str); 7] = [
        (&["commerce.charge.paid"], "CONFIRMED", "settled"),
        (&["commerce.charge.created"], "PENDING", "pending"),
        (&["commerce.charge.cancelled"], "CANCELLED", "expired"),
        (&["commerce.charge.created", "commerce.charge.expired"], "EXPIRED", "expired"),
        (&["commerce.payment.failed"], "ERROR", "expired"),
        (&["commerce.charge.payment_notified"], "PENDING", "pending"),
        (&["commerce.charge.payment_notified", "commerce.charge.paid"], "CONFIRMED", "settled"),
    ];
    for (index, (events, status, local)) in table.into_iter().enumerate() {
        let key = format!("k{index}");
        bench.post("/v1/charges", dated(1.0, &key));
        for event in events {
            assert!(bench.sandbox.post_event(&key, event), "{event}");
        }
        let row = bench.get(&format!("/v1/charges/{key}")).body;
        assert_eq!((&row["status"], &row["local_status"]), (&json!(status), &json!(local)));
        let notified = events.last() == Some(&"commerce.charge.payment_notified");
        assert_eq!(row["payment_in_flight"], notified);
        // What is over stays so.
        assert!(local == "pending" || !bench.sandbox.pay(&key), "{status}");
    }
    let closed = bench.post("/v1/test/charges/k2/pay", json!({}));
    assert_eq!(closed.body["error"]["details"]["reason"], "charge_closed");
    let rejected = bench.post("/v1/test/charges/k4/pay", json!({}));
    assert_eq!(rejected.body["error"]["details"]["reason"], "issuer_rejected");
    assert!(!bench.sandbox.post_event("k0", "commerce.charge.nonsense"));
    assert!(!bench.sandbox.post_event("nobody", "commerce.charge.paid"));
    let notified = bench.post("/v1/charges/k5/cancel", json!({}));
    assert_eq!(code(&notified), (409, "already_payment_notified"));
    // A second cancel changes nothing, and a charge paid in time does not expire afterwards.
    assert_eq!(bench.post("/v1/charges/k2/cancel", json!({})).status, 200);
    bench.sandbox.advance(Duration::from_secs(3_600));
    assert_eq!(bench.get("/v1/charges/k3").body["status"], "EXPIRED");
    assert_eq!(bench.get("/v1/charges/k5").body["status"], "CONFIRMED");
}

#[test]
fn a_charge_and_its_tool_call_settle_together() {
    let bench = still();
    let session = bench.plain_session();
    let charge = || {
        let mut input = charge_input();
        input["method"] = json!("boleto");
        input["due_date"] = json!("2030-01-31");
        let result = bench.run(&session, "codespar_charge", input);
        let id = |value: &Value| value.as_str().unwrap().to_owned();
        (id(&result["data"]["id"]), id(&result["tool_call_id"]))
    };
    let (id, call) = charge();
    assert!(bench.sandbox.post_event(&call, "commerce.payment.succeeded"));
    assert_eq!(bench.get(&format!("/v1/charges/{id}")).body["status"], "CONFIRMED");

    let (id, call) = charge();
    assert_eq!(bench.get(&format!("/v1/charges/{id}")).body["status"], "PROCESSING");
    assert!(bench.sandbox.pay(&id));
    let status = bench.get(&format!("/v1/tool-calls/{call}/payment-status")).body;
    assert_eq!(status["payment_status"], "succeeded");
    // A charge that was canceled is not paid behind the back of its tool call.
    let (id, call) = charge();
    bench.post(&format!("/v1/charges/{id}/cancel"), json!({}));
    bench.sandbox.advance(Duration::from_secs(3_600));
    let status = bench.get(&format!("/v1/tool-calls/{call}/payment-status")).body;
    assert_eq!(status["payment_status"], "pending");
    assert_eq!(bench.get(&format!("/v1/charges/{id}")).body["status"], "CANCELLED");
    // The Pix of a tool is paid in the same way, though only its tool call shows it.
    let result = bench.run(&session, "codespar_charge", charge_input());
    assert!(bench.sandbox.pay(result["data"]["id"].as_str().unwrap()));
    let call = result["tool_call_id"].as_str().unwrap();
    let status = bench.get(&format!("/v1/tool-calls/{call}/payment-status")).body;
    assert_eq!(status["payment_status"], "succeeded");
}

#[test]
fn charges_are_listed_by_cursor_and_filter() {
    let bench = still();
    for (index, amount) in [1.0, 2.0, 3.0].into_iter().enumerate() {
        bench.post("/v1/charges", dated(amount, &format!("k{index}")));
    }
    let first = bench.get("/v1/charges?limit=2").body;
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    // A row of the list says less than the charge does.
    assert_eq!(first["data"][0].get("boleto_bank_line"), None);
    assert_eq!(first["next_cursor"], first["data"][1]["created_at"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = bench.get(&format!("/v1/charges?limit=2&cursor={cursor}")).body;
    assert_eq!(
        (&second["data"][0]["amount_minor"], &second["next_cursor"]),
        (&json!(100), &json!(null))
    );
    assert!(bench.sandbox.pay("k1"));
    let count = |query: &str| {
        bench.get(&format!("/v1/charges?{query}")).body["data"].as_array().unwrap().len()
    };
    assert_eq!((count("status=CONFIRMED"), count("settlement=confirmed")), (1, 1));
    assert_eq!((count("status=settled"), count("status=pending")), (1, 2));
    assert_eq!((count("settlement=none"), count("settlement=pending")), (2, 0));
    assert_eq!(bench.get("/v1/charges?limit=201").body["error"]["code"], "invalid_limit");
    let filter = bench.get("/v1/charges?settlement=x").body;
    assert_eq!(filter["error"]["code"], "invalid_settlement_filter");
}

#[test]
fn a_reference_to_two_charges_is_refused() {
    let bench = still();
    let first = bench.post("/v1/charges", dated(1.0, "k")).body;
    let id = first["id"].as_str().unwrap();
    bench.post("/v1/charges", dated(2.0, id));
    assert_eq!(code(&bench.get(&format!("/v1/charges/{id}"))), (409, "charge_reference_ambiguous"));
}

#[test]
fn boletos_need_more() {
    let bench = managed();
    let mut body = json!({ "amount": 10, "currency": "BRL", "method": "boleto" });
    let code = |body: &Value| bench.post("/v1/charges", body.clone()).body["error"]["code"].clone();
    assert_eq!(code(&body), "consumer_id_required");
    body["consumer_id"] = json!("c1");
    body["due_date"] = json!("2030-01-31");
    assert_eq!(code(&body), "charge_idempotency_key_required");
    body["idempotency_key"] = json!("k");
    let mut pix = body.clone();
    pix["method"] = json!("pix");
    assert_eq!(code(&pix), "invalid_body");
    let made = bench.post("/v1/charges", body).body;
    assert_eq!((&made["status"], &made["payable"]), (&json!("PROCESSING"), &json!(false)));
}

#[test]
fn a_tool_call_fails_with_the_boleto_that_it_asked_for() {
    let bench = still();
    let session = bench.plain_session();
    let mut input = charge_input();
    input["method"] = json!("boleto");
    input["due_date"] = json!("2030-01-31");
    // Of this one nobody could ever say what became of it: the tool has failed, and keeps nothing.
    input["amount"] = json!(6.67);
    let silent = bench.execute(&session, "codespar_charge", input.clone()).body;
    assert_eq!((&silent["success"], &silent["error"]), (&json!(false), &json!("provider_error")));
    assert!(bench.sandbox.effects().is_empty());
    // The issuer takes this one, and rejects it later on: nothing is paid by itself any more.
    input["amount"] = json!(6.66);
    let call = bench.run(&session, "codespar_charge", input)["tool_call_id"].clone();
    let status = || {
        let path = format!("/v1/tool-calls/{}/payment-status", call.as_str().unwrap());
        bench.get(&path).body["payment_status"].clone()
    };
    assert_eq!(status(), "pending");
    bench.sandbox.advance(Duration::from_secs(5));
    assert_eq!(status(), "failed");
    bench.sandbox.advance(Duration::from_secs(600));
    assert_eq!(status(), "failed");
    let told = bench.get("/v1/events/summary").body["by_type"].clone();
    assert_eq!(told["commerce.payment.failed"], 1);
    assert_eq!(bench.get("/v1/account/ledger").body["entries"], json!([]));
}
