//! The life of a session.

use codespar_sandbox::Sandbox;
use serde_json::json;

use crate::support::{bench, managed};

#[test]
fn a_session_is_created_read_listed_and_closed() {
    let bench = managed();
    let created = bench.post(
        "/v1/sessions",
        json!({ "servers": ["zoop", "nuvem-fiscal"], "user_id": "user_123" }),
    );
    assert_eq!(created.status, 201);
    assert_eq!(created.body["servers"], json!(["zoop", "nuvem-fiscal"]));
    assert_eq!(created.body["status"], "active");
    assert_eq!(created.body["closed_at"], json!(null));
    let id = created.body["id"].as_str().unwrap();
    assert!(id.starts_with("ses_"));

    let path = format!("/v1/sessions/{id}");
    assert_eq!(bench.get(&path).body["tool_calls_count"], 0);
    bench.charge(&path);
    assert_eq!(bench.get(&path).body["tool_calls_count"], 1);

    let closed = bench.delete(&path);
    assert_eq!((closed.status, &closed.body["status"]), (200, &json!("closed")));
    // A second close answers the same.
    assert_eq!(bench.delete(&path).body["closed_at"], closed.body["closed_at"]);
    let refused = bench.execute(&path, "codespar_list_tools", json!({}));
    assert_eq!(refused.status, 409);
    assert_eq!(refused.body, json!({ "error": "session_not_active", "status": "closed" }));
}

#[test]
fn lists_come_in_pages_newest_first() {
    let bench = managed();
    for user in ["a", "b", "c"] {
        bench.session(json!({ "servers": [], "user_id": user }));
    }
    let first = bench.get("/v1/sessions?limit=2");
    let users = |body: &serde_json::Value| -> Vec<String> {
        let rows = body["sessions"].as_array().unwrap();
        rows.iter().map(|row| row["user_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(users(&first.body), ["c", "b"]);
    let cursor = first.body["next_before"].as_str().unwrap();
    let second = bench.get(&format!("/v1/sessions?limit=2&before={cursor}"));
    assert_eq!(users(&second.body), ["a"]);
    assert_eq!(second.body["next_before"], json!(null));
    assert_eq!(users(&bench.get("/v1/sessions?user_id=b").body), ["b"]);
    assert_eq!(bench.get("/v1/sessions?limit=0").status, 400);
}

#[test]
fn bad_creates_say_what_is_wrong() {
    let bench = managed();
    let table = [
        (json!({}), 400, json!("invalid_body")),
        (json!({ "servers": "zoop" }), 400, json!("invalid_body")),
        (json!({ "servers": [1] }), 400, json!("invalid_body")),
        (json!({ "servers": vec!["zoop"; 21] }), 400, json!("invalid_body")),
        (json!({ "servers": [], "user_id": "" }), 400, json!("invalid_body")),
        (json!({ "servers": [], "agent_id": "nobody" }), 422, json!("agent_not_registered")),
        (json!({ "servers": ["nope"] }), 400, json!("unknown_servers")),
        (json!([]), 400, json!("invalid_body")),
    ];
    for (body, status, code) in table {
        let reply = bench.post("/v1/sessions", body.clone());
        assert_eq!((reply.status, &reply.body["error"]), (status, &code), "{body}");
    }
    let unknown = bench.post("/v1/sessions", json!({ "servers": ["zoop", "nope"] }));
    assert_eq!(unknown.body["unknown"], json!(["nope"]));
    let broken = bench.send("POST", "/v1/sessions", Some(b"{".to_vec()), Some("application/json"));
    assert_eq!(broken.unwrap().status, 400);
}

#[test]
fn the_key_and_the_project_are_checked() {
    let bench = managed();
    let path = bench.plain_session();

    let bench = bench.with("x-codespar-project", "prj_0123456789abcdef");
    let other = bench.get(&path);
    assert_eq!((other.status, other.body), (404, json!({ "error": "not_found" })));
    let bench = bench.with("x-codespar-project", "prj_short");
    assert_eq!(bench.get(&path).status, 400);

    let bench = bench.without("x-codespar-project").without("authorization");
    let anonymous = bench.get(&path);
    assert_eq!((anonymous.status, &anonymous.body["error"]), (401, &json!("unauthorized")));
    assert!(anonymous.headers.contains_key("www-authenticate"));
    for wrong in ["Bearer ", "Bearer local", "Bearer csk_test_other", "Basic abc"] {
        let bench = bench.sandbox.base_url();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build();
        let agent: ureq::Agent = agent.into();
        let reply = agent.get(format!("{bench}{path}")).header("authorization", wrong).call();
        assert_eq!(reply.unwrap().status().as_u16(), 401, "{wrong}");
    }
}

#[test]
fn the_request_id_comes_back_in_nested_errors() {
    let bench = managed().with("x-request-id", "req_mine");
    let reply = bench.get("/v1/charges/nope");
    assert_eq!(reply.body["request_id"], "req_mine");
    assert_eq!(reply.body["error"]["code"], "charge_not_found");
    assert_eq!(reply.headers["x-request-id"], "req_mine");
}

#[test]
fn it_stops_when_dropped_and_counts_connections() {
    let bench = bench(Sandbox::builder());
    bench.get("/v1/whoami");
    bench.get("/v1/whoami");
    assert_eq!(bench.sandbox.connections(), 1);
    assert_eq!(bench.sandbox.requests().len(), 2);
    let address = bench.sandbox.address();
    assert!(address.ip().is_loopback());
    drop(bench);
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn neither_the_log_nor_the_handle_shows_the_key() {
    let bench = managed();
    bench.get("/v1/whoami");
    let shown = format!("{:?} {:?}", bench.sandbox, bench.sandbox.requests());
    assert!(!shown.contains(bench.sandbox.api_key()), "{shown}");
    assert!(shown.contains("authorization"), "{shown}");
}
