//! Consents at banks: from pending to the end.

use std::time::Duration;

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use super::{is, refused, text};
use crate::support::{Reply, bench, managed};

fn asked() -> Value {
    json!({
        "bank_id": "bb", "consumer_id": "c1", "scopes": ["accounts"],
        "redirect_url": "https://x.test",
    })
}

#[test]
fn a_consent_is_given_used_and_taken_back() {
    let bench = managed();
    let made = bench.post("/v1/bank-consents", asked()).body;
    assert_eq!((&made["status"], made.get("imported")), (&json!("pending"), None));
    let twice = bench.post("/v1/bank-consents", asked());
    assert_eq!(refused(&twice), is(409, "consent_active_for_consumer"));
    let id = text(&made["id"]);
    let post = |verb: &str, body: Value| -> Reply {
        bench.post(&format!("/v1/bank-consents/{id}/{verb}"), body)
    };
    let refresh = || post("refresh-statement", json!({}));
    assert_eq!(refused(&refresh()), is(409, "consent_not_authorised"));
    assert_eq!(refused(&post("callback", json!({}))), is(400, "invalid_body"));
    let given = post("callback", json!({ "auth_code": "c" })).body;
    assert_eq!(
        (&given["status"], given["authorized_at"].is_string()),
        (&json!("authorised"), true)
    );
    let again = post("callback", json!({ "auth_code": "c" }));
    assert_eq!(refused(&again), is(409, "illegal_transition"));
    assert_eq!(again.body["error"]["details"]["from"], "authorised");
    let first = refresh();
    assert_eq!((first.status, &first.body["imported"]), (202, &json!(3)));
    assert_eq!(
        (&refresh().body["imported"], &refresh().body["duplicates"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(
        refused(&post("refresh-statement", json!({ "since": "x" }))),
        is(400, "invalid_body")
    );
    assert_eq!(post("revoke", json!({})).body["status"], "revoked");
    assert_eq!(refused(&post("revoke", json!({}))), is(409, "illegal_transition"));
    // The place is free for another one.
    assert_eq!(bench.post("/v1/bank-consents", asked()).status, 201);
    let listed = bench.get("/v1/bank-consents?status=pending").body["bank_consents"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(refused(&bench.get("/v1/bank-consents?status=x")), is(400, "invalid_query"));
}

#[test]
fn a_consumer_has_half_an_hour() {
    let bench = managed();
    let id = text(&bench.post("/v1/bank-consents", asked()).body["id"]);
    let path = format!("/v1/bank-consents/{id}");
    bench.sandbox.advance(Duration::from_secs(31 * 60));
    assert_eq!(bench.get(&path).body["status"], "expired");
    let late = bench.post(&format!("{path}/callback"), json!({ "auth_code": "c" }));
    assert_eq!(refused(&late), is(409, "consent_expired"));
    assert_eq!(bench.post("/v1/bank-consents", asked()).status, 201);
    let elsewhere = bench.with("x-codespar-project", "prj_0123456789abcdef");
    assert_eq!(refused(&elsewhere.get(&path)), is(404, "not_found"));
}

#[test]
fn live_projects_have_no_banks() {
    let bench = bench(Sandbox::builder().test_mode(false));
    assert_eq!(refused(&bench.post("/v1/bank-consents", asked())), is(422, "ofb_not_live"));
}
