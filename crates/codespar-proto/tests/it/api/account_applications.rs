//! Applications for accounts.

use codespar_proto::{
    Json, Verdict,
    account_applications::{CreateAccountApplication, ReadAccountApplication},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

fn application() -> CreateAccountApplication {
    CreateAccountApplication::new(Json::parse_str(r#"{"documentNumber":"123"}"#).unwrap())
        .consumer_id("cons_1")
        .opt_ins(vec!["dda".to_owned()])
}

#[test]
fn an_account_is_applied_for() {
    let answer = json!({"verification_id": "ver_1", "status": "PROCESSING",
        "hosted_url": "https://kyc.test/SESAME",
        "disclosure": {"institution": "Celcoin", "institution_document": "13935893000109",
            "codespar_role": "correspondente", "text": "..."},
        "dda_opt_in": {"status": "deferred", "message": "later"}});
    let text = told(Recorded::json(200, answer), |client| {
        client.account_applications().create(&application())
    });
    assert!(!text.contains("SESAME"));
    assert_snapshot!(text, @r#"
    POST /v1/account-applications
    {"buyer":{"documentNumber":"123"},"consumer_id":"cons_1","opt_ins":["dda"]}
    AccountApplication {
        verification_id: Some("ver_1"),
        status: Some("PROCESSING"),
        hosted_url: Some([redacted]),
        disclosure: Some(
            ApplicationDisclosure {
                institution: Some("Celcoin"),
                institution_document: Some("13935893000109"),
                codespar_role: Some("correspondente"),
                text: Some("..."),
            },
        ),
        dda_opt_in: Some(
            DdaOptIn {
                status: Some(Deferred),
                message: Some("later"),
            },
        ),
    }
    "#);
    let answer = json!({"status": "documentscopy_pending", "hosted_url": null, "account": "SESAME",
        "funding_source_id": "fs_1", "pix_key": "SESAME", "pix_key_type": "EVP",
        "pix_key_registration_error": "busy"});
    let args = ReadAccountApplication::new("12345678909").consumer_id("cons_1");
    let text = told(Recorded::json(200, answer), |client| {
        client.account_applications().get("ver_1", &args)
    });
    assert!(!text.contains("SESAME"));
    assert_snapshot!(text, @r#"
    GET /v1/account-applications/ver_1?consumer_id=cons_1&document_number=12345678909
    AccountApplicationStatus {
        status: Some(DocumentscopyPending),
        account: Some([redacted]),
        funding_source_id: Some("fs_1"),
        pix_key: Some([redacted]),
        pix_key_type: Some("EVP"),
        pix_key_registration_error: Some("busy"),
    }
    "#);
}

#[test]
fn policies_may_refuse_hold_or_fail() {
    let failed = |status, body: serde_json::Value| {
        let replay = Replay::new().answer(Recorded::json(status, body));
        client(&replay).account_applications().create(&application()).send().unwrap_err()
    };
    let held = failed(403, json!({"error": "approval_required", "approval_id": "apv_1"}));
    assert_eq!((held.verdict(), held.approval().is_some()), (Verdict::Held, true));
    for (status, code, verdict) in [
        (403, "policy_denied", Verdict::Refused),
        (503, "policy_denied", Verdict::Refused),
        // What is there may be what an earlier call has asked for.
        (409, "onboarding_proposal_open_elsewhere", Verdict::Unknown),
        (409, "onboarding_account_exists_elsewhere", Verdict::Unknown),
        (409, "onboarding_client_code_conflict", Verdict::Unknown),
        (502, "whatever_the_provider_says", Verdict::Unknown),
    ] {
        assert_eq!(failed(status, json!({"error": code})).verdict(), verdict, "{status} {code}");
    }
}
