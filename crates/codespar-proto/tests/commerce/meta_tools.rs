//! Meta-tools: typed arguments, typed answers, the envelope beside them.

use codespar_proto::{
    Buyer, ErrorKind, Json, ToolResult,
    meta_tools::{
        DiscoverArgs, KycArgs, KycCheck, NotifyArgs, NotifyChannel, ParcelItem, PostalAddress,
        ServiceLevel, ShipArgs, WizardArgs,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::{
    session,
    support::{client, told},
    tool,
};

#[test]
fn the_tool_for_a_purpose() {
    let answer = tool(json!({"use_case": "send a pix payment", "search_strategy": "embedding",
        "recommended": {"server_id": "asaas", "tool_name": "create_payment",
            "cosine_distance": 0.18, "connection_status": "connected",
            "known_pitfalls": ["sandbox keys differ"],
            "recommended_plan": [{"step": "create the payment", "action": true}]},
        "related": ["odd", {"server_id": "z-api"}, null], "next_steps": ["call it"]}));
    let args = DiscoverArgs::new("send a pix payment").country("BR").limit(3);
    assert_snapshot!(told(answer, |client| session(client).discover(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_discover","input":{"use_case":"send a pix payment","country":"BR","limit":3}}
    ToolOutput {
        data: Discovery {
            use_case: Some("send a pix payment"),
            search_strategy: Some(Embedding),
            recommended: Some(
                ToolMatch {
                    server_id: "asaas",
                    tool_name: "create_payment",
                    cosine_distance: Some(0.18),
                    connection_status: Some(Connected),
                    known_pitfalls: [
                        "sandbox keys differ",
                    ],
                    recommended_plan: [
                        PlanStep {
                            step: Some("create the payment"),
                            action: Some(true),
                        },
                    ],
                },
            ),
            related: ToolMatches(
                [
                    ToolMatch {
                        server_id: "z-api",
                        tool_name: "",
                        known_pitfalls: [],
                        recommended_plan: [],
                    },
                ],
            ),
            next_steps: [
                "call it",
            ],
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn a_match_is_called_by_server_and_tool() {
    let answer = tool(json!({"recommended": {"server_id": "asaas", "tool_name": "pay"}}));
    let replay = Replay::new().answer(answer);
    let found = session(&client(&replay)).discover(&DiscoverArgs::new("pay")).send().unwrap();
    assert_eq!(found.recommended.as_ref().unwrap().tool(), "asaas/pay");
}

#[test]
fn how_to_connect_a_provider() {
    let answer = tool(json!({"action": "initiate", "connections": [], "status": null,
        "initiate": {"server_id": "z-api", "auth_type": "path_secret", "difficulty": "hard",
            "status": "disconnected", "connect_url": "https://dashboard.test/connect",
            "instructions": ["open the link"], "next_action": "try again",
            "required_secrets": [{"name": "instance_id", "hint": "z-api.instance_id"}]}}));
    let args = WizardArgs::initiate("z-api").return_to("/after");
    assert_snapshot!(told(answer, |client| session(client).connection_wizard(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_manage_connections","input":{"action":"initiate","server_id":"z-api","return_to":"/after"}}
    ToolOutput {
        data: Wizard {
            action: Some(Initiate),
            connections: [],
            initiate: Some(
                ConnectSteps {
                    server_id: "z-api",
                    auth_type: Some(PathSecret),
                    difficulty: Some(Hard),
                    status: Some(Disconnected),
                    connect_url: Some("https://dashboard.test/connect"),
                    instructions: [
                        "open the link",
                    ],
                    required_secrets: [
                        RequiredSecret {
                            name: "instance_id",
                            hint: Some("z-api.instance_id"),
                        },
                    ],
                    known_pitfalls: [],
                    next_action: Some("try again"),
                },
            ),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn a_label() {
    let answer = tool(json!({"id": "shp_1", "status": "posted", "tracking_code": "BR1BR",
        "label_url": "https://labels.test/1.pdf", "carrier": "Correios", "cost_minor": 2350}));
    let items = vec![
        ParcelItem::new(120.5)
            .description("Livro")
            .quantity(2)
            .declared_value("89.90".parse().unwrap()),
    ];
    let args = ShipArgs::label(
        PostalAddress::new("01310-100").city("São Paulo").line_1("Av. Paulista").number("1000"),
        PostalAddress::new("20040-020"),
        items,
    )
    .service_level(ServiceLevel::Fastest)
    .metadata(json!({"service_id": 2}));
    assert!(!format!("{args:?}").contains("Paulista"));
    assert_snapshot!(told(answer, |client| session(client).ship(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_ship","input":{"action":"label","origin":{"postal_code":"01310-100","city":"São Paulo","line_1":"Av. Paulista","number":"1000"},"destination":{"postal_code":"20040-020"},"items":[{"weight_g":120.5,"description":"Livro","quantity":2,"declared_value":89.9}],"service_level":"fastest","metadata":{"service_id":2}}}
    ToolOutput {
        data: Shipment {
            id: Some("shp_1"),
            status: Some("posted"),
            tracking_code: Some("BR1BR"),
            label_url: Some([redacted]),
            carrier: Some("Correios"),
            cost_minor: Some(Minor(2350)),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn a_verification() {
    let answer = tool(json!({"verification_id": "inq_1", "status": "created", "score": 0.25,
        "check_type": "risk-score", "hosted_url": "https://kyc.test/inq_1"}));
    let buyer = Json::of(&Buyer::new("Maria Silva").document("111.444.777-35")).unwrap();
    let args = KycArgs::new(buyer, KycCheck::RiskScore);
    assert!(!format!("{args:?}").contains("Maria"));
    assert_snapshot!(told(answer, |client| session(client).kyc(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_kyc","input":{"buyer":{"name":"Maria Silva","document":"111.444.777-35"},"check_type":"risk-score"}}
    ToolOutput {
        data: Kyc {
            verification_id: Some("inq_1"),
            status: Some("created"),
            check_type: Some(RiskScore),
            hosted_url: Some([redacted]),
            score: Some(0.25),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn a_message() {
    let answer = tool(json!({"messageId": "msg_1", "sent": true}));
    let args = NotifyArgs::new(NotifyChannel::Whatsapp, "+5511999887766")
        .template("receipt")
        .variables(json!({"order": 42}));
    assert!(!format!("{args:?}").contains("5511"));
    assert_snapshot!(told(answer, |client| session(client).notify(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_notify","input":{"channel":"whatsapp","to":"+5511999887766","template":"receipt","variables":{"order":42}}}
    ToolOutput {
        data: Notified {
            message_id: Some("msg_1"),
            sent: Some(true),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn a_refusal_is_an_error_that_keeps_the_result() {
    let answer = Recorded::json(
        200,
        json!({"success": false, "data": null,
        "error": "tracking_not_found", "tool_call_id": "tc_2"}),
    );
    let replay = Replay::new().answer(answer);
    let error = session(&client(&replay)).ship(&ShipArgs::track("X")).send().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("tracking_not_found")));
    assert_eq!(error.operation(), "session.ship");
    let result = error.last::<ToolResult>().unwrap();
    assert_eq!(result.tool_call_id.as_ref().unwrap().as_str(), "tc_2");
}
