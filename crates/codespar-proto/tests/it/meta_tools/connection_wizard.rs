//! `session.connection_wizard`: how to connect a provider.

use codespar_proto::meta_tools::WizardArgs;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

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
