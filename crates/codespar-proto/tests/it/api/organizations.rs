//! The pause of an organization, its mandates, its people.

use codespar_proto::{
    Currency,
    organizations::{CreateOrgMandate, ListOrgMandates, OrgMandateKind, OrgMandateStatus},
    testing::Recorded,
    types::DecimalText,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn all_spending_is_stopped() {
    let pause = json!({"org_id": "org_1", "paused": true, "paused_at": "2026-10-01T00:00:00Z",
        "reason": "incident", "paused_by": "key:k_1", "paused_by_source": "bearer_key",
        "resumed_at": null, "generation": 3});
    let text = told(Recorded::json(200, pause.clone()), |client| {
        client.organizations().pause_state("org_1")
    });
    assert_snapshot!(text, @r#"
    GET /v1/orgs/org_1/pause
    OrgPause {
        org_id: Some("org_1"),
        paused: Some(true),
        paused_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        reason: Some("incident"),
        paused_by: Some("key:k_1"),
        paused_by_source: Some(BearerKey),
        generation: Some(3),
    }
    "#);
    let answer = json!({"changed": false, "pause": pause});
    let text = told(Recorded::json(200, answer), |client| {
        client.organizations().pause("org_1", Some("incident"))
    });
    assert_snapshot!(text, @r#"
    POST /v1/orgs/org_1/pause
    {"reason":"incident"}
    OrgPauseChange {
        changed: Some(false),
        pause: Some(
            OrgPause {
                org_id: Some("org_1"),
                paused: Some(true),
                paused_at: Some(Timestamp("2026-10-01T00:00:00Z")),
                reason: Some("incident"),
                paused_by: Some("key:k_1"),
                paused_by_source: Some(BearerKey),
                generation: Some(3),
            },
        ),
    }
    "#);
}

#[test]
fn a_person_is_erased() {
    let answer = json!({"dsr_id": "dsr_1", "dsr_event_entry_hash": "ab",
        "rows_anonymized_immediately": 4, "rows_deferred": 1,
        "deferred_entries": [{"event_id": "e", "anonymize_after": "2031-10-01T00:00:00Z"}]});
    let text = told(Recorded::json(200, answer), |client| {
        client.organizations().anonymize("org_1", "user 7")
    });
    assert_snapshot!(text, @r#"
    POST /v1/orgs/org_1/data-subjects/user%207/anonymize
    Anonymization {
        dsr_id: Some("dsr_1"),
        dsr_event_entry_hash: Some("ab"),
        rows_anonymized_immediately: Some(4),
        rows_deferred: Some(1),
        deferred_entries: [
            DeferredErasure {
                event_id: Some("e"),
                anonymize_after: Some(Timestamp("2031-10-01T00:00:00Z")),
            },
        ],
    }
    "#);
}

#[test]
fn mandates_of_the_organization() {
    let mandate = json!({"id": "mnd_1", "org_id": "org_1", "agent_id": "shopper",
        "type": "delegation",
        "status": "active", "format_version": 3, "secret_version": 1, "amount": "150.00",
        "remaining_amount": "120.50", "currency": "BRL", "purposes": ["food"], "max_amount": null,
        "denomination": null, "parent_id": null, "expires_at": "2026-12-31T00:00:00Z",
        "revoked_at": null, "revocation_reason": null, "expired_at": null, "signature": "SESAME",
        "authorized_by": "user_1", "created_at": "2026-10-01T00:00:00Z",
        "consumptions": [{"id": "u", "mandate_id": "mnd_1", "amount": "29.50",
            "call_purpose": "food", "tool_call_id": "att_1",
            "consumed_at": "2026-10-02T00:00:00Z"}]});
    let text = told(Recorded::json(200, mandate.clone()), |client| {
        client.organizations().mandates().get("org_1", "mnd_1")
    });
    assert!(!text.contains("SESAME"));
    assert_snapshot!(text, @r#"
    GET /v1/orgs/org_1/mandates/mnd_1
    OrgMandate {
        id: Some("mnd_1"),
        org_id: Some("org_1"),
        agent_id: Some("shopper"),
        kind: Some(Delegation),
        status: Some(Active),
        format_version: Some(3),
        secret_version: Some(1),
        amount: Some(150.00),
        remaining_amount: Some(120.50),
        currency: Some(Currency("BRL")),
        purposes: [
            "food",
        ],
        expires_at: Some(Timestamp("2026-12-31T00:00:00Z")),
        signature: Some([redacted]),
        authorized_by: Some("user_1"),
        created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        consumptions: [
            OrgMandateUse {
                id: Some("u"),
                mandate_id: Some("mnd_1"),
                amount: Some(29.50),
                call_purpose: Some("food"),
                tool_call_id: Some("att_1"),
                consumed_at: Some(Timestamp("2026-10-02T00:00:00Z")),
            },
        ],
    }
    "#);
    let args =
        ListOrgMandates::default().status(OrgMandateStatus::Expired).agent_id("shopper").limit(2);
    let text =
        told(Recorded::json(200, json!({"mandates": [{"id": "mnd_1"}], "count": 1})), |client| {
            client.organizations().mandates().list("org_1", &args)
        });
    assert_snapshot!(text, @r#"
    GET /v1/orgs/org_1/mandates?agent_id=shopper&limit=2&status=expired
    [
        OrgMandate {
            id: Some("mnd_1"),
            purposes: [],
            consumptions: [],
        },
    ]
    "#);
    let answer = json!({"revoked_at": "2026-10-03T00:00:00Z", "prior_status": "active"});
    let text = told(Recorded::json(200, answer), |client| {
        client.organizations().mandates().revoke("org_1", "mnd_1", Some("done"))
    });
    assert_snapshot!(text, @r#"
    POST /v1/orgs/org_1/mandates/mnd_1/revoke
    {"reason":"done"}
    OrgMandateRevoked {
        revoked_at: Some(Timestamp("2026-10-03T00:00:00Z")),
        prior_status: Some(Active),
    }
    "#);
}

#[test]
fn a_mandate_of_the_organization_is_issued() {
    let answer = json!({"mandate_id": "mnd_1", "signed_token": "SESAME", "format_version": 3,
        "agent_did": "did:web:x", "kid": "did:web:x#a-1", "principal_kyc_verified": false,
        "expires_at": "2030-03-17T17:46:40Z"});
    let amount: DecimalText = "150.00".parse().unwrap();
    let args = CreateOrgMandate::new(
        "shopper",
        OrgMandateKind::Payment,
        amount.clone(),
        Currency::BRL,
        vec!["food".to_owned()],
        1_900_000_000_u64,
    )
    .max_amount(amount);
    let text = told(Recorded::json(201, answer), |client| {
        client.organizations().mandates().create("org_1", &args)
    });
    assert!(!text.contains("SESAME"));
    assert_snapshot!(text);
}
