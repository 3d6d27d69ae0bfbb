//! Tools and meta-tools: found for an intent, planned, listed.

use codespar_proto::{
    Currency, Minor,
    testing::Recorded,
    tools::{Intent, PlanRoute, SearchTools},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

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
        json!({"generated_from": "tools/list", "tools": [{"name": "codespar_pay",
            "description": "Pays",
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
