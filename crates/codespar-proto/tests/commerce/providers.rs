//! Providers: their own endpoints, their connections, the tools a session has of them.

use codespar_proto::{
    Json, Sensitive,
    session::{AuthorizeArgs, ListTools, ProxyCall, ProxyMethod},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::{
    session,
    support::{client, told},
};

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
    assert_snapshot!(told(answer, |client| session(client).proxy_execute(&args)), @r#"
    POST /v1/sessions/ses_1/proxy_execute
    {"server":"asaas","endpoint":"/v3/payments/1","method":"PATCH","body":{"a":null},"headers":{"X-Trace":"t-secret"}}
    Proxied {
        status: Some(201),
        headers: {},
    }
    "#);
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
fn a_link_for_a_person() {
    let answer = Recorded::json(
        200,
        json!({"link_token": "lnk_secret",
        "authorize_url": "https://p.test/?t=lnk_secret", "expires_at": "2026-10-02T13:15:11Z"}),
    );
    let args = AuthorizeArgs::new("mercado-pago", "https://app.test/back").scopes("read");
    let text = told(answer, |client| session(client).authorize(&args));
    assert!(!text.contains("lnk_secret"));
    assert_snapshot!(text, @r#"
    POST /v1/connect/start
    {"server_id":"mercado-pago","user_id":"user_1","redirect_uri":"https://app.test/back","scopes":"read"}
    Authorization {
        link_token: Some([redacted]),
        authorize_url: Some([redacted]),
        expires_at: Some(Timestamp("2026-10-02T13:15:11Z")),
    }
    "#);
}

#[test]
fn tools_as_the_server_lists_them() {
    let answer = Recorded::json(
        200,
        json!({"data": [{"name": "asaas/create_payment",
        "description": "Charges", "input_schema": {}, "server": "asaas"}], "total": 1,
        "session_id": "ses_1"}),
    );
    let args = ListTools::default().server("asaas").q("create payment");
    assert_snapshot!(told(answer, |client| session(client).list_tools(&args)), @r#"
    GET /v1/sessions/ses_1/tools?q=create%20payment&server=asaas
    ToolList {
        data: [
            Tool {
                name: "asaas/create_payment",
                description: "Charges",
                input_schema: Some(Json(object, 2 bytes)),
                server: Some("asaas"),
            },
        ],
        total: Some(1),
        session_id: Some("ses_1"),
    }
    "#);
}

#[test]
fn tools_as_the_server_ranks_them() {
    let answer = Recorded::json(
        200,
        json!({"data": [{"name": "codespar_charge",
        "description": "Charges", "relevance": 0.92, "server": "codespar"}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).search_tools("charge by pix")), @r#"
    POST /v1/sessions/ses_1/find-tools
    {"intent":"charge by pix"}
    RankedTools {
        data: [
            RankedTool {
                name: "codespar_charge",
                description: Some("Charges"),
                relevance: Some(0.92),
                server: Some("codespar"),
            },
        ],
    }
    "#);
}
