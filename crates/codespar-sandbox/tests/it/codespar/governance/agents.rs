//! Agents: suspended, resumed, revoked, and their keys.

use serde_json::json;

use super::{is, refused, spend, text};
use crate::support::{consent::mandate, managed};

#[test]
fn an_agent_is_stopped_and_only_a_person_lets_it_go_on() {
    let bench = managed();
    let mandate = mandate(&bench);
    let body =
        json!({ "agent_id": "ag1", "principal_ref": "user:1", "runtime": { "kind": "sdk" } });
    let did = text(&bench.post("/v1/agents", body).body["agent_did"]);
    let listed = |query: &str| bench.get(&format!("/v1/agents{query}")).body["agents"].clone();
    assert_eq!(listed("")[0]["projects"][0]["environment"], "test");
    assert_eq!(listed("?project_id=prj_sandbox000000000")[0]["did"], did.as_str());
    assert_eq!(listed("?project_id=prj_0123456789abcdef"), json!([]));
    assert_eq!(spend(&bench, &mandate, "att-1", 10).status, 200);

    let suspend = |body| bench.post(&format!("/v1/agents/{did}/suspend"), body);
    assert_eq!(refused(&suspend(json!({ "why": "?" }))), is(400, "invalid_body"));
    let first = suspend(json!({ "reason": "drill" })).body;
    assert_eq!((&first["changed"], &first["agent"]["status"]), (&json!(true), &json!("suspended")));
    assert_eq!(suspend(json!({})).body["changed"], false);
    assert_eq!(refused(&spend(&bench, &mandate, "att-2", 10)), is(403, "agent_suspended"));
    // What was paid is still answered.
    assert_eq!(spend(&bench, &mandate, "att-1", 10).body["idempotent_replay"], true);
    assert_eq!(listed("?status=suspended")[0]["did"], did.as_str());
    assert!(bench.sandbox.resume(&did) && !bench.sandbox.resume(&did));
    assert_eq!(spend(&bench, &mandate, "att-2", 10).status, 200);

    let revoke = || bench.post(&format!("/v1/agents/{did}/revoke"), json!({}));
    assert_eq!(revoke().body["revoked_kids"], json!([format!("{did}#sandbox-1")]));
    assert_eq!(refused(&revoke()), is(409, "agent_already_revoked"));
    assert_eq!(refused(&spend(&bench, &mandate, "att-3", 10)), is(403, "agent_inactive"));
    let late = suspend(json!({}));
    assert_eq!(refused(&late), is(409, "agent_not_suspendable"));
    assert_eq!(late.body["error"]["details"]["status"], "revoked");
    assert!(!bench.sandbox.resume(&did));
    let nobody = bench.post("/v1/agents/did:web:x/suspend", json!({}));
    assert_eq!(refused(&nobody), is(404, "agent_not_found"));
    assert_eq!(refused(&bench.get("/v1/agents?status=x")), is(400, "invalid_query"));
    for wrong in
        [json!({ "agent_id": "b", "principal_ref": "cpf 12345678909" }), json!({ "agent_id": "b" })]
    {
        assert_eq!(refused(&bench.post("/v1/agents", wrong)), is(400, "missing_required_field"));
    }
}

#[test]
fn keys_follow_one_another_and_are_never_used_again() {
    let bench = managed();
    let body = json!({ "agent_id": "ag1", "principal_ref": "user:1" });
    let made = bench.post("/v1/agents", body).body;
    let (did, first) = (text(&made["agent_did"]), text(&made["kid"]));
    let shown = || {
        let document = bench.get(&format!("/v1/agents/{did}/did.json")).body;
        let methods = document["verificationMethod"].as_array().unwrap().clone();
        methods.iter().map(|method| text(&method["id"])).collect::<Vec<_>>()
    };
    let rotate = || bench.post("/v1/agents/ag1/keys/rotate", json!({}));
    let second = rotate();
    assert_eq!((second.status, &second.body["retired_kid"]), (201, &json!(first)));
    assert_ne!(second.body["pubkey"], made["pubkey"]);
    let second = text(&second.body["kid"]);
    assert_eq!(shown(), [first.clone(), second.clone()]);
    let revoke = |kid: &str| {
        bench.post(&format!("/v1/agents/ag1/keys/{}/revoke", kid.replace('#', "%23")), json!({}))
    };
    assert_eq!(revoke(&first).body["status"], "revoked");
    assert_eq!(refused(&revoke(&first)), is(409, "key_already_revoked"));
    assert_eq!(refused(&revoke("k#9")), is(404, "agent_key_not_found"));
    assert_eq!(shown(), [&*second]);
    assert_eq!(revoke(&second).status, 200);
    assert_eq!(refused(&rotate()), is(409, "no_active_key"));
    assert_eq!(shown(), Vec::<String>::new());
    let nobody = bench.post("/v1/agents/nobody/keys/rotate", json!({}));
    assert_eq!(refused(&nobody), is(404, "agent_not_found"));
}
