//! Providers, tools, meta-tools, and the API about itself.

use codespar_proto::{
    Currency, Minor,
    providers::ListProviders,
    testing::Recorded,
    tools::{Intent, PlanRoute, SearchTools},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn providers_that_fit() {
    let answer = Recorded::json(
        200,
        json!({"total": 90, "filtered": 1, "servers": [{"id": "asaas", "name": "Asaas", "pkg": "mcp-asaas",
            "category": "payments", "country": "BR", "auth_type": "api_key", "tools_count": 12,
            "description": null, "status": "available", "sandbox_available": true, "rating": 5}]}),
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
            "fields": [{"name": "app_key", "kind": "header", "label": "App key", "header_name": "x-app"}]}),
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
fn tools_for_an_intent() {
    let answer = Recorded::json(
        200,
        json!({"intent": "charge", "hits": [{"tool_name": "codespar_charge", "confidence": "high",
            "rationale": "it charges"}], "elapsed_ms": 3, "source": "fallback"}),
    );
    let args = SearchTools::new("charge").limit(1);
    assert_snapshot!(told(answer, |client| client.tools().search(&args)), @r#"
    POST /v1/tools/search
    {"intent":"charge","limit":1}
    ToolSearch {
        intent: Some("charge"),
        hits: [
            ToolHit {
                tool_name: "codespar_charge",
                confidence: Some(High),
                rationale: Some("it charges"),
            },
        ],
        elapsed_ms: Some(3.0),
        source: Some("fallback"),
    }
    "#);
}

#[test]
fn a_route_for_an_intent() {
    let answer = || {
        Recorded::json(
            200,
            json!({"recommended": {"tool": "codespar_charge", "rail": "pix", "provider_id": "asaas",
                "args_template": {"method": "pix"}, "reasons": ["cheapest"]}, "alternatives": [],
                "resolved_intent": {"operation": "charge"}}),
        )
    };
    let intent =
        Intent::new("charge", Currency::from("BRL"), "BR").amount_minor(Minor::new(15_000));
    let args = PlanRoute::default().intent(intent);
    assert_snapshot!(told(answer(), |client| client.tools().plan(&args)), @r#"
    POST /v1/meta-tools/discover
    {"intent":{"operation":"charge","currency":"BRL","country":"BR","amount_minor":15000}}
    RoutePlan {
        recommended: Some(
            PlannedCall {
                tool: Some("codespar_charge"),
                rail: Some("pix"),
                provider_id: Some("asaas"),
                args_template: Some(Json(object, 16 bytes)),
                reasons: [
                    Json(string, 10 bytes),
                ],
            },
        ),
        alternatives: [],
        resolved_intent: Some(Json(object, 22 bytes)),
    }
    "#);
    let refusal = Recorded::json(
        501,
        json!({"error": {"code": "nl_unavailable", "message": "no model"}, "request_id": "req_1"}),
    );
    let args = PlanRoute::default().description("R$ 150 by Pix");
    assert_snapshot!(told(refusal, |client| client.tools().plan(&args)), @r#"
    POST /v1/meta-tools/discover
    {"description":"R$ 150 by Pix"}
    api: nl_unavailable tools.plan: no model (status 501, code nl_unavailable, request req_1)
    "#);
}

#[test]
fn meta_tools() {
    let answer = Recorded::json(
        200,
        json!({"generated_from": "tools/list", "tools": [{"name": "codespar_pay", "description": "Pays",
            "inputSchema": {"type": "object"}}]}),
    );
    assert_snapshot!(told(answer, |client| client.tools().meta()), @r#"
    GET /v1/meta-tools.json
    [
        MetaTool {
            name: "codespar_pay",
            description: "Pays",
            input_schema: Some(Json(object, 17 bytes)),
        },
    ]
    "#);
}

#[test]
fn the_api_about_itself() {
    let document = || Recorded::json(200, json!({"openapi": "3.1.0"}));
    assert_snapshot!(told(document(), |client| client.openapi()), @r"
    GET /v1/openapi.json
    Json(object, 19 bytes)
    ");
    assert_snapshot!(told(document(), |client| client.manifest()), @r"
    GET /v1/discovery/manifest
    Json(object, 19 bytes)
    ");
    let health = Recorded::json(200, json!({"status": "degraded", "checks": []}));
    assert_snapshot!(told(health, |client| client.health()), @r#"
    GET /v1/health
    Health {
        status: Degraded,
        extra: {
            "checks",
        },
    }
    "#);
}
