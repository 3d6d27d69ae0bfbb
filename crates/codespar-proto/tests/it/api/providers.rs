//! Providers: which fit, what they need, whether a connection to one works.

use codespar_proto::{
    providers::ListProviders,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

#[test]
fn providers_that_fit() {
    let answer = Recorded::json(
        200,
        json!({"total": 90, "filtered": 1, "servers": [{"id": "asaas", "name": "Asaas",
            "pkg": "mcp-asaas", "category": "payments", "country": "BR", "auth_type": "api_key",
            "tools_count": 12, "description": null, "status": "available",
            "sandbox_available": true, "rating": 5}]}),
    );
    let args = ListProviders::default().category("payments").country("BR").q("asa as");
    assert_snapshot!(told(answer, |client| client.providers().list(&args)), @r#"
    GET /v1/providers?category=payments&country=BR&q=asa%20as
    ProviderList {
        total: Some(90),
        filtered: Some(1),
        servers: [
            Provider {
                id: "asaas",
                name: Some("Asaas"),
                pkg: Some("mcp-asaas"),
                category: Some("payments"),
                country: Some("BR"),
                auth_type: Some(ApiKey),
                tools_count: Some(12),
                status: Some("available"),
                sandbox_available: Some(true),
                extra: {
                    "rating",
                },
            },
        ],
    }
    "#);
}

#[test]
fn one_provider() {
    let answer = Recorded::json(200, json!({"id": "z-api", "auth_type": "two_header"}));
    assert_snapshot!(told(answer, |client| client.providers().get("z-api")), @r#"
    GET /v1/providers/z-api
    Provider {
        id: "z-api",
        auth_type: Some(TwoHeader),
    }
    "#);
}

#[test]
fn what_a_provider_needs() {
    let answer = Recorded::json(
        200,
        json!({"server_id": "omie", "auth_type": "two_header", "environment": "test",
            "base_url": "https://omie.test", "oauth_authorize_url": null,
            "fields": [{"name": "app_key", "kind": "header", "label": "App key",
                "header_name": "x-app"}]}),
    );
    assert_snapshot!(told(answer, |client| client.providers().auth_schema("omie")), @r#"
    GET /v1/providers/omie/auth-schema
    AuthSchema {
        server_id: Some("omie"),
        auth_type: Some(TwoHeader),
        environment: Some(Test),
        base_url: Some("https://omie.test"),
        fields: [
            AuthField {
                name: "app_key",
                kind: Some(Header),
                label: Some("App key"),
                header_name: Some("x-app"),
            },
        ],
    }
    "#);
}

#[test]
fn a_connection_that_works_and_one_that_does_not() {
    let works = Recorded::json(200, json!({"ok": true, "provider": "asaas", "latency_ms": 12}));
    assert_snapshot!(told(works, |client| client.providers().verify_connection("asaas")), @r#"
    POST /v1/providers/asaas/verify-connection
    Verification {
        ok: true,
        provider: Some("asaas"),
        latency_ms: Some(12.0),
    }
    "#);
    let fails =
        Recorded::json(424, json!({"ok": false, "provider": "asaas", "error": "not_connected"}));
    assert_snapshot!(told(fails, |client| client.providers().verify_connection("asaas")), @"
    POST /v1/providers/asaas/verify-connection
    api: not_connected providers.verify_connection: not_connected (status 424, code not_connected)
    ");
}

#[test]
fn tools_of_a_provider_and_generated_servers() {
    let answer = json!({"server_id": "asaas", "total": 1,
        "tools": [{"name": "create_payment", "description": null}]});
    let text = told(Recorded::json(200, answer), |client| client.providers().tools("asaas"));
    assert_snapshot!("providers_tools", text);
    let answer = json!({"servers": [{"id": "gen_1", "name": "Stock", "version": "1.0.0",
        "description": "", "status": "routable", "tool_count": 3,
        "created_at": "2026-10-01T00:00:00Z", "updated_at": "2026-10-02T00:00:00Z"}]});
    let text = told(Recorded::json(200, answer), |client| client.providers().generated());
    assert_snapshot!("providers_generated", text);
}

#[test]
fn a_connection_is_asked_for_again_where_a_provider_is_away() {
    let away = json!({"ok": false, "provider": "asaas", "error": "endpoint_missing"});
    let replay = Replay::new()
        .answer(Recorded::json(503, away))
        .answer(Recorded::json(200, json!({"ok": true})));
    assert!(client(&replay).providers().verify_connection("asaas").send().unwrap().ok);
    replay.assert_done();
}
