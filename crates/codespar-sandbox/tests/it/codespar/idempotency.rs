//! Attempts and idempotency keys: what repeats, what conflicts, what is used up.

use std::time::Duration;

use codespar_sandbox::{
    EffectKind,
    Reconciliation::{Moved, NotMoved},
};
use serde_json::{Value, json};

use crate::support::{
    Reply,
    consent::{consent, mandate},
    devolved::received,
    events, managed, names,
};

fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

fn spend(attempt: &str, minor: i64) -> Value {
    json!({ "amount_minor": minor, "payee": "a@b.test", "attempt_id": attempt })
}

#[test]
fn an_attempt_is_one_payment_of_the_whole_organization() {
    let bench = managed();
    let path = format!("/v1/consumers/mandates/{}/spend", mandate(&bench));
    let first = bench.post(&path, spend("att-1", 5_000)).body;
    // Who acts, and in which session, is not compared; everything about the payment is.
    let mut again = spend("att-1", 5_000);
    again["actor"] = json!({ "type": "agent", "id": "ag1", "on_behalf_of": "c1" });
    let mut replay = bench.post(&path, again).body;
    assert_eq!(
        (&first["idempotent_replay"], &replay["idempotent_replay"]),
        (&json!(false), &json!(true))
    );
    replay["idempotent_replay"] = json!(false);
    assert_eq!(replay, first);
    let other = mandate(&bench);
    let quote =
        json!({ "seller": "s", "resource": "r", "price_minor": 5_000, "payee": "a@b.test" });
    let ted = json!({ "bank": "1", "branch": "1", "account": "1", "tax_id": "1", "name": "n" });
    for (mismatched, member, value) in [
        (vec!["amount_minor"], "amount_minor", json!(4_000)),
        (vec!["payee"], "payee", json!("c@d.test")),
        (vec!["quote"], "quote", quote),
        (vec!["approval"], "approval", json!({ "items_hash": "0".repeat(64) })),
        (vec!["rail", "ted"], "ted", ted),
    ] {
        let mut body = spend("att-1", 5_000);
        body[member] = value;
        let reply = bench.post(&path, body);
        assert_eq!(code(&reply), (409, "attempt_id_conflict"), "{member}");
        assert_eq!(reply.body["error"]["details"]["mismatched_fields"], json!(mismatched));
    }
    let reply = bench.post(&format!("/v1/consumers/mandates/{other}/spend"), spend("att-1", 5_000));
    assert_eq!(reply.body["error"]["details"]["mismatched_fields"], json!(["mandate_id"]));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);

    // Without an id every request is a payment, whatever key is sent with it.
    let bench = bench.with("idempotency-key", "att-1");
    let free = json!({ "amount_minor": 1, "payee": "a@b.test" });
    bench.post(&path, free.clone());
    bench.post(&path, free);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 3);
    // A sibling project may not have it.
    let bench = bench.with("x-codespar-project", "prj_0123456789abcdef");
    assert_eq!(code(&bench.post(&path, spend("att-1", 5_000))), (409, "attempt_id_unavailable"));
}

#[test]
fn ids_of_attempts_are_checked() {
    let bench = managed();
    let path = format!("/v1/consumers/mandates/{}/spend", mandate(&bench));
    assert_eq!(code(&bench.post(&path, spend("", 1))), (400, "invalid_body"));
    assert_eq!(code(&bench.post(&path, spend(&"x".repeat(129), 1))), (400, "invalid_body"));
    assert_eq!(bench.post(&path, spend(&"x".repeat(128), 1)).status, 200);
    let ted = json!({ "bank": "1", "branch": "1", "account": "1", "tax_id": "1", "name": "n" });
    let wire = json!({ "amount_minor": 1, "payee": "ted:1:1:1", "ted": ted });
    assert_eq!(code(&bench.post(&path, wire)), (400, "attempt_id_required"));
    let mut wire = spend("wire", 6_001);
    wire["ted"] = ted;
    wire["payee"] = json!("ted:1:1:1");
    let reply = bench.post(&path, wire);
    assert_eq!(code(&reply), (422, "per_tx_cap_exceeded"));
    assert_eq!(reply.body["error"]["details"]["per_tx_cap_minor"], "6000");
    let mut elsewhere = spend("a", 1);
    elsewhere["session_id"] = json!("ses_none");
    assert_eq!(code(&bench.post(&path, elsewhere)), (422, "session_not_found"));
    let mut stranger = spend("a", 1);
    stranger["actor"] = json!({ "type": "agent", "id": "ag1", "on_behalf_of": "c2" });
    assert_eq!(code(&bench.post(&path, stranger)), (400, "actor_consumer_mismatch"));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
}

#[test]
fn a_failed_attempt_uses_its_id_up_and_an_unknown_one_keeps_it() {
    let bench = managed();
    let path = format!("/v1/consumers/mandates/{}/spend", mandate(&bench));
    let spent =
        || bench.get("/v1/consumers/c1/wallet").body["currencies"][0]["spent_minor"].clone();
    assert_eq!(code(&bench.post(&path, spend("a", 666))), (502, "psp_dispatch_failed"));
    assert_eq!(code(&bench.post(&path, spend("a", 666))), (409, "psp_attempt_conflict"));
    assert_eq!(spent(), 0);
    assert_eq!(code(&bench.post(&path, spend("b", 667))), (502, "psp_dispatch_uncertain"));
    assert_eq!(code(&bench.post(&path, spend("b", 667))), (409, "psp_attempt_uncertain"));
    // What may have moved stays held.
    assert_eq!(spent(), 667);
    // Until a person has looked.
    assert!(bench.sandbox.reconcile("b", Moved) && !bench.sandbox.reconcile("b", Moved));
    assert_eq!(bench.post(&path, spend("b", 667)).body["idempotent_replay"], true);
    assert_eq!(bench.sandbox.effects().count_with_key("b"), 1);
    bench.post(&path, spend("d", 667));
    assert!(bench.sandbox.reconcile("d", NotMoved) && !bench.sandbox.reconcile("a", Moved));
    assert_eq!(code(&bench.post(&path, spend("d", 667))), (409, "psp_attempt_conflict"));
    assert_eq!(spent(), 667);
    // A refusal before the money leaves the id as it was.
    assert_eq!(code(&bench.post(&path, spend("c", 10_000))), (403, "policy_denied"));
    assert_eq!(bench.post(&path, spend("c", 1)).status, 200);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 2);
}

#[test]
fn a_signed_mandate_pays_once_per_attempt_and_in_events_too() {
    let bench = managed();
    let consent = consent(&bench);
    let body = json!({
        "mandate": consent["mandate"], "signature": consent["signature"], "purpose": "food",
        "amount_minor": 100, "payee": "a@b.test", "attempt_id": "att-1", "agent_id": "ag1",
    });
    let first = bench.post("/v1/consumer-payments/execute", body.clone()).body;
    let reply = bench.post("/v1/consumer-payments/execute-stream", body.clone());
    let seen = events(&reply.text);
    let last = seen.last().unwrap();
    assert_eq!(last.data["idempotent_replay"], true);
    assert_eq!(last.data["payment"], first["payment"]);
    assert!(seen.len() > 1 && !names(&seen).contains(&"error"), "{seen:?}");
    let mut other = body;
    other["amount_minor"] = json!(200);
    let refused = bench.post("/v1/consumer-payments/execute-stream", other);
    let seen = events(&refused.text);
    assert_eq!((seen.len(), &*seen[0].name), (1, "error"));
    assert_eq!(seen[0].data["error"]["code"], "attempt_id_conflict");
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
}

#[test]
fn a_transfer_out_of_a_wallet_honours_the_key_of_its_body() {
    let bench = managed().with("idempotency-key", "header");
    let wallet = json!({ "display_name": "Main", "currency": "BRL" });
    let wallet = bench.post("/v1/wallets", wallet).body["id"].clone();
    let path = format!("/v1/wallets/{}", wallet.as_str().unwrap());
    let money = json!({
        "wallet_id": wallet, "org_id": "org_sandbox", "currency": "BRL", "kind": "fund",
        "amount_minor": "10000",
    });
    assert_eq!(bench.post(&format!("{path}/ledger"), money).status, 201);
    let path = format!("{path}/transfer");
    let out = |key: Option<&str>, minor: i64| {
        let mut body =
            json!({ "currency": "BRL", "to_address": "a@b.test", "amount_minor": minor });
        if let Some(key) = key {
            body["idempotency_key"] = json!(key);
        }
        bench.post(&path, body)
    };
    let first = out(Some("k"), 500);
    assert_eq!((first.status, &first.body["network"]), (201, &json!("pix")));
    let again = out(Some("k"), 500);
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(code(&out(Some("k"), 501)), (409, "idempotency_key_conflict"));
    // The header is no key, and without one each request is a transfer.
    assert_ne!(out(None, 500).body["tx_hash"], out(None, 500).body["tx_hash"]);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 3);
    assert_eq!(code(&out(Some("f"), 666)), (502, "send_failed"));
    assert_eq!(code(&out(Some("f"), 666)), (409, "withdrawal_failed"));
    assert_eq!(code(&out(Some("u"), 667)), (502, "withdrawal_dispatch_uncertain"));
    assert_eq!(code(&out(Some("u"), 667)), (502, "withdrawal_dispatch_uncertain"));

    let swap = json!({
        "from_currency": "BRL", "to_currency": "USDC", "amount_minor": 5, "execute": true,
        "idempotency_key": "s",
    });
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 10 }));
    let of_consumer = "/v1/consumers/c1/wallet/transfer";
    let one = bench.post(of_consumer, swap.clone()).body;
    assert_ne!(one, bench.post(of_consumer, swap).body, "no key is honoured there");
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 5);
}

#[test]
fn a_devolution_needs_its_key() {
    let bench = managed();
    let path = "/v1/consumers/c1/pix/devolutions";
    let received = received(&bench, "c1", 5_000);
    let body = json!({ "end_to_end_id": received, "amount_minor": 500 });
    assert_eq!(code(&bench.post(path, body.clone())), (400, "idempotency_key_required"));
    let keyed = |minor: i64| {
        let mut body = body.clone();
        body["idempotency_key"] = json!("k");
        body["amount_minor"] = json!(minor);
        bench.post(path, body)
    };
    let first = keyed(500);
    assert_eq!((first.status, &first.body["idempotent_replay"]), (201, &json!(false)));
    let again = keyed(500);
    assert_eq!((again.status, &again.body["idempotent_replay"]), (200, &json!(true)));
    assert_eq!(again.body["devolution_id"], first.body["devolution_id"]);
    assert_eq!(code(&keyed(400)), (409, "idempotency_key_conflict"));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Devolution), 1);
    let id = first.body["devolution_id"].as_str().unwrap();
    // The rail has taken it; the statement shows it later.
    assert_eq!(
        (&first.body["status"], &first.body["settled_at"]),
        (&json!("accepted"), &json!(null))
    );
    bench.sandbox.advance(Duration::from_secs(1));
    let read = bench.get(&format!("{path}/{id}")).body;
    assert_eq!(
        (&read["status"], &read["provider_truth"]),
        (&json!("settled"), &json!("statement"))
    );
    assert!(read["settled_at"].is_string());
    assert_eq!(
        (&keyed(500).body["status"], &read["idempotent_replay"]),
        (&json!("settled"), &json!(false))
    );
    for (member, value, wrong) in [
        ("end_to_end_id", json!("E-0000000000000001"), "invalid_end_to_end_id"),
        ("payment_direction", json!("back"), "invalid_payment_direction"),
        ("amount_minor", json!(0), "invalid_amount"),
        ("reason", json!("MD6"), "invalid_reason"),
    ] {
        let mut body = json!({ "end_to_end_id": received, "amount_minor": 500,
            "idempotency_key": "k2" });
        body[member] = value;
        assert_eq!(code(&bench.post(path, body)), (400, wrong));
    }
    // Of what the rail does not answer nobody knows, under the same key too.
    let body = json!({ "end_to_end_id": received, "amount_minor": 667,
        "idempotency_key": "k3" });
    for _ in 0..2 {
        assert_eq!(code(&bench.post(path, body.clone())), (502, "psp_dispatch_uncertain"));
    }
    assert_eq!(bench.sandbox.effects().count(EffectKind::Devolution), 1);
    assert_eq!(code(&bench.get(&format!("{path}/dev_none"))), (404, "devolution_not_found"));
    let others = bench.get(&format!("/v1/consumers/c2/pix/devolutions/{id}"));
    assert_eq!(code(&others), (404, "devolution_not_found"));
}
