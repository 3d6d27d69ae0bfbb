//! What the service tells by itself of payments, sales and calls.

use std::time::Duration;

use codespar_sandbox::{Decision, Reconciliation, Sandbox};
use serde_json::{Value, json};

use crate::support::{Bench, bench, consent::mandate, managed, receiver::Receiver};

/// Subscribes to these events; everything is delivered to one receiver.
fn subscribe(bench: &Bench, events: &[&str], receiver: &Receiver) {
    for event in events {
        let body = json!({ "name": "n", "event": event, "webhook_url": receiver.url });
        let made = bench.post("/v1/webhook-endpoints", body);
        assert_eq!((made.status, &made.body["event_known"]), (201, &json!(true)), "{event}");
    }
}

/// How often each kind of event has happened.
fn told(bench: &Bench) -> Value {
    bench.get("/v1/events/summary").body["by_type"].clone()
}

fn spend(bench: &Bench, mandate: &str, attempt: &str, minor: i64) -> Value {
    let body = json!({ "attempt_id": attempt, "amount_minor": minor, "payee": "shop@pix.test" });
    bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body).body
}

#[test]
fn a_spend_that_fails_is_told_with_its_attempt() {
    let bench = managed();
    let receiver = Receiver::start(&[204; 4]);
    subscribe(&bench, &["commerce.spend.failed", "commerce.pix_out.failed"], &receiver);
    let id = mandate(&bench);
    for _ in 0..2 {
        // The second presentation is told that it has failed, and fails nothing more.
        spend(&bench, &id, "att-1", 666);
    }
    let mut arrived = [receiver.next().json(), receiver.next().json()];
    arrived.sort_by_key(|event| event["type"].to_string());
    let [rail, failed] = arrived;
    assert_eq!(
        (&rail["type"], &rail["source"]),
        (&json!("commerce.pix_out.failed"), &json!("celcoin"))
    );
    let expected = json!({
        "attempt_id": "att-1", "mandate_id": id, "agent_id": "ag1", "amount_minor": 666,
        "currency": "BRL", "rail": "pix", "failure_code": "psp_dispatch_failed",
    });
    assert_eq!((&failed["type"], &failed["data"]), (&json!("commerce.spend.failed"), &expected));
    assert!(receiver.is_empty());
}

#[test]
fn each_attempt_ends_with_one_event() {
    let bench = managed();
    let id = mandate(&bench);
    let expect = |settled: u64, failed: u64, pix_out: [u64; 3]| {
        let told = told(&bench);
        let count = |kind: &str| told[format!("commerce.{kind}")].as_u64().unwrap_or_default();
        assert_eq!((count("spend.settled"), count("spend.failed")), (settled, failed), "{told}");
        let ends = ["succeeded", "failed", "unconfirmed"];
        assert_eq!(ends.map(|end| count(&format!("pix_out.{end}"))), pix_out, "{told}");
    };
    for _ in 0..2 {
        spend(&bench, &id, "att-1", 500);
    }
    expect(1, 0, [1, 0, 0]);
    for attempt in ["att-2", "att-3"] {
        spend(&bench, &id, attempt, 667);
        spend(&bench, &id, attempt, 667);
    }
    expect(1, 0, [1, 0, 2]);
    for (attempt, found) in [("att-2", Reconciliation::Moved), ("att-3", Reconciliation::NotMoved)]
    {
        assert!(bench.sandbox.reconcile(attempt, found));
        assert!(!bench.sandbox.reconcile(attempt, found));
    }
    expect(2, 1, [2, 1, 2]);
    // Nobody approves: it never went to the rail.
    let approval = spend(&bench, &id, "att-4", 6_001)["approval_id"].clone();
    expect(2, 1, [2, 1, 2]);
    assert!(bench.sandbox.decide(approval.as_str().unwrap(), Decision::Deny));
    expect(2, 2, [2, 1, 2]);
    // What the mandate does not allow was never begun.
    spend(&bench, &id, "att-5", 20_000);
    expect(2, 2, [2, 1, 2]);
}

#[test]
fn an_endpoint_asks_for_failed_spends_of_its_agent() {
    let bench = managed();
    let receiver = Receiver::start(&[204; 2]);
    let condition = json!({ "all": [
        { "field": "agent_id", "op": "eq", "value": "ag1" },
        { "field": "amount_minor", "op": "gte", "value": 666 },
        { "field": "rail", "op": "in", "value": ["pix"] },
    ] });
    let body = json!({
        "name": "n", "event": "commerce.spend.failed", "webhook_url": receiver.url,
        "condition": condition,
    });
    assert_eq!(bench.post("/v1/webhook-endpoints", body).status, 201);
    let id = mandate(&bench);
    spend(&bench, &id, "att-1", 666);
    assert_eq!(receiver.next().json()["data"]["attempt_id"], "att-1");
}

#[test]
fn a_balance_is_told_once_as_it_falls() {
    let bench = managed();
    let receiver = Receiver::start(&[204; 3]);
    for (below, wanted) in [(500, json!("below")), (-5, json!("far below"))] {
        let rule = json!({ "field": "balance_minor", "op": "lt", "value": below });
        let body = json!({
            "name": wanted, "event": "wallet.balance.below", "webhook_url": receiver.url,
            "condition": { "all": [rule] },
        });
        assert_eq!(bench.post("/v1/webhook-endpoints", body).status, 201);
    }
    let made = bench.post("/v1/wallets", json!({ "display_name": "Main", "currency": "BRL" })).body;
    let wallet = made["id"].as_str().unwrap();
    let post = |kind: &str, minor: &str| {
        let entry = json!({
            "wallet_id": wallet, "org_id": "org_sandbox", "currency": "BRL", "kind": kind,
            "amount_minor": minor,
        });
        let path = format!("/v1/wallets/{wallet}/ledger");
        assert_eq!(bench.post(&path, entry).status, 201);
    };
    let below = || told(&bench)["wallet.balance.below"].as_u64().unwrap_or_default();
    post("fund", "400");
    post("fund", "600");
    post("debit", "-500");
    assert_eq!(below(), 0);
    post("debit", "-1");
    assert_eq!(below(), 1);
    let expected = json!({ "wallet_id": wallet, "currency": "BRL", "balance_minor": 499 });
    assert_eq!(receiver.next().json()["data"], expected);
    post("debit", "-100");
    assert_eq!(below(), 1);
    post("fund", "101");
    post("debit", "-1");
    assert_eq!(below(), 2);
    assert_eq!(receiver.next().json()["data"]["balance_minor"], 499);
}

#[test]
fn a_balance_that_is_what_it_was_has_not_fallen() {
    let bench = managed();
    let rule = json!({ "field": "balance_minor", "op": "lt", "value": 300 });
    let body = json!({
        "name": "n", "event": "wallet.balance.below", "webhook_url": "http://127.0.0.1:9/",
        "condition": { "all": [rule] },
    });
    assert_eq!(bench.post("/v1/webhook-endpoints", body).status, 201);
    let below = || told(&bench)["wallet.balance.below"].as_u64().unwrap_or_default();
    // Test money comes in, and goes on in the same request.
    let id = mandate(&bench);
    assert_eq!(spend(&bench, &id, "att-1", 500)["status"], "completed");
    assert_eq!(below(), 0);
    // Out of a currency and into the same.
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 1_000 }));
    let swap = |to: &str, minor: i64| {
        let body = json!({
            "from_currency": "BRL", "to_currency": to, "amount_minor": minor, "execute": true,
        });
        assert_eq!(bench.post("/v1/consumers/c1/wallet/transfer", body).status, 200);
    };
    swap("BRL", 900);
    assert_eq!(below(), 0);
    swap("USDC", 900);
    assert_eq!(below(), 1);
}

#[test]
fn sales_calls_and_boletos_are_told() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(60)));
    let address = format!("0x{:040}", 1);
    let paywall = json!({
        "slug": "quotes", "name": "Quotes", "upstream_url": "https://shop.example/api",
        "price": "0.05", "payto": { "kind": "byo", "address": address },
    });
    let paywall = bench.post("/v1/paywalls", paywall).body;
    assert!(bench.sandbox.pay(paywall["id"].as_str().unwrap()));
    assert_eq!(told(&bench)["gate.paywall.charged"], 1);

    let buyer = json!({ "documentNumber": "529.982.247-25", "name": "Maria" });
    let applied = json!({ "buyer": buyer, "consumer_id": "c1", "opt_ins": [] });
    assert_eq!(bench.post("/v1/account-applications", applied).status, 200);
    let approved = || told(&bench)["commerce.onboarding.proposal_approved"].clone();
    assert_eq!(approved(), Value::Null);
    bench.sandbox.advance(Duration::from_secs(60));
    assert_eq!(approved(), 1);

    let session = bench.plain_session();
    let call = json!({ "server": "asaas", "endpoint": "/v3/payments", "method": "GET" });
    assert_eq!(bench.post(&format!("{session}/proxy_execute"), call).status, 200);
    assert_eq!(told(&bench)["proxy_call.succeeded"], 1);

    let pix = json!({ "consumer_id": "c1", "amount_minor": 700 });
    let code = bench.post("/v1/test/pix-in", pix.clone()).body;
    let mut settle = pix;
    settle["transaction_id"] = code["transaction_id"].clone();
    for _ in 0..2 {
        assert_eq!(bench.post("/v1/test/settle-pix-in", settle.clone()).status, 201);
    }
    assert_eq!(told(&bench)["commerce.payment.received"], 1);
}

#[test]
fn an_event_says_what_its_conditions_may_ask_about() {
    let bench = managed();
    let agent = json!({ "agent_id": "ag1", "principal_ref": "p1" });
    assert_eq!(bench.post("/v1/agents", agent).status, 201);
    let id = mandate(&bench);
    for (attempt, minor) in [("att-1", 500), ("att-2", 666), ("att-3", 667)] {
        spend(&bench, &id, attempt, minor);
    }
    let approval = spend(&bench, &id, "att-4", 6_001)["approval_id"].clone();
    assert!(bench.sandbox.decide(approval.as_str().unwrap(), Decision::Deny));
    let session = bench.session(json!({ "servers": ["asaas"], "agent_id": "ag1" }));
    let charge = bench.charge(&session);
    assert!(bench.sandbox.post_event(&charge, "commerce.payment.succeeded"));
    let pay = json!({
        "action": "pay", "amount": 5, "currency": "BRL", "description": "x", "recipient": "a@b.c",
    });
    let paid = bench.run(&session, "codespar_pay", pay)["tool_call_id"].clone();
    assert!(bench.sandbox.post_event(paid.as_str().unwrap(), "commerce.payment.failed"));
    bench.execute(&session, "codespar_charge", json!({}));
    let call = json!({ "server": "asaas", "endpoint": "/v3/payments", "method": "GET" });
    assert_eq!(bench.post(&format!("{session}/proxy_execute"), call).status, 200);
    bench.delete(&session);
    let import = json!({ "source": "bank", "entries": [
        { "provider_event_id": "E1", "amount_minor": 70, "currency": "BRL" },
    ] });
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 1 }));
    assert_eq!(bench.post("/v1/wallets/wal_c1/statement-import", import).status, 202);

    let told = told(&bench);
    let kinds = bench.get("/v1/triggers/events").body["events"].clone();
    let mut asked = 0;
    for kind in kinds.as_array().unwrap() {
        let name = kind["type"].as_str().unwrap();
        let Some(times) = told[name].as_u64() else { continue };
        for field in kind["condition_fields"].as_array().unwrap() {
            let any = match field["type"].as_str() {
                Some("integer") => json!({ "op": "gte", "value": 0 }),
                _ => json!({ "op": "in", "value": ["ag1", "pix", "boleto"] }),
            };
            let mut rule = any;
            rule["field"] = field["field"].clone();
            let body = json!({ "event_type": name, "condition": { "all": [rule] } });
            let simulated = bench.post("/v1/triggers/simulate", body);
            assert_eq!(simulated.body["matched"], times, "{name} {field} {}", simulated.text);
            asked += 1;
        }
    }
    assert!(asked > 20, "{asked} of {told}");
}
