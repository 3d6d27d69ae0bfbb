//! `session.issue`: cards.

use codespar_proto::meta_tools::{CardControl, IssueArgs};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn cards() {
    let card =
        || json!({"id": "crd_1", "status": "ACTIVE", "card_type": "VIRTUAL", "last_four": "4242"});
    let args = IssueArgs::physical_card("usr_1", "prg_1", json!({"zip": "01310-100"}));
    assert_snapshot!(told(tool(card()), |client| session(client).issue(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_issue","input":{"action":"card-physical","cardholder_id":"usr_1","program_id":"prg_1","shipping_address":{"zip":"01310-100"}}}
    ToolOutput {
        data: IssuedCard {
            id: Some("crd_1"),
            status: Some("ACTIVE"),
            card_type: Some("VIRTUAL"),
            last_four: Some("4242"),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
    let args = IssueArgs::control_card("crd_1", CardControl::Freeze).reason("lost");
    assert_snapshot!(told(tool(card()), |client| session(client).issue(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_issue","input":{"action":"card-control","card_id":"crd_1","control":"freeze","reason":"lost"}}
    ToolOutput {
        data: IssuedCard {
            id: Some("crd_1"),
            status: Some("ACTIVE"),
            card_type: Some("VIRTUAL"),
            last_four: Some("4242"),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}
