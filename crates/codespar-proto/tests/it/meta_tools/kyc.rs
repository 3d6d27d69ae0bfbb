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
    assert_snapshot!(told(answer, |client| session(client).kyc(&args)));
}
