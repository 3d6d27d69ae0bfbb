//! Made-up money of consumers, and what goes wrong with charges now and then.

use std::time::Duration;

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Bench, Reply, bench, managed};

fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

fn balance(bench: &Bench, wallet: &str) -> Value {
    bench.get(&format!("/v1/wallets/{wallet}")).body["balances"][0]["balance_minor"].clone()
}

#[test]
fn test_money_credits_a_consumer_each_time() {
    let bench = managed();
    let fund = |body: Value| bench.post("/v1/test/fund", body);
    let first = fund(json!({ "consumer_id": "c1", "amount_minor": 700 }));
    assert_eq!((first.status, &first.body["money_credited"]), (201, &json!(true)));
    let second = fund(json!({ "consumer_id": "c1", "amount_minor": 700 }));
    assert_ne!(first.body["deposit_id"], second.body["deposit_id"]);
    assert_eq!(balance(&bench, "wal_c1"), "1400");
    let nobody = fund(json!({ "amount_minor": 700 }));
    assert_eq!(code(&nobody), (400, "missing_required_field"));
}

#[test]
fn a_pix_code_is_credited_once() {
    let bench = managed();
    let minted = bench.post("/v1/test/pix-in", json!({ "consumer_id": "c1", "amount_minor": 700 }));
    assert_eq!(minted.status, 201);
    let transaction = minted.body["transaction_id"].as_str().unwrap();
    let charge = format!("/v1/consumers/c1/pix/charges/{transaction}");
    let open = bench.get(&charge).body;
    assert_eq!((&open["status"], &open["provider"]["result"]), (&json!("pending"), &json!("ok")));
    let settle = |minor: i64, transaction: &str| {
        let body = json!({
            "consumer_id": "c1", "amount_minor": minor, "transaction_id": transaction,
        });
        bench.post("/v1/test/settle-pix-in", body)
    };
    assert_eq!(code(&settle(700, "none")), (422, "sandbox_funding_failed"));
    assert_eq!(code(&settle(701, transaction)), (422, "sandbox_funding_failed"));
    let settled = settle(700, transaction);
    assert_eq!(settle(700, transaction).body, settled.body);
    assert_eq!(balance(&bench, "wal_c1"), "700");
    let closed = bench.get(&charge).body;
    assert_eq!((&closed["status"], &closed["provider"]), (&json!("settled"), &Value::Null));
    let by_id = format!("/v1/consumers/c1/pix/charges/{}", closed["charge_id"].as_str().unwrap());
    assert_eq!(bench.get(&by_id).body, closed);

    let entries = bench.get("/v1/wallets/wal_c1/ledger").body["entries"].clone();
    let payment = entries[0]["external_ref"].as_str().unwrap();
    let path = format!("/v1/consumers/c1/pix/receivements/{payment}");
    let received = bench.get(&path).body;
    assert_eq!(
        (&received["charge_id"], &received["amount_minor"]),
        (&closed["charge_id"], &json!(700))
    );
    let back = json!({ "end_to_end_id": payment, "amount_minor": 5, "idempotency_key": "k" });
    let back = bench.post("/v1/consumers/c1/pix/devolutions", back).body;
    let devolutions = bench.get(&path).body["devolutions"].clone();
    assert_eq!(devolutions[0]["devolution_id"], back["devolution_id"]);
    let other = format!("/v1/consumers/c2/pix/receivements/{payment}");
    assert_eq!(code(&bench.get(&other)), (404, "receivement_not_found"));
    let short = "/v1/consumers/c1/pix/receivements/E1";
    assert_eq!(code(&bench.get(short)), (400, "invalid_end_to_end_id"));
    let odd = "/v1/consumers/c1/pix/charges/a%20b";
    assert_eq!(code(&bench.get(odd)), (400, "invalid_charge_reference"));
}

/// A charge that settles when a test says so; gives back its id.
fn charge(bench: &Bench, key: &str) -> String {
    let body = json!({
        "amount": 5, "currency": "BRL", "method": "boleto", "consumer_id": "c1",
        "due_date": "2030-01-31", "idempotency_key": key,
    });
    bench.post("/v1/charges", body).body["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_charge_that_was_paid_is_in_the_books() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(600)));
    let id = charge(&bench, "order-1");
    bench.sandbox.advance(Duration::from_secs(5));
    let pay = || bench.post(&format!("/v1/test/charges/{id}/pay"), json!({ "amount_minor": 300 }));
    for amount in [-5_000, 0] {
        let path = format!("/v1/test/charges/{id}/pay");
        assert_eq!(bench.post(&path, json!({ "amount_minor": amount })).status, 400);
    }
    let paid = pay().body;
    assert_eq!((&paid["payment"], &paid["wallet_id"]), (&json!("partial"), &json!("wal_c1")));
    let entry = bench.get("/v1/account/ledger?category=recebivel").body["entries"][0].clone();
    assert_eq!((&entry["id"], &entry["amount_minor"]), (&paid["ledger_entry_id"], &json!("300")));
    assert_eq!(
        (pay().body["idempotent_replay"].clone(), balance(&bench, "wal_c1")),
        (json!(true), json!("300"))
    );
    let link = charge(&bench, "collect:cla_1");
    bench.sandbox.advance(Duration::from_secs(5));
    let refused = bench.post(&format!("/v1/test/charges/{link}/pay"), json!({}));
    assert_eq!(code(&refused), (409, "collect_simulated_settle_refused"));
}

#[test]
fn a_late_payment_leaves_a_charge_closed_and_at_odds() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(600)));
    let run = |id: &str, scenario: &str| {
        let path = format!("/v1/test/charges/{id}/scenarios");
        bench.post(&path, json!({ "scenario": scenario }))
    };
    let id = charge(&bench, "order-1");
    let early = run(&id, "late_after_cancel");
    assert_eq!(code(&early), (409, "scenario_precondition_failed"));
    let details = &early.body["error"]["details"];
    assert_eq!(
        (&details["expected"], &details["charge_state"]),
        (&json!("CANCELLED"), &json!("PROCESSING"))
    );
    bench.post(&format!("/v1/charges/{id}/cancel"), json!({}));
    assert_eq!(code(&run(&id, "late_after_expiry")), (409, "scenario_precondition_failed"));
    let late = run(&id, "late_after_cancel");
    assert_eq!((late.status, &late.body["local_status"]), (200, &json!("expired")));
    let event = format!("/v1/events/{}/replay", late.body["event_id"].as_str().unwrap());
    assert_eq!(bench.post(&event, json!({})).status, 202);
    let seen = bench.get(&format!("/v1/charges/{id}")).body;
    assert_eq!(
        (&seen["status"], &seen["local_status"], &seen["status_conflict"]),
        (&json!("CONFIRMED"), &json!("expired"), &json!(true))
    );
    assert_eq!(bench.get("/v1/account/ledger").body["entries"], json!([]));
    let again = bench.post(&format!("/v1/test/charges/{id}/pay"), json!({}));
    assert_eq!(code(&again), (409, "charge_not_payable"));

    let expired = charge(&bench, "order-2");
    assert!(bench.sandbox.post_event(&expired, "commerce.charge.expired"));
    assert_eq!(run(&expired, "late_after_expiry").status, 200);
    assert_eq!(code(&run("ch_none", "late_after_expiry")), (404, "charge_not_found"));
    assert_eq!(code(&run(&expired, "meteor")), (400, "invalid_body"));
    let live = crate::support::bench(Sandbox::builder().test_mode(false));
    let refused = live.post("/v1/test/charges/x/scenarios", json!({ "scenario": "meteor" }));
    assert_eq!(code(&refused), (403, "test_scenario_not_permitted"));
}
