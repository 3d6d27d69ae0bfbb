//! `session.charge`: its request and its answer.

use codespar_proto::{Buyer, ChargeArgs};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_charge() {
    let answer = tool(json!({"id": "pay_81", "status": "PENDING", "amount": 150.5,
        "currency": "BRL", "method": "pix", "pix_copy_paste": "00020126-secret"}));
    let args = ChargeArgs::pix("150.50".parse().unwrap(), "Order 42", Buyer::new("Maria Silva"));
    let text = told(answer, |client| session(client).charge(&args));
    assert!(!text.contains("secret"));
    assert_snapshot!(text, @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_charge","input":{"amount":150.5,"currency":"BRL","method":"pix","description":"Order 42","buyer":{"name":"Maria Silva"}}}
    ToolOutput {
        data: Charge {
            id: Some("pay_81"),
            status: Some("PENDING"),
            amount: Some(Major(150.5)),
            currency: Some(Currency("BRL")),
            method: Some(Pix),
            pix_copy_paste: Some([redacted]),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}
