//! `session.notify`: its request and its answer.

use codespar_proto::meta_tools::{NotifyArgs, NotifyChannel};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

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
