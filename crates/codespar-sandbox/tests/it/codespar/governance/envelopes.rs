//! Signed mandates: what is presented has to be what was signed, and what is asked has to fit it.

use serde_json::{Value, json};

use super::{is, refused};
use crate::support::{Bench, Reply, books, consent::consent_with, managed};

fn terms() -> Value {
    json!({
        "withdrawal_allowlist": ["out@b.test"], "merchant_allowlist": ["a@b.test", "c@d.test"],
        "periodic_cap": { "window": "day", "cap_minor": 9_000 },
        "slots": [{ "currency": "BRL", "rail": "pix-consent", "cap_minor": 5 }],
    })
}

fn with(mut body: Value, change: &Value) -> Value {
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn pay(bench: &Bench, given: &Value, change: &Value) -> Reply {
    let body = json!({
        "mandate": given["mandate"], "signature": given["signature"], "purpose": "food",
        "agent_id": "ag1", "attempt_id": "att-1", "amount_minor": 500, "payee": "a@b.test",
    });
    bench.post("/v1/consumer-payments/execute", with(body, change))
}

fn withdraw(bench: &Bench, given: &Value, change: &Value) -> Reply {
    let body = json!({
        "currency": "BRL", "to_address": "out@b.test", "amount_minor": 500,
        "mandate": given["mandate"], "signature": given["signature"], "agent_id": "ag1",
        "purpose": "food",
    });
    bench.post("/v1/wallets/wal_c1/transfer", with(body, change))
}

#[test]
fn what_was_signed_is_what_is_presented() {
    let bench = managed();
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 9_000 }));
    let given = consent_with(&bench, &terms());
    let before = books::balances(&bench);
    for (name, value) in [
        ("agent_id", json!("ag2")),
        ("cap_minor", json!(10_001)),
        ("consumer_id", json!("c2")),
        ("currency", json!("USD")),
        ("expires_at", json!("2099-01-01T00:00:00.000Z")),
        ("funding_source_id", json!("cfs_other")),
        ("merchant_allowlist", json!(["*"])),
        ("per_tx_cap_minor", json!(10_000)),
        ("periodic_cap", json!(null)),
        ("purpose", json!("rent")),
        ("rail", json!("usdc-onchain")),
        ("slots", json!([])),
        ("withdrawal_allowlist", json!(["out@b.test", "in@b.test"])),
    ] {
        let mut altered = given.clone();
        assert_ne!(altered["mandate"][name], value, "{name}");
        altered["mandate"][name] = value;
        let paid = pay(&bench, &altered, &json!({}));
        assert_eq!(refused(&paid), is(422, "mandate_verify"), "{name}");
        let sent = withdraw(&bench, &altered, &json!({}));
        assert_eq!(refused(&sent), is(401, "bad_signature"), "{name}");
    }
    // An id alone is no mandate, and the signature of another one is none of this.
    let mut bare = given.clone();
    bare["mandate"] = json!({ "id": given["mandate_id"] });
    assert_eq!(refused(&pay(&bench, &bare, &json!({}))), is(422, "mandate_verify"));
    let mut other = consent_with(&bench, &terms());
    other["mandate"] = given["mandate"].clone();
    assert_eq!(refused(&withdraw(&bench, &other, &json!({}))), is(401, "bad_signature"));
    assert_eq!(books::balances(&bench), before);
    assert_eq!(bench.sandbox.effects().len(), 0);
    // How it stands by now is not signed, and neither is the order of what is in it.
    let mut turned = given.clone();
    turned["mandate"]["spent_minor"] = json!(7);
    turned["mandate"]["slots"] =
        json!([{ "cap_minor": 5, "rail": "pix-consent", "currency": "BRL" }]);
    assert_eq!(refused(&pay(&bench, &turned, &json!({}))), is(200, ""));
    assert_eq!(refused(&withdraw(&bench, &turned, &json!({}))), is(201, ""));
    books::check(&bench);
}

#[test]
fn what_is_asked_is_what_was_signed() {
    let bench = managed();
    bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 9_000 }));
    let given = consent_with(&bench, &terms());
    let before = books::balances(&bench);
    for (change, wanted) in [
        (json!({ "agent_id": null }), is(400, "invalid_body")),
        (json!({ "agent_id": "ag2" }), is(422, "mandate_verify")),
        (json!({ "purpose": "rent" }), is(422, "mandate_verify")),
        (json!({ "payee": "e@f.test" }), is(422, "mandate_verify")),
        (json!({ "amount_minor": 9_001 }), is(403, "policy_denied")),
        (json!({ "amount_minor": 10_001 }), is(403, "policy_denied")),
    ] {
        assert_eq!(refused(&pay(&bench, &given, &change)), wanted, "{change}");
    }
    for (change, code) in [
        (json!({ "to_address": "a@b.test" }), "merchant_not_allowed"),
        (json!({ "to_address": "*" }), "merchant_not_allowed"),
        (json!({ "amount_minor": 6_001 }), "per_tx_cap_exceeded"),
        (json!({ "amount_minor": 9_001 }), "total_cap_exceeded"),
        (json!({ "amount_minor": 10_001 }), "total_cap_exceeded"),
    ] {
        assert_eq!(refused(&withdraw(&bench, &given, &change)), is(403, code), "{change}");
    }
    // A mandate of one consumer opens neither another's wallet nor the organization's.
    bench.post("/v1/test/fund", json!({ "consumer_id": "c2", "amount_minor": 9_000 }));
    let own = bench.post("/v1/wallets", json!({ "display_name": "Main", "currency": "BRL" }));
    let own = own.body["id"].as_str().unwrap();
    for wallet in ["wal_c2", own] {
        let body = json!({
            "currency": "BRL", "to_address": "out@b.test", "amount_minor": 500, "purpose": "food",
            "mandate": given["mandate"], "signature": given["signature"], "agent_id": "ag1",
        });
        let sent = bench.post(&format!("/v1/wallets/{wallet}/transfer"), body);
        assert_eq!(refused(&sent), is(403, "mandate_consumer_mismatch"), "{wallet}");
    }
    let body = json!({
        "amount": 5, "currency": "BRL", "recipient": "a@b.test", "description": "x",
        "mandate_id": given["mandate_id"],
    });
    let sent = bench.post("/v1/wallets/wal_c2/execute", body);
    assert_eq!((sent.status, &sent.body["status"]), (403, &json!("denied")));
    let c1 = |rows: Vec<(String, String, i64, i64)>| rows.into_iter().find(|it| it.0 == "wal_c1");
    assert_eq!(c1(books::balances(&bench)), c1(before));
    assert_eq!(bench.sandbox.effects().len(), 0);
    books::check(&bench);
}
