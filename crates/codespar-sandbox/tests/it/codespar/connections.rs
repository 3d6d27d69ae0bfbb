//! The catalog, connections and tool searches.

use codespar_sandbox::Sandbox;
use serde_json::json;

use crate::support::{self, Bench, managed};

#[test]
fn a_session_shows_its_servers_and_every_meta_tool() {
    let bench = managed();
    let session = bench.plain_session();
    let body = bench.get(&format!("{session}/connections")).body;
    assert_eq!(
        body["servers"],
        json!([{
            "id": "asaas", "name": "Asaas", "category": "payments", "country": "BR",
            "auth_type": "api_key", "connected": false,
        }])
    );
    let tools = body["tools"].as_array().unwrap();
    let charge = tools.iter().find(|tool| tool["name"] == "codespar_charge").unwrap();
    assert_eq!(charge["server"], "codespar");
    assert!(charge["input_schema"]["required"].as_array().unwrap().contains(&json!("amount")));

    let public = bench.get("/v1/meta-tools.json").body;
    assert_eq!(public["tools"].as_array().unwrap().len(), tools.len());
    let connected = support::bench(Sandbox::builder().connected(true).server("extra"));
    let session = connected.session(json!({ "servers": ["extra"] }));
    let row = connected.get(&format!("{session}/connections")).body["servers"][0].clone();
    assert_eq!((&row["category"], &row["connected"]), (&json!("unknown"), &json!(true)));
}

#[test]
fn tools_are_listed_found_and_searched() {
    let bench = managed();
    let session = bench.plain_session();
    let listed = bench.get(&format!("{session}/tools?q=charge&server=codespar")).body;
    assert_eq!(listed["total"], listed["data"].as_array().unwrap().len());
    let names = listed["data"].as_array().unwrap().iter().map(|tool| &tool["name"]);
    assert!(names.into_iter().any(|name| name == "codespar_charge"), "{listed}");
    let found = bench.post(&format!("{session}/find-tools"), json!({ "intent": "ask for money" }));
    assert_eq!(found.body["data"][0]["name"], "codespar_charge");
    assert!(found.body["data"][0]["relevance"].as_f64().unwrap() <= 1.0);
    let hits = bench.post("/v1/tools/search", json!({ "intent": "send money", "limit": 1 })).body;
    assert_eq!(hits["hits"].as_array().unwrap().len(), 1);
    assert_eq!(bench.post("/v1/tools/search", json!({ "intent": "x", "limit": 9 })).status, 400);
    let intent = json!({ "operation": "charge", "currency": "BRL", "country": "BR" });
    let plan = bench.post("/v1/meta-tools/discover", json!({ "intent": intent })).body;
    assert_eq!(plan["recommended"]["tool"], "codespar_charge");
}

#[test]
fn providers() {
    let bench = managed();
    let all = bench.get("/v1/providers").body;
    let fiscal = bench.get("/v1/servers?category=fiscal&country=BR").body;
    assert!(all["filtered"] == all["total"] && fiscal["total"] == all["total"]);
    assert_eq!(fiscal["servers"][0]["id"], "nuvem-fiscal");
    assert_eq!(bench.get("/v1/providers?q=asa").body["filtered"], 1);
    assert_eq!(bench.get("/v1/providers/zoop").body["name"], "Zoop");
    assert_eq!(bench.get("/v1/providers/nope").body, json!({ "error": "server_unknown" }));
    let schema = bench.get("/v1/providers/z-api/auth-schema").body;
    assert_eq!(schema["fields"][0]["name"], "instance_id");
    assert_eq!(schema["fields"][0]["kind"], "path_secret");
}

#[test]
fn a_connection_from_start_to_end() {
    let bench = managed();
    let verify = "/v1/providers/asaas/verify-connection";
    let before = bench.post(verify, json!({}));
    assert_eq!((before.status, &before.body["ok"]), (424, &json!(false)));

    let input = json!({ "server_id": "asaas", "secret": "s3cret", "user_id": "u1" });
    let created = bench.post("/v1/connections", input.clone());
    assert_eq!((created.status, &created.body["status"]), (201, &json!("connected")));
    assert_eq!(bench.post("/v1/connections", input).status, 200);
    assert_eq!(bench.post(verify, json!({})).body["ok"], true);
    let session = bench.plain_session();
    let status = json!({ "server_id": "asaas" });
    let wizard = bench.run(&session, "codespar_manage_connections", status);
    assert_eq!(wizard["data"]["status"]["status"], "connected");

    let path = format!("/v1/connections/{}", created.body["id"].as_str().unwrap());
    let metadata = format!("{path}/metadata");
    bench.patch(&metadata, json!({ "connection_metadata": { "a": 1 } }));
    let merged = bench.patch(&metadata, json!({ "connection_metadata": { "b": 2 } })).body;
    assert_eq!(merged["connection_metadata"], json!({ "a": 1, "b": 2 }));
    let secret = bench.put(&format!("{path}/webhook-secret"), json!({ "secret": "x" })).body;
    assert_eq!(secret["updated"], true);
    assert_eq!(bench.get("/v1/connections?user_id=u1").body["connections"][0], merged);
    assert_eq!(bench.get("/v1/connections?user_id=u2").body["connections"], json!([]));

    let active = bench.delete(&path);
    assert_eq!((active.status, &active.body["error"]), (409, &json!("cannot_delete_active")));
    assert_eq!(bench.post(&format!("{path}/revoke"), json!({})).body["status"], "revoked");
    assert_eq!(bench.post(&format!("{path}/revoke"), json!({})).body["already"], true);
    assert_eq!(bench.delete(&path).status, 204);
    assert_eq!(bench.get(&path).body["error"]["code"], "not_found");
}

#[test]
fn refused_connections() {
    let bench = managed();
    let table = [
        (json!({ "server_id": "nope", "secret": "x" }), 404, "server_unknown"),
        (json!({ "server_id": "celcoin", "secret": "x" }), 400, "not_api_key_server"),
        (json!({ "server_id": "asaas" }), 400, "invalid_secret_shape"),
        (json!({ "server_id": "z-api", "secret": { "x": "y" } }), 400, "path_secret_keys_mismatch"),
    ];
    for (body, status, code) in table {
        let reply = bench.post("/v1/connections", body.clone());
        assert_eq!((reply.status, &reply.body["error"]["code"]), (status, &json!(code)), "{body}");
    }
}

#[test]
fn links_to_connect() {
    let bench = managed();
    for path in ["/v1/connections/start", "/v1/connect/start"] {
        let mut body = json!({
            "server_id": "stripe-acp", "user_id": "u", "scopes": null,
            "redirect_uri": "https://app.example.test/connected?x=1",
        });
        let reply = bench.post(path, body.clone());
        assert_eq!(reply.status, 200, "{}", reply.text);
        let token = reply.body["link_token"].as_str().unwrap();
        assert!(reply.body["authorize_url"].as_str().unwrap().ends_with(token));
        body["redirect_uri"] = json!("http://app.example.test");
        assert_eq!(bench.post(path, body.clone()).status, 400);
        body["server_id"] = json!("asaas");
        body["redirect_uri"] = json!("https://app.example.test");
        let refused = bench.post(path, body);
        assert_eq!(refused.body["error"], "server_oauth_not_configured");
    }
}

#[test]
fn the_wizard_lists_and_instructs() {
    let bench = support::bench(Sandbox::builder());
    let session = bench.session(json!({ "servers": ["zoop", "conekta"] }));
    let tool = "codespar_manage_connections";
    let list = bench.run(&session, tool, json!({}))["data"].clone();
    assert_eq!(list["connections"].as_array().unwrap().len(), 2);
    let mexican = bench.run(&session, tool, json!({ "action": "list", "country": "MX" }));
    assert_eq!(mexican["data"]["connections"][0]["server_id"], "conekta");
    let initiate = json!({ "action": "initiate", "server_id": "z-api" });
    let steps = bench.run(&session, tool, initiate)["data"]["initiate"].clone();
    assert_eq!(steps["required_secrets"][0]["name"], "instance_id");
}

#[test]
fn servers_can_be_added_to_the_catalog() {
    let create = |bench: &Bench| {
        let body = json!({
            "servers": ["nfe-io", "correios"], "mocks": { "nfe-io/issue": { "id": "nf_1" } },
        });
        bench.post("/v1/sessions", body)
    };
    let strict = managed();
    let refused = create(&strict);
    assert_eq!((refused.status, &refused.body["unknown"]), (400, &json!(["nfe-io", "correios"])));

    let bench = support::bench(Sandbox::builder().server("nfe-io").server("correios"));
    let created = create(&bench);
    let session = format!("/v1/sessions/{}", created.body["id"].as_str().unwrap());
    assert_eq!(bench.run(&session, "nfe-io/issue", json!({}))["data"]["id"], "nf_1");
    assert_eq!(bench.get("/v1/providers/correios").body["id"], "correios");
    let listed = bench.get("/v1/providers?q=nfe-io").body;
    assert_eq!((&listed["total"], &listed["servers"][0]["id"]), (&json!(19), &json!("nfe-io")));
    let schema = bench.get("/v1/providers/nfe-io/auth-schema").body;
    assert_eq!(schema["fields"][0]["name"], "api_key");
    let made = bench.post("/v1/connections", json!({ "server_id": "nfe-io", "secret": "s" }));
    assert_eq!(made.status, 201, "{}", made.text);
    let wizard = json!({ "action": "status", "server_id": "nfe-io" });
    let status = bench.run(&session, "codespar_manage_connections", wizard)["data"].clone();
    assert_eq!(status["status"]["status"], "connected");
}
