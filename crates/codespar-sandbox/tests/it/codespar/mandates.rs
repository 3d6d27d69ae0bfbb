//! Consents, mandates, payments under them, and their receipts.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};

use crate::support::{
    consent::{consent, consent_for, mandate},
    managed,
};

#[test]
fn a_mandate_pays_within_its_caps_and_once_per_attempt() {
    let bench = managed();
    let id = mandate(&bench);
    let path = format!("/v1/consumers/mandates/{id}/spend");
    let spend = |amount: i64, attempt: &str| {
        let body = json!({ "amount_minor": amount, "payee": "a@b.test", "attempt_id": attempt });
        bench.post(&path, body)
    };
    let first = spend(5_000, "att-1");
    assert_eq!((first.status, &first.body["idempotent_replay"]), (200, &json!(false)));
    let replay = spend(5_000, "att-1").body;
    assert_eq!(replay["idempotent_replay"], true);
    assert_eq!(replay["payment"], first.body["payment"]);
    assert_eq!(spend(4_000, "att-1").body["error"]["code"], "attempt_id_conflict");
    assert_eq!(bench.sandbox.effects().count_with_key("att-1"), 1);

    // What the mandate has no room for is refused; what only one payment is too small for is held.
    let too_much = spend(6_001, "att-2");
    assert_eq!((too_much.status, &too_much.body["error"]["code"]), (403, &json!("policy_denied")));
    assert_eq!(too_much.body["error"]["details"].get("approval_id"), None);
    assert_eq!(spend(5_001, "att-3").body["error"]["details"]["ruleType"], "cap");
    let wallet = bench.get("/v1/consumers/c1/wallet").body["currencies"][0].clone();
    assert_eq!(
        (&wallet["spent_minor"], &wallet["available_minor"]),
        (&json!(5_000), &json!(5_000))
    );

    let paused = bench.post(&format!("/v1/mandates/{id}/pause"), json!({})).body;
    assert_eq!(
        (&paused["mandate"]["status"], &paused["changed"]),
        (&json!("paused"), &json!(true))
    );
    assert_eq!(spend(1, "att-4").status, 403);
    assert_eq!(bench.post(&format!("/v1/mandates/{id}/resume"), json!({})).status, 200);
    assert_eq!(spend(1, "att-5").status, 200);
    assert_eq!(bench.get("/v1/mandates?consumer_id=c1").body["mandates"][0]["id"], id.as_str());
    assert_eq!(bench.get("/v1/consent-records").body["consents"][0]["cap_minor"], "10000");
    let sources = bench.get("/v1/funding-sources").body;
    assert_eq!(sources["funding_sources"][0]["consumer_id"], "c1");
}

#[test]
fn a_mandate_pays_until_it_expires() {
    let bench = managed();
    let given = consent_for(&bench, 1);
    let path = format!("/v1/consumers/mandates/{}/spend", given["mandate_id"].as_str().unwrap());
    let spend = || bench.post(&path, json!({ "amount_minor": 1, "payee": "a@b.test" }));
    let refused = (0..1_000).map(|_| spend()).find(|reply| {
        std::thread::sleep(Duration::from_millis(20));
        reply.status != 200
    });
    assert_eq!(refused.unwrap().body["error"]["details"]["ruleType"], "mandate_expiry");
}

#[test]
fn a_signed_mandate_pays_too() {
    let bench = managed();
    let consent = consent(&bench);
    let mut body = json!({
        "mandate": consent["mandate"], "signature": "00", "purpose": "food", "agent_id": "ag1",
        "amount_minor": 100, "payee": "a@b.test",
    });
    let refused = bench.post("/v1/consumer-payments/execute", body.clone());
    assert_eq!((refused.status, &refused.body["error"]["code"]), (422, &json!("mandate_verify")));
    assert!(bench.sandbox.effects().is_empty());
    body["signature"] = consent["signature"].clone();
    let paid = bench.post("/v1/consumer-payments/execute", body).body;
    assert_eq!(paid["payment"]["amountMinor"], 100);
}

#[test]
fn receipts_verify_with_the_published_key() {
    let bench = managed();
    let id = mandate(&bench);
    let body = json!({ "amount_minor": 100, "payee": "a@b.test" });
    let spent = bench.post(&format!("/v1/consumers/mandates/{id}/spend"), body).body;
    let id = spent["receipt"]["id"].as_str().unwrap();
    let receipt = bench.get(&format!("/v1/consumers/receipts/{id}")).body;
    assert_eq!(receipt["chain"], spent["receipt"]["chain"]);

    let decode = |text: &Value| URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
    let keys = bench.get("/.well-known/codespar-receipt-keys.json").body;
    let key = VerifyingKey::try_from(decode(&keys["keys"][0]["x"]).as_slice()).unwrap();
    let signature = Signature::from_slice(&decode(&receipt["receipt_sig_ed25519"])).unwrap();
    let chain = receipt["chain"].as_str().unwrap();
    let message = format!("codespar-receipt:v1:{id}:{chain}");
    assert!(key.verify_strict(message.as_bytes(), &signature).is_ok());

    let session = bench.plain_session();
    let list = json!({ "action": "receipts", "consumer_id": "c1" });
    let list = bench.run(&session, "codespar_ledger", list)["data"].clone();
    assert_eq!((&list["count"], &list["receipts"][0]), (&json!(1), &receipt));
    let delivered = bench.post(
        &format!("/v1/consumers/receipts/{id}/delivery"),
        json!({ "result": "confirmed", "kind": "nfe", "proof": "NF-e 1" }),
    );
    assert_eq!(delivered.body["state"], "delivered");
    assert_ne!(delivered.body["chain"], receipt["chain"]);
    assert_eq!(bench.get("/v1/consumers/c1/receipts").body["count"], 1);
}
