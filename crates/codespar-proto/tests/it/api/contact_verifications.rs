//! Codes that verify how a consumer is reached.

use codespar_proto::{
    contact_verifications::{ContactChannel, CreateContactVerification, VerifyContact},
    testing::Recorded,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn a_code_is_sent_and_checked() {
    let answer = json!({"id": "5d0c", "channel": "email", "target_masked": "m***@example.com",
        "provider": "resend", "expires_at": "2026-10-24T12:10:00Z", "status": "sent"});
    let args =
        CreateContactVerification::new(ContactChannel::Email, "maria@example.com").locale("pt-BR");
    let text = told(Recorded::json(201, answer), |client| {
        client.contact_verifications().create("cons_1", &args)
    });
    assert_snapshot!(text);
    let answer = json!({"id": "5d0c", "status": "verified", "verified_at": "2026-10-24T12:01:00Z"});
    let args = VerifyContact::new("123456").target("maria@example.com");
    let text = told(Recorded::json(200, answer), |client| {
        client.contact_verifications().verify("cons_1", "5d0c", &args)
    });
    assert_snapshot!(text);
}
