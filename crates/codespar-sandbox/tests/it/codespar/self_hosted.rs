//! The dialect of the self-hosted runtime.

use codespar_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};

use crate::support::{self, Bench, bench};

fn self_hosted() -> Bench {
    bench(Sandbox::builder().dialect(Dialect::SelfHosted))
}

#[test]
fn create_answers_with_two_members() {
    let bench = self_hosted();
    let reply = bench.post("/v1/sessions", json!({ "servers": ["echo"], "user_id": "u" }));
    assert_eq!(reply.status, 201);
    let id = reply.body["id"].as_str().unwrap();
    assert_eq!(reply.body, json!({ "id": id, "status": "active" }));
    assert_eq!((id.len(), id.as_bytes()[14]), (36, b'4'));
    assert_eq!(reply.headers["x-api-version"], "v1");
    // Without the version in the path it is the same route.
    assert_eq!(bench.post("/sessions", json!({})).status, 201);
}

#[test]
fn delete_refuses_a_content_type_without_a_body() {
    let bench = self_hosted();
    let session = bench.session(json!({}));
    let refused = bench.send("DELETE", &session, None, Some("application/json")).unwrap();
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["code"], "FST_ERR_CTP_EMPTY_JSON_BODY");
    assert_eq!(refused.body["statusCode"], 400);

    let closed = bench.delete(&session);
    assert_eq!((closed.status, closed.text.as_str()), (204, ""));
    assert_eq!(bench.delete(&session).status, 204);
    let missing = bench.delete("/v1/sessions/nope");
    assert_eq!((missing.status, missing.body), (404, json!({ "error": "Session not found" })));
}

#[test]
fn closed_sessions_are_not_found() {
    let bench = self_hosted();
    let session = bench.session(json!({ "servers": ["echo"] }));
    let id = session.rsplit('/').next().unwrap();
    let row = |connected: bool| {
        let id = format!("{id}-conn-0-echo");
        json!({ "servers": [{ "id": id, "connected": connected }] })
    };
    assert_eq!(bench.get(&format!("{session}/connections")).body, row(true));
    bench.delete(&session);
    assert_eq!(bench.get(&format!("{session}/connections")).body, row(false));
    let reply = bench.execute(&session, "codespar_list_tools", json!({}));
    assert_eq!(reply.status, 404);
    assert_eq!(reply.body, json!({ "error": "Session not found or closed" }));
}

#[test]
fn other_routes_are_the_frameworks_404() {
    let bench = self_hosted();
    for path in ["/v1/sessions", "/v1/tool-calls/tc_1/payment-status", "/v1/whoami", "/nope"] {
        let reply = bench.get(path);
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.body["message"], format!("Route GET:{path} not found"));
        assert_eq!(reply.body["error"], "Not Found");
        assert!(reply.body.get("code").is_none());
    }
}

#[test]
fn execute_needs_a_tool_and_knows_one() {
    let bench = self_hosted();
    let session = bench.session(json!({}));
    let reply = bench.post(&format!("{session}/execute"), json!({ "params": {} }));
    assert_eq!((reply.status, reply.body), (400, json!({ "error": "tool field is required" })));
    let tools = bench.run(&session, "codespar_list_tools", json!({}));
    assert_eq!(tools["data"]["tools"][0]["id"], "codespar_list_tools");
    let id = session.rsplit('/').next().unwrap();
    let unknown = bench.execute(&session, "nope", json!({})).body;
    assert_eq!((&unknown["data"], &unknown["server"]), (&json!({}), &json!("oss-runtime")));
    let call = unknown["tool_call_id"].as_str().unwrap();
    assert_eq!((call.starts_with(id), call.len()), (true, id.len() + 9));
}

#[test]
fn bearers() {
    let bench = self_hosted().with("authorization", "Bearer local");
    assert_eq!(bench.post("/v1/sessions", json!({})).status, 201);
    let bench = bench.without("authorization");
    let reply = bench.post("/v1/sessions", json!({}));
    assert_eq!(reply.status, 401);
    assert_eq!(reply.body, json!({ "error": "Missing or invalid Bearer token" }));
    assert_eq!(bench.get("/health").body["status"], "ok");

    let guarded =
        support::bench(Sandbox::builder().dialect(Dialect::SelfHosted).engine_token("secret"));
    assert_eq!(guarded.post("/v1/sessions", json!({})).status, 201);
    let guarded = guarded.with("authorization", "Bearer other");
    let reply = guarded.post("/v1/sessions", json!({}));
    assert_eq!((reply.status, reply.body), (401, json!({ "error": "Unauthorized" })));
}

#[test]
fn projects_and_server_specs_are_taken_as_they_come() {
    let bench = self_hosted().with("x-codespar-project", "not a project");
    let session = bench.session(json!({
        "servers": ["a"],
        "server_specs": { "b": { "command": ["true"], "transport": "stdio" } },
    }));
    let rows = bench.get(&format!("{session}/connections")).body;
    assert_eq!(rows["servers"].as_array().unwrap().len(), 2);
    let bad = bench.post("/v1/sessions", json!({ "server_specs": [] }));
    assert_eq!(bad.status, 400);
}

#[test]
fn bodies_that_are_not_json_are_the_frameworks_415() {
    let bench = self_hosted();
    let body = Some(b"<x/>".to_vec());
    let reply = bench.send("POST", "/v1/sessions", body, Some("application/xml")).unwrap();
    let code = "FST_ERR_CTP_INVALID_MEDIA_TYPE";
    assert_eq!((reply.status, &reply.body["code"]), (415, &json!(code)));
}

#[test]
fn bodies_over_a_mebibyte_are_the_frameworks_413() {
    let bench = self_hosted();
    let pad = "x".repeat(1024 * 1024);
    let reply = bench.post("/v1/sessions", json!({ "mocks": { "a/b": { "pad": pad } } }));
    assert_eq!((reply.status, &reply.body["code"]), (413, &json!("FST_ERR_CTP_BODY_TOO_LARGE")));
}

#[test]
fn described_servers_are_checked() {
    let bench = bench(Sandbox::builder().dialect(Dialect::SelfHosted));
    let good =
        json!({ "command": ["npx", "mcp-asaas"], "transport": "stdio", "env": { "A": "1" } });
    let create = |specs: Value| bench.post("/sessions", json!({ "server_specs": specs }));
    let made = create(json!({ "asaas": good, "zoop": { "command": ["x"], "transport": "stdio" } }));
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/sessions/{}/connections", made.body["id"].as_str().unwrap());
    assert_eq!(bench.get(&path).body["servers"].as_array().unwrap().len(), 2);
    let change = |name: &str, value: Value| {
        let mut spec = good.clone();
        spec[name] = value;
        json!({ "asaas": spec })
    };
    for specs in [
        json!([]),
        json!("x"),
        json!(null),
        json!({ "asaas": "npx" }),
        json!({ "asaas": {} }),
        json!({ "ok": good, "asaas": { "command": ["x"] } }),
        change("transport", json!("http")),
        change("transport", json!("STDIO")),
        change("transport", json!(null)),
        change("command", json!([])),
        change("command", json!("npx")),
        change("command", json!([1])),
        change("env", json!([])),
        change("env", json!({ "A": 1 })),
    ] {
        let reply = create(specs.clone());
        assert_eq!(reply.status, 400, "{specs}");
        let message = reply.body["error"].as_str().unwrap();
        assert!(message.starts_with("server_specs"), "{message}");
    }
}
