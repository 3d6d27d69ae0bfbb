//! The audit trail: linked, paged, anchored, exported.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{is, refused, text, trail};
use crate::support::{Bench, managed};

/// A trail of five entries about policies.
fn five() -> Bench {
    let bench = managed();
    for number in 0..5 {
        let policy = json!({ "name": format!("p{number}"), "type": "allow" });
        assert_eq!(bench.post("/v1/policies", policy).status, 201);
    }
    bench
}

const ALWAYS: &str = "from=2020-01-01T00:00:00Z&to=2120-01-01T00:00:00Z";

#[test]
fn entries_are_linked_and_come_in_pages() {
    let bench = five();
    let page = |query: &str| bench.get(&format!("/v1/audit-events?{query}")).body;
    let first = page("limit=3");
    let numbers = |page: &Value| -> Vec<u64> {
        let events = page["events"].as_array().unwrap();
        events.iter().map(|event| event["sequence_number"].as_u64().unwrap()).collect()
    };
    assert_eq!((numbers(&first), &first["next_before_sequence"]), (vec![5, 4, 3], &json!(3)));
    assert_eq!(first["events"][0]["prev_hash"], first["events"][1]["entry_hash"]);
    let rest = page("limit=3&before_sequence=3");
    assert_eq!((numbers(&rest), &rest["next_before_sequence"]), (vec![2, 1], &json!(null)));
    assert_eq!(numbers(&page("event_type=policy.")).len(), 5);
    assert_eq!(numbers(&page("event_type=policy")).len(), 0);
    assert_eq!(numbers(&page("to=2020-01-01T00:00:00Z&from=2019-01-01T00:00:00Z")).len(), 0);
    assert_eq!(numbers(&page("project_id=prj_0123456789abcdef")).len(), 0);
    assert_eq!(numbers(&page("limit=0")).len(), 1, "clamped");
    for (query, code) in [
        ("before_sequence=x", "invalid_before_sequence"),
        ("from=yesterday", "invalid_iso_8601"),
        ("from=2020-01-02T00:00:00Z&to=2020-01-01T00:00:00Z", "from_after_to"),
        ("actor_kind=key", "invalid_actor_kind"),
        ("project_id=x", "invalid_project_id"),
    ] {
        let reply = bench.get(&format!("/v1/audit-events?{query}"));
        assert_eq!(refused(&reply), is(400, code));
    }
}

#[test]
fn an_interval_is_verified() {
    let bench = five();
    let verify = |from: &str, to: &str| {
        bench.post("/v1/audit-events/verify", json!({ "from": from, "to": to }))
    };
    let (from, to) = ("2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z");
    let whole = verify(from, to).body;
    assert_eq!((&whole["status"], &whole["events_verified"]), (&json!("verified"), &json!(5)));
    assert_eq!(whole["sequence_range"], json!({ "from": 1, "to": 5 }));
    assert_eq!(refused(&verify(from, from)), is(422, "interval_empty"));
    assert_eq!(refused(&verify(to, from)), is(400, "from_after_to"));
    let health = bench.get("/v1/audit-events/health").body;
    assert_eq!(
        (&health["actionable_status"], &health["last_sequence_number"]),
        (&json!("healthy"), &json!(5))
    );
}

#[test]
fn an_anchor_is_told_from_what_is_none() {
    let bench = five();
    let list = || bench.get("/v1/audit-events/anchors").body["anchors"].clone();
    let anchor = list()[0].clone();
    assert_eq!(
        (&anchor["head_sequence"], &anchor["target_status"]),
        (&json!(5), &json!("local_only"))
    );
    assert_eq!(list().as_array().unwrap().len(), 1, "the head has not moved");
    assert_eq!(bench.get("/v1/audit-events/anchors?status=sent").body["anchors"], json!([]));
    assert_eq!(refused(&bench.get("/v1/audit-events/anchors?status=x")), is(400, "invalid_query"));
    let verify = |name: &str, value: Value| {
        let mut document = json!({
            "version": 1, "anchor_id": anchor["id"], "org_id": "org_sandbox",
            "head_sequence": anchor["head_sequence"], "head_hash": anchor["head_hash"],
            "anchored_at": anchor["anchored_at"], "signature_alg": "HMAC-SHA256",
            "signature": anchor["signature"],
        });
        document[name] = value;
        bench.post("/v1/audit-events/anchors/verify", document)
    };
    assert_eq!(verify("version", json!(1)).body["verdict"], "verified");
    assert_eq!(verify("head_sequence", json!(4)).body["verdict"], "signature_invalid");
    assert_eq!(verify("signature", json!("00")).body["signature_valid"], false);
    let other = verify("org_id", json!("org_x"));
    assert_eq!(refused(&other), is(403, "cross_org_verify_denied"));
}

#[test]
fn an_export_says_what_it_holds_and_is_written_down() {
    let bench = five();
    let export = || bench.get(&format!("/v1/audit-events/export?{ALWAYS}"));
    let first = export();
    assert_eq!(first.headers["x-export-row-count"], "5");
    assert_eq!(first.body["manifest"]["row_count"], 5);
    let rows = &first.body["rows"];
    assert_eq!(first.body["manifest"]["final_hash"], rows[4]["entry_hash"]);
    let digest = Sha256::digest(rows.to_string());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first.body["manifest"]["rows_digest"], digest);
    assert_eq!(
        (trail(&bench)[0].as_str(), &export().body["manifest"]["row_count"]),
        ("audit.exported", &json!(6))
    );
    let agent = bench.get(&format!("/v1/audit-events/export?agent_id=nobody&{ALWAYS}")).body;
    assert_eq!(
        (&agent["rows"], &agent["manifest"]["filters"]),
        (&json!([]), &json!({ "agent_id": "nobody" }))
    );
    assert_eq!(refused(&bench.get("/v1/audit-events/export")), is(400, "invalid_query"));
}

#[test]
fn people_alone_change_what_is_watched() {
    let bench = managed();
    assert_eq!(text(&bench.get("/v1/audit-events/config").body["org_id"]), "org_sandbox");
    for reply in [
        bench.patch("/v1/audit-events/config", json!([])),
        bench.post("/v1/audit-events/incidents/i/acknowledge", json!([])),
    ] {
        assert_eq!(refused(&reply), is(403, "human_session_required"));
    }
    assert_eq!(bench.get("/v1/audit-events/incidents?status=all").body["incidents"], json!([]));
    assert_eq!(
        refused(&bench.get("/v1/audit-events/incidents?status=")),
        is(400, "invalid_status")
    );
}
