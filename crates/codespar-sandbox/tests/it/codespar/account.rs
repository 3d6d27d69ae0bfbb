//! Account, projects, agents, and the routes whose fields are not public.

use serde_json::{Value, json};

use crate::support::managed;

#[test]
fn whose_key_it_is() {
    let bench = managed();
    let body = bench.get("/v1/whoami").body;
    assert_eq!(body["key"]["environment"], "test");
    let organization = body["organization"]["id"].as_str().unwrap();
    assert_eq!(bench.get(&format!("/v1/organizations/{organization}")).status, 200);
    assert_eq!(bench.get("/v1/organizations/org_other").status, 404);
    let key = bench.post("/v1/api-keys", json!({ "name": "ci" })).body;
    assert_eq!(key["full_key"].as_str().unwrap().len(), 41);
    let listed = bench.get("/v1/api-keys").body["keys"][0].clone();
    assert_eq!((&listed["id"], listed.get("full_key")), (&key["id"], None));
    assert_eq!(bench.get("/v1/health").body["status"], "healthy");
}

#[test]
fn projects_come_and_go() {
    let bench = managed();
    let created = bench.post("/v1/projects", json!({ "name": "Shop", "slug": "shop" }));
    assert_eq!((created.status, &created.body["environment"]), (201, &json!("test")));
    let id = created.body["id"].as_str().unwrap();
    assert_eq!((id.len(), created.body["is_default"].as_bool()), (20, Some(false)));
    let path = format!("/v1/projects/{id}");
    assert_eq!(bench.patch(&path, json!({ "is_default": true })).body["is_default"], true);
    let refused = bench.delete(&path);
    assert_eq!(refused.body["error"]["code"], "cannot_delete_default");
    let rows = bench.get("/v1/projects").body["projects"].clone();
    let default: Vec<&Value> =
        rows.as_array().unwrap().iter().filter(|row| row["is_default"] == true).collect();
    assert_eq!((rows.as_array().unwrap().len(), default.len()), (2, 1));
    let other = rows.as_array().unwrap().iter().find(|row| row["id"] != id).unwrap();
    let other = format!("/v1/projects/{}", other["id"].as_str().unwrap());
    assert_eq!(bench.delete(&other).status, 204);
    let rows = bench.get("/v1/projects").body["projects"].clone();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["id"]), (1, &json!(id)));
    let settings = format!("{path}/settings");
    bench.patch(&settings, json!({ "settings": { "a": 1, "c": 3 } }));
    let rows = bench.patch(&settings, json!({ "settings": { "b": "x", "c": null } })).body;
    let rows = rows["settings"].as_array().unwrap();
    let told: Vec<_> = rows.iter().map(|row| (&row["key"], &row["type"], &row["value"])).collect();
    let expected =
        [(json!("a"), json!("number"), json!(1)), (json!("b"), json!("string"), json!("x"))];
    assert_eq!(told, expected.each_ref().map(|(key, kind, value)| (key, kind, value)));
    assert_eq!(bench.patch(&settings, json!({ "settings": {} })).status, 400);
}

#[test]
fn refused_projects() {
    let bench = managed();
    bench.post("/v1/projects", json!({ "name": "Shop", "slug": "shop" }));
    let table = [
        (json!({ "slug": "x" }), "name_required"),
        (json!({ "name": "x", "slug": "Not Ok" }), "slug_invalid"),
        (json!({ "name": "x", "slug": "default" }), "slug_reserved"),
        (json!({ "name": "x", "slug": "shop" }), "slug_conflict"),
    ];
    for (body, code) in table {
        let reply = bench.post("/v1/projects", body.clone());
        assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!(code)), "{body}");
    }
    let path = "/v1/projects/prj_sandbox000000000";
    assert_eq!(bench.patch(path, json!({})).body["error"]["code"], "empty_patch");
}

#[test]
fn agents_are_registered_and_publish_a_key() {
    let bench = managed();
    let input = json!({ "agent_id": "buyer-bot", "principal_ref": "u1" });
    let agent = bench.post("/v1/agents", input.clone());
    assert_eq!(agent.status, 201);
    let again = bench.post("/v1/agents", input);
    assert_eq!(again.body["error"]["code"], "agent_already_registered");
    let did = agent.body["agent_did"].as_str().unwrap();
    let document = bench.get(&format!("/v1/agents/{did}/did.json")).body;
    assert_eq!(document["id"], did);
    assert_eq!(document["verificationMethod"][0]["id"], agent.body["kid"]);
    let session = json!({ "servers": [], "agent_id": "buyer-bot" });
    assert_eq!(bench.post("/v1/sessions", session.clone()).status, 201);
    assert_eq!(
        bench.post(&format!("/v1/agents/{did}/revoke"), json!({})).body["status"],
        "revoked"
    );
    assert_eq!(bench.post("/v1/sessions", session).body["error"], "agent_not_active");
}

#[test]
fn routes_it_does_not_play_say_so() {
    let bench = managed();
    let known = bench.get("/v1/payment-links");
    assert_eq!((known.status, &known.body["error"]["code"]), (501, &json!("not_in_sandbox")));
    for path in ["/v1/account/ledger", "/v1/triggers/events", "/v1/meters", "/v1/collect/links"] {
        let known = bench.get(path);
        assert_eq!((known.status, &known.body["error"]["code"]), (501, &json!("not_in_sandbox")));
    }
    // The old name of webhook endpoints is one of theirs in all other places.
    assert_eq!(bench.get("/v1/triggers/trg_none").status, 404);
    assert_eq!(bench.get("/v1/triggers").status, 200);
    let unknown = bench.get("/v1/nothing");
    assert_eq!((unknown.status, &unknown.body["statusCode"]), (404, &json!(404)));
    assert!(bench.sandbox.routes().contains(&("POST", "/v1/sessions")));
}

#[test]
fn public_routes_it_does_not_play_need_no_key() {
    let bench = managed().without("authorization");
    let public = [
        ("GET", "/.well-known/oauth-authorization-server"),
        ("POST", "/oauth/token"),
        ("GET", "/v1/collect/cl_0123456789abcdefghijkl"),
        ("POST", "/v1/collect/cl_0123456789abcdefghijkl/attempts"),
    ];
    for (method, path) in public {
        let answer = bench.call(method, path, None);
        assert_eq!((answer.status, &answer.body["error"]["code"]), (501, &json!("not_in_sandbox")));
    }
    for path in ["/v1/collect/links", "/v1/collect/receivers", "/v1/triggers/events"] {
        assert_eq!(bench.get(path).status, 401, "{path}");
    }
}
