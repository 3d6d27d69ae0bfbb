//! Consents at banks.

use codespar_proto::{
    Verdict,
    bank_consents::{
        BankAuthorization, BankConsentStatus, CreateBankConsent, ListBankConsents, RefreshStatement,
    },
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn consents_at_banks() {
    let consent = json!({"id": "ofb_1", "bank_id": "itau", "consumer_id": "cons_1",
        "wallet_id": null,
        "status": "pending", "scopes": ["accounts"], "bank_consent_id": "urn:1",
        "authorisation_url": "https://bank.test/SESAME", "token_expires_at": null,
        "created_at": "2026-10-01T00:00:00Z", "authorized_at": null,
        "expires_at": "2027-10-01T00:00:00Z", "revoked_at": null, "consumed_at": null,
        "metadata": {"a": 1}});
    let scopes = vec!["accounts".to_owned()];
    let args = CreateBankConsent::new("itau", "cons_1", scopes, "https://shop.test/back");
    let text =
        told(Recorded::json(201, consent.clone()), |client| client.bank_consents().create(&args));
    assert!(!text.contains("SESAME"));
    assert_snapshot!(text);
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"bank_consents": [consent]})))
        .answer(Recorded::json(200, consent.clone()))
        .answer(Recorded::json(200, consent.clone()))
        .answer(Recorded::json(200, consent));
    let consents = client(&replay).bank_consents();
    let args = ListBankConsents::default().status(BankConsentStatus::Pending).limit(3);
    assert_eq!(consents.list(&args).send().unwrap().len(), 1);
    consents.get("ofb_1").send().unwrap();
    consents.callback("ofb_1", &BankAuthorization::new("code")).send().unwrap();
    consents.revoke("ofb_1", None).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    GET /v1/bank-consents?limit=3&status=pending
    GET /v1/bank-consents/ofb_1
    POST /v1/bank-consents/ofb_1/callback
    {"auth_code":"code"}
    POST /v1/bank-consents/ofb_1/revoke
    {}
    "#);
}

#[test]
fn a_statement_is_fetched() {
    let answer = json!({"consent_id": "ofb_1", "run_id": "run_1", "imported": 3, "duplicates": 1,
        "next_recon_cycle_within_seconds": 300});
    let args = RefreshStatement::default().since("2026-10-01T00:00:00Z");
    let text = told(Recorded::json(202, answer), |client| {
        client.bank_consents().refresh_statement("ofb_1", &args)
    });
    assert_snapshot!(text, @r#"
    POST /v1/bank-consents/ofb_1/refresh-statement
    {"since":"2026-10-01T00:00:00Z"}
    StatementRefresh {
        consent_id: Some("ofb_1"),
        run_id: Some("run_1"),
        imported: Some(3),
        duplicates: Some(1),
        next_recon_cycle_within_seconds: Some(300),
    }
    "#);
}

#[test]
fn what_a_failure_says_of_a_consent() {
    let failed = |status, code: &str| {
        let answer = Recorded::json(status, json!({"error": {"code": code, "message": "no"}}));
        let args = CreateBankConsent::new("itau", "c", vec![], "https://shop.test/back");
        let replay = Replay::new().answer(answer);
        let error = client(&replay).bank_consents().create(&args).send().unwrap_err();
        assert_eq!(replay.requests().len(), 1, "the bank may have one already");
        error.verdict()
    };
    for (status, code, verdict) in [
        (409, "consent_active_for_consumer", Verdict::Refused),
        (409, "bank_consent_held_elsewhere", Verdict::Refused),
        (503, "ofb_adapter_unavailable", Verdict::Refused),
        (502, "adapter_error", Verdict::Unknown),
        (500, "consent_disappeared", Verdict::Unknown),
        (409, "db_error", Verdict::Unknown),
        (503, "consent_lock_timeout", Verdict::Unknown),
    ] {
        assert_eq!(failed(status, code), verdict, "{code}");
    }
}
