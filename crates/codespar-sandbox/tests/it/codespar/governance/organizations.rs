//! The organization: its pause, its own mandates, and what it forgets.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ORG, is, refused, spend, text, trail};
use crate::support::{consent::mandate, managed};

#[test]
fn a_paused_organization_pays_nothing_and_still_answers_what_was_paid() {
    let bench = managed();
    let mandate = mandate(&bench);
    assert_eq!(spend(&bench, &mandate, "att-1", 10).status, 200);
    let path = format!("{ORG}/pause");
    assert_eq!(bench.get(&path).body["paused"], false);
    let pause = || bench.post(&path, json!({ "reason": "drill" })).body;
    let first = pause();
    assert_eq!((&first["changed"], &first["pause"]["generation"]), (&json!(true), &json!(1)));
    assert_eq!((&pause()["changed"], &bench.get(&path).body), (&json!(false), &first["pause"]));
    let read = || bench.get(&format!("/v1/mandates/{mandate}")).body;
    assert_eq!((&read()["org_paused"], &read()["status"]), (&json!(true), &json!("active")));
    assert_eq!(refused(&spend(&bench, &mandate, "att-2", 10)), is(403, "org_paused"));
    assert_eq!(spend(&bench, &mandate, "att-1", 10).body["idempotent_replay"], true);
    assert!(bench.sandbox.resume("org_sandbox") && !bench.sandbox.resume("org_sandbox"));
    assert_eq!((&read()["org_paused"], &read()["org_paused_at"]), (&json!(false), &json!(null)));
    assert_eq!(bench.get(&path).body["generation"], 2);
    assert_eq!(spend(&bench, &mandate, "att-2", 10).status, 200);
    assert_eq!(trail(&bench)[..2], ["organization.resumed", "organization.paused"]);
    assert_eq!(refused(&bench.get("/v1/orgs/org_x/pause")), is(404, "not_found"));
}

#[test]
fn mandates_of_the_organization_are_over_once() {
    let bench = managed();
    let path = format!("{ORG}/mandates");
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let with = |name: &str, value: Value| {
        let mut body = json!({
            "agent_id": "ag1", "type": "payment", "amount": "1.5", "currency": "BRL",
            "purposes": ["food"], "expires_at": now + 3_600,
        });
        body[name] = value;
        bench.post(&path, body)
    };
    for (name, value, code) in [
        ("agent_id", json!(null), "missing_required_field"),
        ("amount", json!("0"), "missing_required_field"),
        ("amount", json!("1.555"), "missing_required_field"),
        ("purposes", json!([]), "missing_required_field"),
        ("purposes", json!(["pão"]), "invalid_purpose_encoding"),
        ("expires_at", json!(now - 1), "expires_at_in_past"),
    ] {
        assert_eq!(refused(&with(name, value)), is(400, code), "{name}");
    }
    let plain = with("denomination", json!(null)).body;
    assert_eq!(plain.get("kid"), None);
    bench.post("/v1/agents", json!({ "agent_id": "ag1", "principal_ref": "user:1" }));
    let signed = with("denomination", json!(null)).body;
    assert_eq!((&signed["format_version"], signed["kid"].is_string()), (&json!(3), true));
    let (first, second) = (text(&plain["mandate_id"]), text(&signed["mandate_id"]));
    let read = |id: &str| bench.get(&format!("{path}/{id}")).body;
    assert_eq!(
        (&read(&first)["amount"], &read(&first)["consumptions"]),
        (&json!("1.50"), &json!([]))
    );
    let revoke = |id: &str| bench.post(&format!("{path}/{id}/revoke"), json!({ "reason": " " }));
    assert_eq!(revoke(&first).body["prior_status"], "active");
    assert_eq!(read(&first)["revocation_reason"], "revoked without a reason");
    assert_eq!(refused(&revoke(&first)), is(409, "mandate_already_revoked"));
    let listed = |query: &str| bench.get(&format!("{path}{query}")).body["mandates"].clone();
    assert_eq!((&listed("")[0]["id"], listed("").as_array().unwrap().len()), (&json!(second), 1));
    assert_eq!(listed("?status=revoked")[0]["id"], first.as_str());
    bench.sandbox.advance(Duration::from_secs(3_601));
    assert_eq!(refused(&revoke(&second)), is(410, "mandate_already_expired"));
    assert_eq!((listed(""), &listed("?status=expired")[0]["id"]), (json!([]), &json!(second)));
    assert_eq!(refused(&bench.get(&format!("{path}/mnd_x"))), is(404, "mandate_not_found"));
}

#[test]
fn receipts_are_kept_of_who_is_forgotten() {
    let bench = managed();
    let mandate = mandate(&bench);
    assert_eq!(spend(&bench, &mandate, "att-1", 10).status, 200);
    let forget = || bench.post(&format!("{ORG}/data-subjects/c1/anonymize"), json!({})).body;
    let first = forget();
    assert_eq!((&first["rows_deferred"], first["dsr_id"].is_string()), (&json!(1), true));
    let entry = bench.get("/v1/audit-events").body["events"][0].clone();
    assert_eq!(entry["entry_hash"], first["dsr_event_entry_hash"]);
    let again = forget();
    assert_eq!((&again["rows_deferred"], &again["deferred_entries"]), (&json!(0), &json!([])));
    let other = bench.post("/v1/orgs/org_x/data-subjects/c1/anonymize", json!({}));
    assert_eq!(refused(&other), is(403, "forbidden"));
}
