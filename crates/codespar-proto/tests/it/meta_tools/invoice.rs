//! `session.invoice`: its request and its answer.

use codespar_proto::{
    Json,
    meta_tools::{InvoiceArgs, InvoiceKind},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn an_invoice() {
    let answer =
        tool(json!({"id": "nf_1", "status": "autorizada", "pdf_url": "https://nf.test/1"}));
    let item = Json::from(json!({"description": "Plano", "unit_price": 49900}));
    let recipient = json!({"name": "Padaria Sol"});
    let args = InvoiceArgs::issue(InvoiceKind::Nfse, recipient, vec![item]).due_date("2026-12-31");
    assert_snapshot!(told(answer, |client| session(client).invoice(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_invoice","input":{"type":"nfse","recipient":{"name":"Padaria Sol"},"items":[{"description":"Plano","unit_price":49900}],"dueDate":"2026-12-31"}}
    ToolOutput {
        data: Invoice {
            id: Some("nf_1"),
            status: Some("autorizada"),
            pdf_url: Some([redacted]),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
    let args = InvoiceArgs::amend(InvoiceKind::Nfe, "nf_1", "the address").reason("typo");
    assert_snapshot!(told(tool(json!({"id": "nf_1"})), |client| session(client).invoice(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_invoice","input":{"type":"nfe","action":"amend","invoice_id":"nf_1","correction":"the address","reason":"typo"}}
    ToolOutput {
        data: Invoice {
            id: Some("nf_1"),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}
