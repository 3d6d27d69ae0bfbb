//! Calls to the endpoints of a provider.

use codespar_proto::{
    Json, Sensitive,
    session::{ProxyCall, ProxyMethod},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told};

#[test]
fn a_providers_endpoint() {
    let answer = Recorded::json(
        200,
        json!({"status": 404, "data": "not found",
        "headers": {"x-codespar-mock": "true"}, "duration": 180.5, "proxy_call_id": "px_1"}),
    );
    let args = ProxyCall::get("asaas", "/v3/payments").params(json!({"limit": 3}));
    assert_snapshot!(told(answer, |client| session(client).proxy_execute(&args)), @r#"
    POST /v1/sessions/ses_1/proxy_execute
    {"server":"asaas","endpoint":"/v3/payments","method":"GET","params":{"limit":3}}
    Proxied {
        status: Some(404),
        data: Some(Json(string, 11 bytes)),
        headers: {
            "x-codespar-mock": Json(string, 6 bytes),
        },
        duration: Some(180.5),
        proxy_call_id: Some("px_1"),
    }
    "#);
}

#[test]
fn what_is_not_set_is_not_sent_to_a_provider_but_null_is_kept() {
    let answer = Recorded::json(200, json!({"status": 201}));
    let mut args =
        ProxyCall::new("asaas", "/v3/payments/1", ProxyMethod::Patch).body(json!({"a": null}));
    args.headers = Some([("X-Trace".to_owned(), Sensitive::from("t-secret"))].into());
    assert!(!format!("{args:?}").contains("t-secret"));
    assert_snapshot!(told(answer, |client| session(client).proxy_execute(&args)));
}

#[test]
fn the_providers_status_tells_success() {
    let of = |body: serde_json::Value| {
        let replay = Replay::new().answer(Recorded::json(200, body));
        let args = ProxyCall::post("asaas", "/x", Json::null());
        session(&client(&replay)).proxy_execute(&args).send().unwrap()
    };
    assert!(of(json!({"status": 204})).is_success());
    assert!(!of(json!({"status": 404})).is_success());
    assert!(!of(json!({})).is_success());
    assert!(of(json!({"headers": {"X-CodeSpar-Mock": "true"}})).is_mocked());
    assert!(!of(json!({})).is_mocked());
}

#[test]
fn a_busy_proxy_says_how_long_to_wait() {
    let answer = Recorded::json(429, json!({"error": "rate_limited", "retry_after_ms": 1200}));
    let replay = Replay::new().answer(answer);
    let args = ProxyCall::get("asaas", "/x");
    let error = session(&client(&replay)).proxy_execute(&args).send().unwrap_err();
    assert_eq!(error.code(), Some("rate_limited"));
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_millis(1200)));
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn an_estimate_of_the_cost_goes_along() {
    let args = ProxyCall::get("asaas", "/v3/payments").estimated_cost(12.5);
    let body = serde_json::to_value(&args).unwrap();
    assert_eq!(body["estimatedCost"], 12.5);
}
