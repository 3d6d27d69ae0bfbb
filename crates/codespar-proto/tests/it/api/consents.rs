//! Consents: made with the key, given without it.

use codespar_proto::{
    Currency, Minor, Verdict,
    consent_records::ListConsentRecords,
    consents::{
        CapWindow, ConsentIntent, ConsentRail, ConsentSlot, CreateConsent, MerchantPin,
        PeriodicCap, SubmitConsent,
    },
    funding_sources::ListFundingSources,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

#[test]
fn a_page_on_which_a_person_consents() {
    let answer = json!({"token": "ctk_1", "expires_at": "2026-10-25T12:00:00Z", "surface": "hosted",
        "consent_url": "https://c.test/ctk_1"});
    let intent = ConsentIntent::new(
        "food",
        Minor::new(80_000),
        Minor::new(20_000),
        Currency::BRL,
        3_600_u64,
    )
    .merchant_allowlist(vec!["*".into()])
    .merchant_pin_kind(MerchantPin::Mcc)
    .periodic_cap(PeriodicCap::new(CapWindow::Day, Minor::new(1)))
    .slots(vec![ConsentSlot::new(
        "USDC",
        ConsentRail::UsdcOnchain,
        Minor::new(2),
        Minor::new(1),
    )]);
    let args = CreateConsent::new("agent_1", intent).consumer_email_hint("maria@example.com");
    let text = told(Recorded::json(201, answer), |client| client.consents().create(&args));
    assert_snapshot!(text);
}

#[test]
fn the_token_is_the_only_credential() {
    let answer = json!({"token": "ctk_1", "org_name": "Shop", "agent_id": "agent_1",
        "consumer_email_hint": null, "intent": {"purpose": "food"},
        "expires_at": "2026-10-25T12:00:00Z", "rails_supported": ["pix-consent", "barter"],
        "surface": "hosted"});
    let text = told(Recorded::json(200, answer), |client| client.consents().get("ctk_1"));
    assert_snapshot!(text, @r#"
    GET /v1/consents/ctk_1
    (no credentials)
    Consent {
        token: Some([redacted]),
        org_name: Some("Shop"),
        agent_id: Some("agent_1"),
        intent: Some(Json(object, 18 bytes)),
        expires_at: Some(Timestamp("2026-10-25T12:00:00Z")),
        rails_supported: [
            PixConsent,
            Other("barter"),
        ],
        surface: Some(Hosted),
    }
    "#);

    let answer = json!({"mandate_id": "mdt_1", "mandate": {"v": 4}, "signature": "00ff",
        "callback_url": null});
    let args = SubmitConsent::new("cons_1", ConsentRail::PixConsent, "provider-token");
    let text = told(Recorded::json(201, answer), |client| client.consents().submit("ctk_1", &args));
    assert_snapshot!(text, @r#"
    POST /v1/consents/ctk_1/submit
    (no credentials)
    {"consumer_id":"cons_1","rail":"pix-consent","provider_token":"provider-token"}
    GrantedMandate {
        mandate_id: "mdt_1",
        mandate: Some(Json(object, 7 bytes)),
        signature: Some([redacted]),
    }
    "#);
}

#[test]
fn what_was_consented_to() {
    let answer = json!({"consents": [{"id": "cr_1", "consumer_id": "cons_1",
        "funding_source_id": null, "agent_id": null, "kind": "mandate", "hmac_secret_version": 2,
        "cap_minor": "80000", "per_tx_cap_minor": null, "currency": "BRL", "purpose": "food",
        "ip_address": "192.0.2.1", "signed_at": "2026-10-25T12:00:00Z", "expires_at": null,
        "metadata": {}}]});
    let text = told(Recorded::json(200, answer), |client| {
        client.consent_records().list(&ListConsentRecords::default())
    });
    assert_snapshot!(text, @r#"
    GET /v1/consent-records
    [
        ConsentRecord {
            id: "cr_1",
            consumer_id: Some("cons_1"),
            kind: Some("mandate"),
            hmac_secret_version: Some(2),
            cap_minor: Some(80000),
            currency: Some(Currency("BRL")),
            purpose: Some("food"),
            ip_address: Some([redacted]),
            signed_at: Some(Timestamp("2026-10-25T12:00:00Z")),
            metadata: Some(Json(object, 2 bytes)),
        },
    ]
    "#);
}

#[test]
fn where_money_comes_from() {
    let answer = json!({"funding_sources": [{"id": "fs_1", "consumer_id": "cons_1",
        "rail": "card-token", "currency": "BRL", "provider": "p", "display_label": null,
        "status": "active", "created_at": "2026-10-25T12:00:00Z", "expires_at": null,
        "revoked_at": null, "metadata": {}}]});
    let text = told(Recorded::json(200, answer), |client| {
        client.funding_sources().list(&ListFundingSources::default())
    });
    assert_snapshot!(text, @r#"
    GET /v1/funding-sources
    [
        FundingSource {
            id: "fs_1",
            consumer_id: Some("cons_1"),
            rail: Some(CardToken),
            currency: Some(Currency("BRL")),
            provider: Some("p"),
            status: Some("active"),
            created_at: Some(Timestamp("2026-10-25T12:00:00Z")),
            metadata: Some(Json(object, 2 bytes)),
        },
    ]
    "#);
}

/// A token is used once: that it was used says that there may be a mandate.
#[test]
fn a_consent_that_was_given_before_is_not_one_that_was_not_given() {
    for (status, code, verdict) in [
        (409, "consent_already_resolved", Verdict::Unknown),
        (409, "consent_race", Verdict::Unknown),
        (409, "contact_verification_required", Verdict::Refused),
        (410, "consent_expired", Verdict::Refused),
        (400, "attestation_required", Verdict::Refused),
    ] {
        let replay = Replay::new().answer(Recorded::json(status, json!({"error": {"code": code}})));
        let give = SubmitConsent::new("con_1", ConsentRail::PixConsent, "t");
        let error = client(&replay).consents().submit("ctk_1", &give).send().unwrap_err();
        assert_eq!(error.verdict(), verdict, "{code}");
    }
}
