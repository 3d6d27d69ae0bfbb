//! What a mandate allows in particular, and how it is read.

use serde_json::{Value, json};

use super::{is, refused, spend, spend_with, text};
use crate::support::{Bench, managed};

/// Has a consumer agree to this beside the caps.
fn consented(bench: &Bench, more: &Value) -> String {
    let mut intent = json!({
        "purpose": "food", "cap_minor": 10_000, "per_tx_cap_minor": 6_000,
        "currency": "BRL", "mandate_ttl_seconds": 3 * 24 * 3_600,
    });
    for (name, value) in more.as_object().unwrap() {
        intent[name] = value.clone();
    }
    let asked = bench.post("/v1/consents", json!({ "agent_id": "ag1", "intent": intent }));
    assert_eq!(asked.status, 201, "{}", asked.text);
    let path = format!("/v1/consents/{}/submit", asked.body["token"].as_str().unwrap());
    let give = json!({ "consumer_id": "c1", "rail": "pix-consent", "provider_token": "t" });
    text(&bench.post(&path, give).body["mandate_id"])
}

#[test]
fn a_day_has_its_own_cap() {
    let bench = managed();
    let mandate =
        consented(&bench, &json!({ "periodic_cap": { "window": "day", "cap_minor": 1_000 } }));
    assert_eq!(spend(&bench, &mandate, "att-1", 900).status, 200);
    let over = spend(&bench, &mandate, "att-2", 101);
    assert_eq!(refused(&over), is(403, "policy_denied"));
    assert_eq!(over.body["error"]["details"]["ruleType"], "periodic_cap");
    let read = || bench.get(&format!("/v1/mandates/{mandate}")).body;
    assert_eq!(read()["usage"]["period_spent_minor"], "900");
    assert_eq!(read()["periodic_cap"], json!({ "window": "day", "cap_minor": "1000" }));
    // What fails is free again, and the next day has its own.
    assert_eq!(spend(&bench, &mandate, "att-3", 101).status, 403);
    bench.sandbox.advance(std::time::Duration::from_secs(24 * 3_600));
    assert_eq!(read()["usage"]["period_spent_minor"], "0");
    assert_eq!(refused(&spend(&bench, &mandate, "att-4", 666)), is(502, "psp_dispatch_failed"));
    assert_eq!(read()["usage"]["period_spent_minor"], "0");
    assert_eq!(spend(&bench, &mandate, "att-5", 1_000).status, 200);
}

#[test]
fn a_cap_that_never_binds_is_refused() {
    let bench = managed();
    let intent = json!({
        "purpose": "food", "cap_minor": 1_000, "per_tx_cap_minor": 600, "currency": "BRL",
        "mandate_ttl_seconds": 3_600, "periodic_cap": { "window": "day", "cap_minor": 1_000 },
    });
    let asked = bench.post("/v1/consents", json!({ "agent_id": "ag1", "intent": intent }));
    assert_eq!(refused(&asked), is(400, "periodic_cap_never_binds"));
}

#[test]
fn a_mandate_is_read_with_what_it_allows() {
    let bench = managed();
    let mandate = consented(
        &bench,
        &json!({
            "merchant_allowlist": ["a@b.test"], "merchant_pin_kind": "pix-key",
            "intent_note": "lunch", "display_name": "Lunch",
            "withdrawal_allowlist": ["ted:1:2:3"],
            "slots": [{ "currency": "BRL", "rail": "pix-consent", "cap_minor": 5 }],
        }),
    );
    let read = bench.get(&format!("/v1/mandates/{mandate}")).body;
    assert_eq!((&read["cap_minor"], &read["per_tx_cap_minor"]), (&json!("10000"), &json!("6000")));
    assert_eq!((&read["intent_note"], &read["display_name"]), (&json!("lunch"), &json!("Lunch")));
    assert_eq!(read["slots"][0]["cap_minor"], "5");
    assert_eq!(read["funding"], json!({ "rail": "pix-consent", "currency": "BRL" }));
    let ted = json!({ "bank": "1", "branch": "2", "account": "3", "tax_id": "4", "name": "n" });
    let wire = |payee: &str, attempt: &str| {
        let body = json!({
            "attempt_id": attempt, "amount_minor": 10, "ted": ted, "payee": payee,
        });
        bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body)
    };
    assert_eq!(refused(&wire("ted:1:2:4", "att-1")), is(403, "withdrawal_pin"));
    assert_eq!(refused(&wire("ted:1:2:3", "att-2")), is(200, ""));
}

#[test]
fn mandates_are_listed_by_status_and_expire() {
    let bench = managed();
    let (first, second) = (consented(&bench, &json!({})), consented(&bench, &json!({})));
    let listed = |query: &str| {
        let rows = bench.get(&format!("/v1/mandates?{query}")).body["mandates"].clone();
        rows.as_array().unwrap().iter().map(|row| text(&row["id"])).collect::<Vec<_>>()
    };
    let act = |id: &str, verb: &str| {
        bench.post(&format!("/v1/mandates/{id}/{verb}"), json!({ "reason": "test" }))
    };
    assert_eq!(act(&first, "pause").status, 200);
    assert_eq!(
        (listed("status=paused"), listed("limit=1")),
        (vec![first.clone()], vec![second.clone()])
    );
    assert_eq!(refused(&bench.get("/v1/mandates?status=gone")), is(400, "invalid_query"));
    bench.sandbox.advance(std::time::Duration::from_secs(4 * 24 * 3_600));
    assert_eq!(listed("status=expired"), [second.clone(), first.clone()]);
    for verb in ["pause", "revoke"] {
        let late = act(&second, verb);
        assert_eq!(refused(&late), is(409, "invalid_transition"));
        assert_eq!(late.body["error"]["details"]["from"], "expired");
    }
    // It resumes, and buys nothing.
    assert_eq!(act(&first, "resume").body["changed"], true);
    assert_eq!(refused(&spend(&bench, &first, "att-1", 1)), is(403, "policy_denied"));
    let old = bench.post(&format!("/v1/consumers/mandates/{second}/revoke"), json!({}));
    assert_eq!(refused(&old), is(409, "invalid_transition"));
}

#[test]
fn what_was_approved_has_the_form_of_a_hash() {
    let bench = managed();
    let mandate = consented(&bench, &json!({}));
    let good = "0a".repeat(32);
    let with = |attempt: &str, approval: Value| {
        let body = json!({ "attempt_id": attempt, "amount_minor": 1, "approval": approval });
        refused(&spend_with(&bench, &mandate, body))
    };
    for wrong in [
        json!("0a"),
        json!({}),
        json!({ "items_hash": "0a" }),
        json!({ "items_hash": good.to_uppercase() }),
        json!({ "items_hash": good, "batch_hash": "0a" }),
        json!({ "items_hash": good, "other": good }),
    ] {
        assert_eq!(with("att-1", wrong), is(400, "invalid_approval_hash"));
    }
    let prefixed = json!({ "items_hash": format!("sha256:{good}"), "batch_hash": good });
    assert_eq!(with("att-1", prefixed), is(200, ""));
    assert_eq!(with("att-1", json!({ "items_hash": good })), is(409, "attempt_id_conflict"));
    let quote =
        json!({ "seller": "s", "resource": "r", "price_minor": 1, "payee": "k", "at": "x" });
    let body = json!({ "attempt_id": "att-2", "amount_minor": 1, "quote": quote });
    let reply = spend_with(&bench, &mandate, body);
    assert_eq!(refused(&reply), is(400, "invalid_receipt_timestamp"));
}
