//! Status of payments and verifications: asked once, and followed.

use codespar_proto::testing::Recorded;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told};

#[test]
fn how_a_payment_stands() {
    let answer = Recorded::json(
        200,
        json!({"payment_status": "succeeded",
        "idempotency_key": "7d0f", "original_status": "success",
        "events": [{"event_type": "commerce.payment.succeeded", "payment_id": "pay_81"}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).payment_status("tc_1")), @r#"
    GET /v1/tool-calls/tc_1/payment-status
    PaymentStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        payment_status: Succeeded,
        idempotency_key: Some("7d0f"),
        original_status: Some("success"),
        events: [
            PaymentEvent {
                event_type: Some("commerce.payment.succeeded"),
                payment_id: Some("pay_81"),
            },
        ],
    }
    "#);
}

#[test]
fn how_a_verification_stands() {
    let answer = Recorded::json(
        200,
        json!({"tool_call_id": "tc_1",
        "verification_status": "review", "hosted_url": "https://kyc.test/secret", "events": []}),
    );
    let text = told(answer, |client| session(client).verification_status("tc_1"));
    assert!(!text.contains("secret"));
    assert_snapshot!(text, @r#"
    GET /v1/tool-calls/tc_1/verification-status
    VerificationStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        verification_status: Review,
        hosted_url: Some([redacted]),
        events: [],
    }
    "#);
}

#[test]
fn waiting_until_a_payment_is_settled() {
    let answer = Recorded::events([
        "event: snapshot\ndata: {\"payment_status\":\"pending\"}\n\n",
        "event: update\ndata: {\"payment_status\":\"succeeded\"}\n\n",
    ]);
    assert_snapshot!(told(answer, |client| session(client).settled(&"tc_1".into())), @r#"
    GET /v1/tool-calls/tc_1/payment-status/stream
    PaymentStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        payment_status: Succeeded,
        events: [],
    }
    "#);
}

#[test]
fn waiting_until_a_verification_is_decided() {
    let answer = Recorded::events([
        "event: snapshot\ndata: {\"verification_status\":\"review\"}\n\n",
        "event: update\ndata: {\"verification_status\":\"approved\"}\n\n",
    ]);
    assert_snapshot!(told(answer, |client| session(client).decided(&"tc_1".into())), @r#"
    GET /v1/tool-calls/tc_1/verification-status/stream
    VerificationStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        verification_status: Approved,
        events: [],
    }
    "#);
}
