//! Governed spending: arguments that cannot work.

use codespar_proto::{
    Currency, Json, Minor,
    account_applications::{CreateAccountApplication, ReadAccountApplication},
    agents::{ListAgents, RegisterAgent},
    approvals::ListApprovals,
    audit_events::{AnchorDocument, ListAnchors, ListAuditEvents, ListAuditIncidents},
    bank_consents::{BankAuthorization, CreateBankConsent, ListBankConsents, RefreshStatement},
    cards::{CardAddress, CardDocument, CardHolder, CreateCard, ListCards},
    facilitator::{ExecuteTransfer, TransferAuthorization, TransferDomain, TransferIntent},
    mandates::{
        ListMandates, PaymentActor, PaymentArgs, SpendApproval, SpendArgs, SpendQuote,
        TedDestination,
    },
    organizations::{CreateOrgMandate, ListOrgMandates, OrgMandateKind},
    policies::{CreatePolicy, PolicyKind, ReorderPolicies, UpdatePolicy},
    testing::Replay,
    types::{AtomicText, DecimalText},
};

use crate::{
    check::{client_refuses as refuses, refused},
    support::client,
};

#[test]
fn ids_that_lead_elsewhere() {
    for id in ["", ".", ".."] {
        refused! {
            "mandate_id": client => client.mandates().receipts(id, None);
            "did": client => client.agents().suspend(id, None);
            "did": client => client.agents().revoke(id);
            "agent_id": client => client.agents().rotate_key(id);
            "agent_id": client => client.agents().revoke_key(id, "k");
            "kid": client => client.agents().revoke_key("a", id);
            "approval_id": client => client.approvals().get(id);
            "policy_id": client => client.policies().get(id);
            "policy_id": client => client.policies().delete(id);
            "policy_id": client =>
                client.policies().update(id, &UpdatePolicy::default().enabled(true));
            "organization_id": client => client.organizations().pause_state(id);
            "organization_id": client => client.organizations().pause(id, None);
            "user_id": client => client.organizations().anonymize("o", id);
            "organization_id": client =>
                client.organizations().mandates().list(id, &ListOrgMandates::default());
            "mandate_id": client => client.organizations().mandates().get("o", id);
            "mandate_id": client => client.organizations().mandates().revoke("o", id, None);
            "bank_consent_id": client => client.bank_consents().get(id);
            "bank_consent_id": client => client.bank_consents().revoke(id, None);
            "bank_consent_id": client =>
                client.bank_consents().refresh_statement(id, &RefreshStatement::default());
            "bank_consent_id": client =>
                client.bank_consents().callback(id, &BankAuthorization::new("c"));
            "card_id": client => client.cards().get(id);
            "verification_id": client =>
                client.account_applications().get(id, &ReadAccountApplication::new("1"));
            "authorization_id": client => client.facilitator().get(id);
        }
    }
}

#[test]
fn limits_out_of_range() {
    for limit in [0, 201] {
        refused! {
            "limit": client => client.mandates().list(&ListMandates::default().limit(limit));
            "limit": client => client.mandates().receipts("m", Some(limit));
            "limit": client => client.mandates().card("m", Some(limit));
            "limit": client => client.agents().list(&ListAgents::default().limit(limit));
            "limit": client => client.policies().evaluations(Some(limit));
            "limit": client =>
                client.bank_consents().list(&ListBankConsents::default().limit(limit));
            "limit": client => client.cards().list(&ListCards::default().limit(limit));
            "limit": client => client
                .organizations()
                .mandates()
                .list("o", &ListOrgMandates::default().limit(limit));
            "limit": client =>
                client.audit_events().list_page(&ListAuditEvents::default().limit(limit));
            "limit": client => client.audit_events().anchors(&ListAnchors::default().limit(limit));
        }
    }
    refused! {
        "limit": client => client.approvals().list(&ListApprovals::default().limit(0));
        "status": client => client.approvals().list(&ListApprovals::default().status(" "));
        "status": client =>
            client.audit_events().incidents(&ListAuditIncidents::default().status(""));
    }
    let replay = Replay::new();
    let mut items = client(&replay).audit_events().list(&ListAuditEvents::default().limit(0));
    assert_eq!(items.next().unwrap().unwrap_err().field(), Some("limit"));
    assert!(items.next().is_none());
}

#[test]
fn payments_under_a_mandate() {
    let spend = || SpendArgs::new("a", Minor::new(1), "k");
    let quote =
        |price, payee: &str| spend().quote(SpendQuote::new("s", "r", Minor::new(price), payee));
    let approval = |hash: &str| spend().approval(SpendApproval::new(hash));
    let good = "0a".repeat(32);
    let batch = SpendApproval::new(good.clone()).batch_hash("0A".repeat(32));
    let ted = TedDestination::new("0", "1", "2", "", "n");
    let mut nobody = PaymentActor::human("p");
    nobody.kind = "".into();
    let payment =
        PaymentArgs::new(Json::parse_str("{}").unwrap(), "s", "p", "a", Minor::new(1), "k")
            .approval(SpendApproval::new("00"));
    refused! {
        "attempt_id": client =>
            client.mandates().spend("m", &SpendArgs::new("a".repeat(129), Minor::new(1), "k"));
        "payee": client =>
            client.mandates().spend("m", &SpendArgs::new("a", Minor::new(1), "k".repeat(1025)));
        "quote.price_minor": client => client.mandates().spend("m", &quote(0, "k"));
        "quote.payee": client => client.mandates().spend("m", &quote(1, ""));
        "actor.on_behalf_of": client =>
            client.mandates().spend("m", &spend().actor(PaymentActor::agent("a", "")));
        "actor.id": client => client.mandates().spend("m", &spend().actor(PaymentActor::human("")));
        "actor.type": client => client.mandates().spend("m", &spend().actor(nobody));
        "approval.items_hash": client => client.mandates().spend("m", &approval(&good[1..]));
        "approval.items_hash": client =>
            client.mandates().spend("m", &approval(&good.to_uppercase()));
        "approval.batch_hash": client => client.mandates().spend("m", &spend().approval(batch));
        "ted.tax_id": client => client.mandates().spend("m", &spend().ted(ted));
        "approval.items_hash": client => client.mandates().execute_payment(&payment);
    }
}

#[test]
fn agents_and_policies() {
    let list = Json::parse_str("[]").unwrap();
    let many = ReorderPolicies::new((0..1001).map(|id| id.to_string()));
    let none = ReorderPolicies::new(Vec::<String>::new());
    refused! {
        "principal_ref": client =>
            client.agents().register(&RegisterAgent::new("a", "cpf 12345678909"));
        "name": client => client.policies().create(&CreatePolicy::new("", PolicyKind::Deny));
        "name": client =>
            client.policies().create(&CreatePolicy::new("x".repeat(129), PolicyKind::Deny));
        "type": client => client.policies().create(&CreatePolicy::new("n", PolicyKind::from("")));
        "config": client =>
            client.policies().create(&CreatePolicy::new("n", PolicyKind::Deny).config(list));
        "policy": client => client.policies().update("p", &UpdatePolicy::default());
        "name": client => client.policies().update("p", &UpdatePolicy::default().name(""));
        "ids": client => client.policies().reorder(&none);
        "ids": client => client.policies().reorder(&many);
        "ids": client => client.policies().reorder(&ReorderPolicies::new([""]));
    }
}

#[test]
fn mandates_of_the_organization() {
    let mandate = |amount: &str, purposes: &[&str]| {
        let purposes = purposes.iter().map(|&purpose| purpose.to_owned()).collect::<Vec<_>>();
        let amount: DecimalText = amount.parse().unwrap();
        CreateOrgMandate::new("a", OrgMandateKind::Payment, amount, Currency::BRL, purposes, 9_u64)
    };
    let most: DecimalText = "0.005".parse().unwrap();
    for (field, args) in [
        ("amount", mandate("0", &["p"])),
        ("amount", mandate("0.005", &["p"])),
        ("purposes", mandate("1", &[])),
        ("purposes", mandate("1", &[""])),
        ("purposes", mandate("1", &["pão"])),
        ("max_amount", mandate("1", &["p"]).max_amount(most)),
    ] {
        refuses(field, |client| client.organizations().mandates().create("o", &args).map(drop));
    }
}

#[test]
fn consents_and_applications() {
    let list = Json::parse_str("[]").unwrap();
    let consent = |bank: &str, url: &str| CreateBankConsent::new(bank, "c", vec![], url);
    let anchor = AnchorDocument::new("a", "o", 1_u64, "", "2026-10-01T00:00:00Z", "s");
    refused! {
        "bank_id": client => client.bank_consents().create(&consent("", "https://x.test"));
        "redirect_url": client => client.bank_consents().create(&consent("bb", "http://x.test"));
        "auth_code": client => client.bank_consents().callback("b", &BankAuthorization::new(""));
        "buyer": client =>
            client.account_applications().create(&CreateAccountApplication::new(list));
        "document_number": client =>
            client.account_applications().get("v", &ReadAccountApplication::new(""));
        "head_hash": client => client.audit_events().verify_anchor(&anchor);
    }
}

#[test]
fn cards() {
    let holder = |birthdate: &str, country: &str| {
        let document = CardDocument::new("CPF", "1", "BR");
        let address = CardAddress::new("R", "C", "0", country);
        CardHolder::new("Maria", "m@x.test", birthdate, document, address)
    };
    let card = |country: &str, birthdate: &str| {
        CreateCard::new(country, "BRL", holder(birthdate, "BR"), "m")
    };
    let mut abroad = card("BR", "1990-12-31");
    abroad.holder = holder("1990-12-31", "bra");
    refused! {
        "country": client => client.cards().create(&card("br", "1990-12-31"));
        "holder.birthdate": client => client.cards().create(&card("BR", "31/12/1990"));
        "holder.address.country": client => client.cards().create(&abroad);
    }
}

#[test]
fn transfers_that_others_signed() {
    let transfer = |value: i64, payee: &str, most: i64| {
        ExecuteTransfer::new(
            TransferAuthorization::new("0x1", "0xAb", AtomicText::new(value), "0", "9", "0x3"),
            TransferDomain::new("USD Coin", "2", 1_u64, "0x4"),
            "s",
            TransferIntent::new(payee, "r", "p", Minor::new(most)),
        )
    };
    let mut capped = transfer(1, "0xab", 1);
    capped.intent.total_cap_minor = Some(Minor::new(0));
    for (field, args) in [
        ("authorization.value", transfer(0, "0xAb", 1)),
        ("intent.payee", transfer(1, "0xac", 1)),
        ("intent.max_amount_minor", transfer(1, "0xab", 0)),
        ("intent.total_cap_minor", capped),
    ] {
        refuses(field, |client| client.facilitator().execute(&args).map(drop));
    }
}
