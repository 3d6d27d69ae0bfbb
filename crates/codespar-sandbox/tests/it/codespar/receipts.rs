//! Receipts: what is sealed into them, what seals them anew, and who is shown what.

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Bench, bench, consent::mandate, managed};

/// Pays with what goes with it, and reads the receipt.
fn receipt(bench: &Bench, more: Value) -> Value {
    let mut body = json!({ "amount_minor": 100, "payee": "a@b.test" });
    body.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    let mandate = mandate(bench);
    let spent = bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body).body;
    let id = spent["receipt"]["id"].as_str().unwrap();
    bench.get(&format!("/v1/consumers/receipts/{id}")).body
}

#[test]
fn what_was_quoted_and_approved_is_on_the_receipt() {
    let bench = managed();
    let plain = receipt(&bench, json!({}));
    assert_eq!((&plain["quote"], &plain["chain_version"]), (&Value::Null, &json!(1)));
    assert_eq!(plain.get("approval"), None);
    let quote = json!({
        "seller": "Shop", "resource": "order 42", "price_minor": 100, "payee": "a@b.test",
        "at": "2026-10-07T09:00:00-03:00",
    });
    let approval = json!({ "items_hash": "a".repeat(64) });
    let whole = receipt(&bench, json!({ "quote": quote, "approval": approval }));
    assert_eq!((&whole["state"], &whole["chain_version"]), (&json!("paid"), &json!(4)));
    assert_eq!(whole["quote"]["at"], "2026-10-07T12:00:00.000Z");
    assert_eq!(whole["quote"]["session_id"], Value::Null);
    assert_eq!(whole["approval"]["batch_hash"], Value::Null);
    // The money moves, and the receipt says that it is not what was quoted.
    let mut other = quote;
    other["price_minor"] = json!(99);
    let other = receipt(&bench, json!({ "quote": other }));
    assert_eq!(other["state"], "exception");
    assert_eq!(other["exceptions"][0]["code"], "price_mismatch");
    assert_eq!(other["exceptions"].as_array().unwrap().len(), 1);
}

#[test]
fn a_stronger_proof_seals_anew_and_a_weaker_one_changes_nothing() {
    let bench = managed();
    let sealed = receipt(&bench, json!({}));
    let path =
        format!("/v1/consumers/receipts/{}/delivery", sealed["receipt_id"].as_str().unwrap());
    let prove = |kind: &str, nfe_chave: Value, at: &str| {
        let body = json!({
            "result": "confirmed", "kind": kind, "proof": "p", "nfe_chave": nfe_chave, "at": at,
        });
        bench.post(&path, body)
    };
    let at = "2026-10-07T09:00:00-03:00";
    let tracked = prove("tracking", Value::Null, at);
    assert_eq!((tracked.status, &tracked.body["state"]), (200, &json!("delivered")));
    assert_eq!(tracked.body["delivery"]["at"], "2026-10-07T12:00:00.000Z");
    for name in ["chain", "receipt_sig_ed25519"] {
        assert_ne!(tracked.body[name], sealed[name], "{name}");
    }
    assert_eq!(prove("resource", Value::Null, at).body, tracked.body);
    let stronger = prove("tracking", json!("3".repeat(44)), at).body;
    assert_ne!(stronger["chain"], tracked.body["chain"]);
    assert_eq!(prove("merchant_ref", Value::Null, at).body, stronger);
    assert_ne!(prove("nfe", Value::Null, at).body["chain"], stronger["chain"]);

    for (body, code) in [
        (json!({ "result": "ok", "kind": "nfe", "proof": "p" }), None),
        (json!({ "result": "confirmed", "kind": "photo", "proof": "p" }), None),
        (json!({ "result": "confirmed", "kind": "nfe" }), None),
        (
            json!({ "result": "confirmed", "kind": "nfe", "proof": "p", "at": "yesterday" }),
            Some("invalid_receipt_timestamp"),
        ),
    ] {
        let refused = bench.post(&path, body);
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(code.is_none_or(|code| refused.body["error"]["code"] == code), "{}", refused.text);
    }
    let nowhere = "/v1/consumers/receipts/rcpt_none/delivery";
    let body = json!({ "result": "confirmed", "kind": "nfe", "proof": "p" });
    assert_eq!(bench.post(nowhere, body).body["error"]["code"], "receipt_not_found");
}

/// Whoever has the signature of a mandate can spend.
#[test]
fn only_a_key_that_may_spend_is_shown_the_signature_of_the_mandate() {
    for (scopes, is_shown) in
        [(vec!["*"], true), (vec!["mandates:spend"], true), (vec!["receipts:read"], false)]
    {
        let bench = bench(Sandbox::builder().key_scopes(scopes.clone()));
        assert_eq!(bench.get("/v1/whoami").body["key"]["scopes"], json!(scopes));
        let receipt = receipt(&bench, json!({}));
        assert_eq!(receipt["mandate"].get("sig").is_some(), is_shown, "{scopes:?}");
        assert_eq!(receipt["mandate"]["sig_sha256"].as_str().unwrap().len(), 64);
        let session = bench.plain_session();
        let list = bench.run(&session, "codespar_ledger", json!({ "action": "receipts" }));
        let row = &list["data"]["receipts"][0];
        assert_eq!(row["mandate"].get("sig").is_some(), is_shown, "{scopes:?}");
        let listed = &bench.get("/v1/consumers/c1/receipts").body["receipts"][0];
        assert_eq!(listed, row);
    }
}

#[test]
fn the_recipe_is_served_with_the_keys() {
    let bench = managed();
    let document = bench.get("/.well-known/codespar-receipt-keys.json").body;
    let recipe = &document["chain_recipe"];
    let whens: Vec<_> = recipe["links"].as_array().unwrap().iter().map(|it| &it["when"]).collect();
    assert_eq!(
        whens,
        ["always", "quote is not null", "chain_version is 4", "always", "delivery is not null"]
    );
    assert_eq!(recipe["links"][0]["fields_by_version"]["4"][4], "sig_sha256");
    assert_eq!(document["keys"][0]["status"], "active");
    let kid = document["keys"][0]["kid"].as_str().unwrap();
    assert!(kid.starts_with(document["issuer"].as_str().unwrap()), "{kid}");
    let receipt = receipt(&bench, json!({}));
    assert_eq!(receipt["receipt_sig_kid"], kid);
}
