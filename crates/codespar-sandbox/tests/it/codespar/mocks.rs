//! Declared mocks: what is accepted at create, and what execute makes of them.

use codespar_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};

use crate::support::{Bench, Reply, bench, managed};

fn create(bench: &Bench, mocks: Value) -> Reply {
    bench.post("/v1/sessions", json!({ "servers": ["asaas"], "mocks": mocks }))
}

#[test]
fn refusals_at_create() {
    let bench = managed();
    let table = [
        (
            json!({ "asaas__create_payment": {} }),
            400,
            "mocks_invalid",
            "/mocks/asaas__create_payment",
        ),
        (
            json!({ "asaas/create_payment": 1 }),
            400,
            "mocks_invalid",
            "/mocks/asaas~1create_payment",
        ),
        (json!({ "asaas/a": [{}, 2] }), 400, "mocks_invalid", "/mocks/asaas~1a/1"),
        (json!([]), 400, "mocks_invalid", "/mocks"),
        (json!(null), 400, "mocks_invalid", "/mocks"),
    ];
    for (mocks, status, code, field) in table {
        let reply = create(&bench, mocks.clone());
        assert_eq!(reply.status, status, "{mocks}");
        assert_eq!(reply.body["code"], code, "{mocks}");
        assert_eq!(reply.body["field"], field, "{mocks}");
        assert!(reply.body["message"].is_string(), "{mocks}");
    }
    let huge = create(&bench, json!({ "asaas/a": { "pad": "x".repeat(70_000) }, "bad": 1 }));
    assert_eq!((huge.status, &huge.body["code"]), (413, &json!("mocks_payload_too_large")));
}

#[test]
fn live_projects_take_no_mocks() {
    let live = bench(Sandbox::builder().test_mode(false));
    let reply = create(&live, json!({}));
    assert_eq!((reply.status, reply.body), (403, json!({ "error": "mocks_not_permitted" })));

    let self_hosted = bench(Sandbox::builder().dialect(Dialect::SelfHosted).test_mode(false));
    for mocks in [json!({}), json!(null), json!({ "bad key": 1 })] {
        let reply = create(&self_hosted, mocks);
        assert_eq!((reply.status, &reply.body["code"]), (501, &json!("mocks_not_permitted")));
    }
}

#[test]
fn an_object_answers_every_time_and_a_list_once_each() {
    for dialect in [Dialect::Managed, Dialect::SelfHosted] {
        let bench = bench(Sandbox::builder().dialect(dialect));
        let session = bench.session(json!({ "servers": ["asaas"], "mocks": {
            "asaas/create_payment": { "id": "pay_1" },
            "asaas/get_payment": [{ "status": "PENDING" }, { "status": "CONFIRMED" }],
            "asaas/broken": [],
        }}));
        for _ in 0..3 {
            let result = bench.run(&session, "asaas/create_payment", json!({}));
            assert_eq!(result["data"], json!({ "id": "pay_1" }));
            assert_eq!((&result["server"], &result["duration"]), (&json!("mock"), &json!(0)));
        }
        for status in ["PENDING", "CONFIRMED"] {
            let result = bench.run(&session, "asaas/get_payment", json!({}));
            assert_eq!(result["data"]["status"], status);
        }
        let table = [
            ("asaas/get_payment", 422, "mocks_exhausted", json!(null)),
            ("asaas/other", 422, "tool_not_mocked", json!("asaas/other")),
            ("nowhere/other", 422, "tool_not_mocked", json!("nowhere/other")),
            ("asaas/broken", 503, "mocks_engine_error", json!(null)),
        ];
        for (tool, status, code, name) in table {
            let reply = bench.execute(&session, tool, json!({}));
            assert_eq!((reply.status, &reply.body["code"]), (status, &json!(code)), "{tool}");
            assert_eq!(reply.body["tool_name"], name, "{tool}");
        }
    }
}

#[test]
fn counters_can_be_read() {
    let bench = managed();
    let mocks = json!({ "asaas/a": { "x": 1 }, "asaas/b": [{}, {}] });
    let session = bench.session(json!({ "servers": ["asaas"], "mocks": mocks }));
    bench.run(&session, "asaas/a", json!({}));
    bench.run(&session, "asaas/b", json!({}));
    let reply = bench.get(&format!("{session}/mocks")).body;
    assert_eq!(reply["mocks"], mocks);
    assert_eq!(
        reply["counters"],
        json!({
            "asaas/a": { "n": 0, "cap": null },
            "asaas/b": { "n": 1, "cap": 2 },
        })
    );
    let plain = bench.plain_session();
    assert_eq!(bench.get(&format!("{plain}/mocks")).body, json!({ "mocks": null, "counters": {} }));
}

#[test]
fn meta_tools_of_the_managed_service_refuse_inside_the_result() {
    let bench = managed();
    let session = bench.session(json!({
        "servers": [], "mocks": { "codespar_charge": [{ "id": "ch_mine" }] },
    }));
    let result = bench.run(&session, "codespar_charge", json!({}));
    assert_eq!(result["data"]["id"], "ch_mine");
    let reply = bench.execute(&session, "codespar_charge", json!({}));
    assert_eq!((reply.status, &reply.body["success"]), (200, &json!(false)));
    assert_eq!(reply.body["data"]["code"], "mocks_exhausted");
}

/// As a caller writes it: members in their order, a number that no double holds.
const ODD: &str = r#"{"z":1,"big":12345678901234567890,"a":{"y":1.50,"b":[1e2,"\u00e9"]}}"#;

/// Sends a body as it is written and gives back the text of the answer.
fn send(bench: &Bench, method: &str, path: &str, body: &str) -> String {
    let reply = bench.send(method, path, Some(body.into()), Some("application/json")).unwrap();
    assert!(reply.status < 300, "{}", reply.text);
    reply.text
}

#[test]
fn what_was_sent_comes_back_as_it_was_written() {
    for dialect in [Dialect::Managed, Dialect::SelfHosted] {
        let bench = bench(Sandbox::builder().dialect(dialect));
        let spaced = ODD.replace(':', " : ").replace(',', ",\n  ");
        let mocks = format!(r#"{{"z/z":{spaced},"a/a":[{ODD},{{}}]}}"#);
        let body = format!(r#"{{"servers":["asaas"],"mocks":{mocks}}}"#);
        let created: Value =
            serde_json::from_str(&send(&bench, "POST", "/v1/sessions", &body)).unwrap();
        let session = format!("/v1/sessions/{}", created["id"].as_str().unwrap());
        let odd = format!(r#""data":{ODD},"#);
        for tool in ["z/z", "z/z", "a/a"] {
            let call = format!(r#"{{"tool":"{tool}","input":{ODD}}}"#);
            let text = send(&bench, "POST", &format!("{session}/execute"), &call);
            assert!(text.contains(&odd), "{tool}: {text}");
        }
        if dialect == Dialect::SelfHosted {
            continue;
        }
        let text = bench.get(&format!("{session}/mocks")).text;
        assert!(text.contains(&format!(r#""mocks":{{"z/z":{ODD},"a/a":[{ODD},{{}}]}}"#)), "{text}");
        let text = bench.get(&format!("{session}/tool-calls")).text;
        assert_eq!(text.matches(&format!(r#""input":{ODD},"#)).count(), 3, "{text}");
        assert_eq!(text.matches(&format!(r#""output":{ODD},"#)).count(), 3, "{text}");

        let params = r#"{"z":1,"a":2}"#;
        let call = format!(
            r#"{{"server":"asaas","endpoint":"/x","method":"POST","body":{ODD},"params":{params}}}"#
        );
        let text = send(&bench, "POST", &format!("{session}/proxy_execute"), &call);
        assert!(text.contains(&format!(r#""body":{ODD}"#)), "{text}");
        assert!(text.contains(r#""params":{"z":1,"a":2}"#), "{text}");
        let record =
            format!(r#"{{"server_id":"s","tool_name":"t","input":{ODD},"output":[{ODD}]}}"#);
        let text = send(&bench, "POST", &format!("{session}/tool-calls"), &record);
        assert!(text.contains(&format!(r#""input":{ODD}"#)), "{text}");
        assert!(text.contains(&format!(r#""output":[{ODD}]"#)), "{text}");
    }
}

#[test]
fn a_mocked_answer_comes_back_in_the_chat_as_it_was_written() {
    let bench = managed();
    let body = format!(r#"{{"servers":["asaas"],"mocks":{{"asaas/create_payment":{ODD}}}}}"#);
    let created: Value =
        serde_json::from_str(&send(&bench, "POST", "/v1/sessions", &body)).unwrap();
    let path = format!("/v1/sessions/{}/send", created["id"].as_str().unwrap());
    let said = r#"{"message":"asaas/create_payment"}"#;
    let text = send(&bench, "POST", &path, said);
    assert!(text.contains(&format!(r#""output":{ODD}"#)), "{text}");
}

#[test]
fn a_mocked_refusal_is_handed_out_like_any_mock() {
    for dialect in [Dialect::Managed, Dialect::SelfHosted] {
        let bench = bench(Sandbox::builder().dialect(dialect));
        let refusals = [
            json!({ "code": "policy_denied", "message": "above limit", "rule_id": "r1" }),
            json!({ "code": "approval_required", "message": "ask", "approval_id": "apv_1" }),
        ];
        let mocks = json!({ "asaas/create_payment": refusals });
        let session = bench.session(json!({ "servers": ["asaas"], "mocks": mocks }));
        for refusal in refusals {
            let reply = bench.execute(&session, "asaas/create_payment", json!({}));
            let told = |name: &str| reply.body[name].clone();
            assert_eq!((reply.status, told("success")), (200, json!(true)));
            assert_eq!((told("data"), told("error")), (refusal, json!(null)));
            assert_eq!((told("server"), told("duration")), (json!("mock"), json!(0)));
        }
    }
}
