//! `session.discover`: matches for a purpose, and the names they are called by.

use codespar_proto::{meta_tools::DiscoverArgs, testing::Replay};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told, tool};

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
