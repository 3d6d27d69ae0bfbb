//! From a consent to a mandate, and from a mandate to payments and receipts.

use std::time::Duration;

use codespar_proto::{
    Currency, ErrorKind, KeyUse, Minor, Sensitive, Verdict,
    agents::{AgentStatus, ListAgents, RegisterAgent},
    approvals::{ApprovalRecord, ApprovalState},
    consent_records::ListConsentRecords,
    consents::{ConsentIntent, ConsentRail, CreateConsent, SubmitConsent},
    consumers::{DeliveryOutcome, DeliveryProofKind, RecordDelivery},
    funding_sources::ListFundingSources,
    mandates::{ListMandates, MandateChange, MandateStatus, PaymentArgs, Spend, SpendArgs},
    types::ReceiptState,
};
use codespar_sandbox::{Decision, EffectKind, Fault, Sandbox};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, arrived, client_of, granted, refused, wrong};

testing_support::with_both_drivers! {
    a_consent_becomes_a_mandate_once
    one_attempt_is_one_payment
    a_held_payment_happens_once_a_person_approves
    a_mandate_is_paused_resumed_and_revoked
    a_signed_mandate_pays_and_leaves_a_receipt
    agents_have_names_and_documents
}

fn spend(attempt: &str, minor: i64) -> SpendArgs {
    SpendArgs::new(attempt, Minor::new(minor), "shop@pix.test")
}

fn a_consent_becomes_a_mandate_once<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let (cap, per_payment) = (Minor::new(10_000), Minor::new(6_000));
    let intent = ConsentIntent::new("food", cap, per_payment, Currency::BRL, 3_600_u64);
    let ask = CreateConsent::new("shopper-1", intent).callback_url("https://shop.test/back");
    let link = D::finish(client.consents().create(&ask))?;
    let token = link.token.expose();
    assert!(!format!("{link:?}").contains(token));
    let seen = D::finish(client.consents().get(token))?;
    assert_eq!(seen.agent_id.as_deref(), Some("shopper-1"));
    assert!(seen.rails_supported.contains(&ConsentRail::PixConsent));
    let give = SubmitConsent::new("con-1", ConsentRail::PixConsent, "provider-token");
    let granted = D::finish(client.consents().submit(token, &give))?;
    assert_eq!(granted.callback_url.as_deref(), Some("https://shop.test/back"));
    let error = D::finish(client.consents().submit(token, &give)).unwrap_err();
    // Its mandate is there.
    assert_eq!(refused(&error), (409, "consent_already_resolved"));
    assert_eq!(error.verdict(), Verdict::Unknown);
    // Whoever has the link may open it: no key goes with it.
    let path = format!("/v1/consents/{token}");
    for (method, path) in [("GET", path.clone()), ("POST", format!("{path}/submit"))] {
        assert!(arrived(&sandbox, method, &path)[0].header("authorization").is_none());
    }

    let mandate = D::finish(client.mandates().get(&granted.mandate_id))?;
    assert_eq!(
        (mandate.status.as_ref(), mandate.purpose.as_deref()),
        (Some(&MandateStatus::Active), Some("food"))
    );
    let listed = D::finish(client.mandates().list(&ListMandates::default()))?.remove(0);
    assert_eq!((&listed.id, &listed.cap_minor), (&mandate.id, &mandate.cap_minor));
    assert_eq!(mandate.cap_minor.unwrap().minor(), Some(cap));
    let sources = D::finish(client.funding_sources().list(&ListFundingSources::default()))?;
    assert_eq!((sources.len(), &sources[0].rail), (1, &Some(ConsentRail::PixConsent)));
    let records = D::finish(client.consent_records().list(&ListConsentRecords::default()))?;
    assert_eq!(records[0].funding_source_id.as_ref(), Some(&sources[0].id));
    assert_eq!(records[0].cap_minor.as_ref().unwrap().minor(), Some(cap));
    let intent = ConsentIntent::new("food", Minor::new(0), per_payment, Currency::BRL, 3_600_u64);
    let error =
        D::finish(client.consents().create(&CreateConsent::new("shopper-1", intent))).unwrap_err();
    assert_eq!(wrong(&error), "intent.cap_minor");
    Ok(())
}

fn one_attempt_is_one_payment<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = granted(&client, "con-1", 10_000, 6_000)?.mandate_id;
    let mandates = client.mandates();
    let first = D::finish(mandates.spend(&id, &spend("att-1", 5_000)))?;
    assert_eq!(first.idempotent_replay, Some(false));
    let again = D::finish(mandates.spend(&id, &spend("att-1", 5_000)))?;
    assert_eq!((again.idempotent_replay, &again.payment), (Some(true), &first.payment));
    let other = D::finish(mandates.spend(&id, &spend("att-1", 4_000))).unwrap_err();
    assert_eq!(refused(&other), (409, "attempt_id_conflict"));
    assert_eq!(sandbox.effects().count_with_key("att-1"), 1);
    for (attempt, minor) in [("att-2", 6_001), ("att-3", 5_001)] {
        let error = D::finish(mandates.spend(&id, &spend(attempt, minor))).unwrap_err();
        assert_eq!(refused(&error), (403, "policy_denied"));
        assert!(!Spend::is_uncertain(&error));
    }

    sandbox.inject(Fault::on("POST", format!("/v1/consumers/mandates/{id}/spend")).lose_answer());
    let lost = D::finish(mandates.spend(&id, &spend("att-4", 100))).unwrap_err();
    assert_eq!((lost.kind(), lost.attempts()), (ErrorKind::Io, 1));
    assert!(Spend::is_uncertain(&lost));
    let found = D::finish(mandates.spend(&id, &spend("att-4", 100)))?;
    assert_eq!(found.idempotent_replay, Some(true));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 2);
    let purse = D::finish(client.consumers().wallet("con-1"))?.currencies.remove(0);
    assert_eq!((purse.spent_minor, purse.overspent), (Some(Minor::new(5_100)), Some(false)));
    assert_eq!(wrong(&D::finish(mandates.spend(&id, &spend("", 1))).unwrap_err()), "attempt_id");
    let error = D::finish(mandates.spend("mnd_none", &spend("att-5", 1))).unwrap_err();
    assert_eq!(refused(&error), (404, "mandate_not_found"));
    Ok(())
}

fn a_held_payment_happens_once_a_person_approves<D: Driver>() -> TestResult {
    for (decision, expected, payments) in [
        (Decision::Approve, ApprovalState::Approved, 1),
        (Decision::Deny, ApprovalState::Denied, 0),
    ] {
        let sandbox = Sandbox::builder().approval_above(2_000).start()?;
        let client = client_of::<D>(&sandbox);
        let id = granted(&client, "con-1", 10_000, 6_000)?.mandate_id;
        // Above the cap of one payment the answer is flat, above a policy's limit it is nested.
        for (attempt, minor) in [("att-1", 6_500), ("att-2", 2_500)] {
            let held = D::finish(client.mandates().spend(&id, &spend(attempt, minor))).unwrap_err();
            assert_eq!((held.verdict(), held.key_use()), (Verdict::Held, KeyUse::Same), "{held}");
            assert!(!held.is_refusal() && held.approval().unwrap().expires_at.is_some());
        }
        let ask = || client.mandates().spend(&id, &spend("att-2", 2_500));
        let approval = D::finish(ask()).unwrap_err().approval().unwrap().id.clone();
        let pending = D::finish(client.approvals().status(&approval))?;
        assert_eq!(pending.approval_status, ApprovalState::Pending);
        let wait = client.approvals().decided(&approval).timeout(Duration::from_millis(50));
        let late = D::finish(wait).unwrap_err();
        assert!(late.is_wait() && late.last::<ApprovalRecord>().is_some(), "{late}");
        assert_eq!(sandbox.effects().count(EffectKind::Payment), 0);
        assert!(sandbox.decide(&approval, decision));
        let decided = D::finish(client.approvals().decided(&approval))?;
        assert_eq!(decided.approval_status, expected);
        assert_eq!(sandbox.effects().count(EffectKind::Payment), payments);
    }
    Ok(())
}

fn a_mandate_is_paused_resumed_and_revoked<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = granted(&client, "con-1", 10_000, 6_000)?.mandate_id;
    let mandates = client.mandates();
    let status = |change: MandateChange| change.mandate.and_then(|mandate| mandate.status);
    let paused = D::finish(mandates.pause(&id, Some("audit")))?;
    assert_eq!((paused.changed, status(paused)), (Some(true), Some(MandateStatus::Paused)));
    assert_eq!(D::finish(mandates.pause(&id, None))?.changed, Some(false));
    let error = D::finish(mandates.spend(&id, &spend("att-1", 1))).unwrap_err();
    assert_eq!(refused(&error), (403, "policy_denied"));
    assert_eq!(status(D::finish(mandates.resume(&id, None))?), Some(MandateStatus::Active));
    D::finish(mandates.spend(&id, &spend("att-2", 1)))?;
    assert_eq!(status(D::finish(mandates.revoke(&id, None))?), Some(MandateStatus::Revoked));
    let error = D::finish(mandates.resume(&id, None)).unwrap_err();
    assert_eq!(refused(&error), (409, "invalid_transition"));
    assert_eq!(D::finish(mandates.get(&id))?.status, Some(MandateStatus::Revoked));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    assert_eq!(D::finish(mandates.card(&id, None))?.card, None);
    let error = D::finish(mandates.delete_card(&id)).unwrap_err();
    assert_eq!(refused(&error), (404, "no_active_card"));
    Ok(())
}

fn a_signed_mandate_pays_and_leaves_a_receipt<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let granted = granted(&client, "con-1", 10_000, 6_000)?;
    let (mandate, signature) = (granted.mandate.unwrap(), granted.signature.unwrap());
    let pay = |signature: Sensitive| {
        let amount = Minor::new(700);
        PaymentArgs::new(mandate.clone(), signature, "food", "att-1", amount, "shop@pix.test")
            .agent_id("shopper-1")
    };
    let forged =
        D::finish(client.mandates().execute_payment(&pay(Sensitive::from("00")))).unwrap_err();
    assert_eq!(refused(&forged), (422, "mandate_verify"));
    // What was signed is not what is presented.
    let mut altered = mandate.to_value();
    altered["cap_minor"] = json!(99_000);
    let mut args = pay(signature.clone());
    args.mandate = altered.into();
    let forged = D::finish(client.mandates().execute_payment(&args)).unwrap_err();
    assert_eq!(refused(&forged), (422, "mandate_verify"));
    let others = pay(signature.clone()).agent_id("shopper-2");
    let others = D::finish(client.mandates().execute_payment(&others)).unwrap_err();
    assert_eq!(refused(&others), (422, "mandate_verify"));
    assert!(sandbox.effects().is_empty());
    let paid = D::finish(client.mandates().execute_payment(&pay(signature)))?;
    assert_eq!(paid.payment.as_ref().unwrap().amount_minor, Some(Minor::new(700)));

    let id = paid.receipt.unwrap().id.unwrap();
    let receipt = D::finish(client.consumers().receipt(&id))?;
    assert_eq!(receipt.state, Some(ReceiptState::Paid));
    assert_eq!(D::finish(client.consumers().receipts("con-1"))?, [receipt]);
    let came = DeliveryOutcome::Confirmed;
    let proof = RecordDelivery::new(came, "NF-e 42", DeliveryProofKind::Nfe);
    let delivered = D::finish(client.consumers().record_delivery(&id, &proof))?;
    assert_eq!(delivered.state, Some(ReceiptState::Delivered));
    assert_eq!(delivered.delivery.unwrap().kind.as_deref(), Some("nfe"));
    let error = D::finish(client.consumers().receipt("rcpt_none")).unwrap_err();
    assert_eq!(refused(&error), (404, "receipt_not_found"));
    Ok(())
}

fn agents_have_names_and_documents<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let named = RegisterAgent::new("shopper-1", "user:77").display_name("Shopper");
    let agent = D::finish(client.agents().register(&named))?;
    let did = agent.agent_did.unwrap();
    let listed = D::finish(client.agents().list(&ListAgents::default()))?.remove(0);
    assert_eq!((listed.did.as_ref(), listed.status), (Some(&did), Some(AgentStatus::Active)));
    let document = D::finish(client.agents().did_document(&did))?.to_value();
    assert_eq!(
        (&document["id"], document["verificationMethod"][0]["publicKeyJwk"]["crv"].as_str()),
        (&json!(did), Some("Ed25519"))
    );
    let error = D::finish(client.agents().register(&named)).unwrap_err();
    assert_eq!(refused(&error), (409, "agent_already_registered"));
    D::finish(client.create(&args().agent("shopper-1")))?;
    let error = D::finish(client.create(&args().agent("nobody"))).unwrap_err();
    assert_eq!(refused(&error), (422, "agent_not_registered"));
    assert_eq!(
        wrong(&D::finish(client.agents().register(&RegisterAgent::new("a", ""))).unwrap_err()),
        "principal_ref"
    );
    Ok(())
}
