//! `session.kyc`: its request and its answer.

use codespar_proto::{
    Buyer, Json,
    meta_tools::{KycArgs, KycCheck},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

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
