//! `session.pay`: its request and its answer.

use codespar_proto::{Currency, Minor, meta_tools::PayArgs};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_payment() {
    let answer = tool(json!({"id": "po_1", "status": "rejected", "amount": 15000,
        "currency": "BRL", "error_code": "limit"}));
    let args = PayArgs::to("maria@example.com", Minor::new(15_000), Currency::BRL, "Refund 42");
    assert_snapshot!(told(answer, |client| session(client).pay(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_pay","input":{"action":"pay","amount":15000,"currency":"BRL","description":"Refund 42","recipient":"maria@example.com"}}
    ToolOutput {
        data: Pay {
            id: Some("po_1"),
            status: Some("rejected"),
            amount: Some(Minor(15000)),
            currency: Some(Currency("BRL")),
            error_code: Some("limit"),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}
