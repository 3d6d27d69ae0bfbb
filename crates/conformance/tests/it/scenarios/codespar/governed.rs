//! Spending that is governed: held by policies, on its way, stopped with its agent or its
//! organization, and seen by the audit trail.

use std::time::Duration;

use codespar_proto::{
    Currency, Error, ErrorKind, Json, KeyUse, Minor, Verdict,
    account_applications::{ApplicationState, CreateAccountApplication, ReadAccountApplication},
    agents::{AgentStatus, ListAgents, RegisterAgent},
    approvals::{ApprovalState, ListApprovals},
    audit_events::{
        AnchorDocument, AnchorVerdict, AuditAdvice, AuditVerdict, ExportAudit, ListAnchors,
        ListAuditEvents, VerifyAudit,
    },
    bank_consents::{BankAuthorization, BankConsentStatus, CreateBankConsent, RefreshStatement},
    cards::{CardAddress, CardDocument, CardHolder, CardIssueState, CreateCard, ListCards},
    consumers::TransferArgs,
    facilitator::{ExecuteTransfer, TransferAuthorization, TransferDomain, TransferIntent},
    mandates::SpendArgs,
    organizations::{CreateOrgMandate, ListOrgMandates, OrgMandateKind, OrgMandateStatus},
    policies::{CreatePolicy, PolicyDecision, PolicyKind},
    types::{AtomicText, MinorText},
    wallets::{CreateWallet, LedgerKind, PostLedgerEntry, WalletTransferArgs},
};
use codespar_sandbox::{Decision, EffectKind, Fault, Reconciliation, Sandbox};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, client_of, granted, refused};

testing_support::with_both_drivers! {
    a_policy_holds_a_payment_that_moves_once
    a_policy_holds_a_transfer_that_moves_once
    a_payment_on_its_way_is_asked_for_under_its_id
    a_change_that_another_request_won_is_read_again
    agents_and_the_organization_stop_and_go_on
    mandates_of_the_organization_are_signed_once
    cards_are_one_per_key_and_bound_to_a_mandate
    banks_and_accounts_are_asked_on_behalf_of_a_consumer
    a_signed_transfer_settles_once
    the_audit_trail_has_seen_it_all
}

const ORG: &str = "org_sandbox";

/// That an answer has no member that its type does not know.
macro_rules! known {
    ($answer:expr) => {{
        let answer = $answer;
        assert!(answer.extra.is_empty(), "{:?}", answer.extra);
        answer
    }};
}

fn spend(attempt: &str, minor: i64) -> SpendArgs {
    SpendArgs::new(attempt, Minor::new(minor), "shop@pix.test")
}

fn a_policy_holds_a_payment_that_moves_once<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = granted(&client, "con-1", 10_000, 6_000)?.mandate_id;
    let ask = CreatePolicy::new("ask", PolicyKind::ApprovalRequired);
    let policy = known!(D::finish(client.policies().create(&ask))?);
    let pay = || client.mandates().spend(&id, &spend("att-1", 500));
    let held = D::finish(pay()).unwrap_err();
    assert_eq!((held.verdict(), held.key_use()), (Verdict::Held, KeyUse::Same), "{held}");
    let approval = held.approval().unwrap().id.clone();
    let waiting = D::finish(client.approvals().list(&ListApprovals::default()))?;
    let waiting = known!(&waiting[0]);
    assert_eq!(
        (waiting.id.as_ref(), &waiting.matched_rule_id, &waiting.status),
        (Some(&approval), &policy.id, &Some(ApprovalState::Pending))
    );
    let queue = known!(D::finish(client.approvals().health())?);
    assert_eq!(queue.pending_count, Some(1));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 0);
    assert!(sandbox.decide(&approval, Decision::Approve));
    assert_eq!(D::finish(pay())?.idempotent_replay, Some(true));
    assert_eq!(sandbox.effects().count_with_key("att-1"), 1);
    let seen = D::finish(client.policies().evaluations(Some(1)))?;
    let seen = known!(&seen[0]);
    assert_eq!(
        (&seen.decision, seen.approval_id.as_ref(), seen.decided_at.is_some()),
        (&Some(PolicyDecision::ApprovalRequired), Some(&approval), true)
    );
    // What fails after it was approved, has not moved, and its id is used up.
    let held = D::finish(client.mandates().spend(&id, &spend("att-2", 500))).unwrap_err();
    assert!(sandbox.decide(&held.approval().unwrap().id, Decision::ApproveAndFail));
    let failed = D::finish(client.approvals().status(&held.approval().unwrap().id))?;
    assert_eq!(known!(&failed).approval_status, ApprovalState::ExecutionFailed);
    let spent = D::finish(client.mandates().spend(&id, &spend("att-2", 500))).unwrap_err();
    assert_eq!(refused(&spent), (409, "psp_attempt_conflict"));
    let deny = CreatePolicy::new("no", PolicyKind::Deny);
    let deny = D::finish(client.policies().create(&deny))?.id.unwrap();
    let order = codespar_proto::policies::ReorderPolicies::new([deny]);
    D::finish(client.policies().reorder(&order))?;
    let denied = D::finish(client.mandates().spend(&id, &spend("att-3", 1))).unwrap_err();
    assert_eq!((refused(&denied), denied.approval().is_none()), ((403, "policy_denied"), true));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    Ok(())
}

fn a_policy_holds_a_transfer_that_moves_once<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let wallet = D::finish(client.wallets().create(&CreateWallet::new("Main", Currency::BRL)))?.id;
    let money = MinorText::from(Minor::new(1_000));
    let money = PostLedgerEntry::new(ORG, Currency::BRL, money, LedgerKind::Fund, "in-1");
    D::finish(client.wallets().post_entry(&wallet, &money))?;
    let mut ask = CreatePolicy::new("ask", PolicyKind::ApprovalRequired);
    ask.tools = Some(vec!["wallet:withdraw".to_owned()]);
    D::finish(client.policies().create(&ask))?;
    let out = |key: &str| {
        let out = WalletTransferArgs::new(Currency::BRL, "maria@example.com", Minor::new(400));
        client.wallets().transfer(&wallet, &out.idempotency_key(key))
    };
    let left = || -> Result<_, Error> {
        let held = D::finish(client.wallets().get(&wallet))?.balances.remove(0);
        Ok(held.available_minor.unwrap().minor())
    };
    for (key, decision) in [("out-1", Decision::Approve), ("out-2", Decision::Deny)] {
        let held = D::finish(out(key)).unwrap_err();
        assert_eq!((held.verdict(), held.key_use()), (Verdict::Held, KeyUse::Same), "{held}");
        let approval = held.approval().unwrap().id.clone();
        let again = D::finish(out(key)).unwrap_err();
        assert_eq!(again.approval().unwrap().id, approval);
        assert!(sandbox.decide(&approval, decision));
    }
    let sent = D::finish(out("out-1"))?;
    assert_eq!((sent.status.as_deref(), left()?), (Some("sent"), Some(Minor::new(600))));
    let denied = D::finish(out("out-2")).unwrap_err();
    assert_eq!(refused(&denied), (409, "withdrawal_failed"));
    assert_eq!((denied.verdict(), denied.key_use()), (Verdict::Refused, KeyUse::Spent));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    Ok(())
}

fn a_payment_on_its_way_is_asked_for_under_its_id<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::MAX).start()?;
    let (one, other) = (client_of::<D>(&sandbox), client_of::<D>(&sandbox));
    let id = granted(&one, "con-1", 10_000, 6_000)?.mandate_id;
    // 6.68 is on its way until somebody says what became of it.
    let call = one.mandates().spend(&id, &spend("att-1", 668)).timeout(Duration::from_millis(200));
    let lost = D::finish(call).unwrap_err();
    assert_eq!((lost.kind(), lost.verdict()), (ErrorKind::Timeout, Verdict::Unknown), "{lost}");
    let ask = || D::finish(other.mandates().spend(&id, &spend("att-1", 668)));
    for _ in 0..2 {
        let running = ask().unwrap_err();
        assert_eq!(refused(&running), (409, "psp_attempt_in_flight"));
        assert_eq!(
            (running.verdict(), running.key_use()),
            (Verdict::Unknown, KeyUse::Same),
            "{running}"
        );
    }
    assert!(sandbox.effects().is_empty());
    assert!(sandbox.reconcile("att-1", Reconciliation::Moved));
    assert_eq!(ask()?.idempotent_replay, Some(true));
    assert_eq!(sandbox.effects().count_with_key("att-1"), 1);
    let ledger = D::finish(one.mandates().receipts(&id, None))?;
    assert_eq!(known!(&ledger[0]).amount_minor.as_ref().unwrap().minor(), Some(Minor::new(668)));
    assert_eq!(ledger.len(), 1);
    Ok(())
}

fn a_change_that_another_request_won_is_read_again<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = granted(&client, "con-1", 10_000, 6_000)?.mandate_id;
    let won = serde_json::json!({ "error": { "code": "transition_conflict", "message": "read" } });
    sandbox.inject(Fault::on("POST", format!("/v1/mandates/{id}/pause")).answer(409, won));
    let error = D::finish(client.mandates().pause(&id, None)).unwrap_err();
    assert_eq!(refused(&error), (409, "transition_conflict"));
    let read = known!(D::finish(client.mandates().get(&id))?);
    assert_eq!((read.org_paused, read.usage.is_some()), (Some(false), true));
    Ok(())
}

fn agents_and_the_organization_stop_and_go_on<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = granted(&client, "con-1", 10_000, 6_000)?.mandate_id;
    let named = RegisterAgent::new("shopper-1", "user:77");
    let agent = known!(D::finish(client.agents().register(&named))?);
    let did = agent.agent_did.unwrap();
    let refusal = |attempt: &str| {
        let error = D::finish(client.mandates().spend(&id, &spend(attempt, 10))).unwrap_err();
        assert!(error.is_refusal(), "{error}");
        error.code().unwrap_or_default().to_owned()
    };
    let stopped = known!(D::finish(client.agents().suspend(&did, Some("drill")))?);
    let status = stopped.agent.unwrap().status;
    assert_eq!((stopped.changed, status), (Some(true), Some(AgentStatus::Suspended)));
    assert_eq!(refusal("att-1"), "agent_suspended");
    assert!(sandbox.resume(&did));
    let paused = known!(D::finish(client.organizations().pause(ORG, Some("drill")))?);
    assert_eq!((paused.changed, known!(paused.pause.unwrap()).paused), (Some(true), Some(true)));
    assert_eq!(refusal("att-1"), "org_paused");
    assert_eq!(D::finish(client.mandates().get(&id))?.org_paused, Some(true));
    // Every other door is closed as well.
    let session = D::finish(client.create(&args()))?;
    let out = WalletTransferArgs::new(Currency::BRL, "maria@example.com", Minor::new(1));
    let main = D::finish(client.wallets().create(&CreateWallet::new("Main", Currency::BRL)))?;
    let swap = TransferArgs::new(Currency::BRL, "USDC", Minor::new(1)).execute(true);
    let pay = serde_json::json!({
        "action": "pay", "amount": 1, "currency": "BRL", "description": "x",
        "recipient": "a@b.test",
    });
    for error in [
        D::finish(client.wallets().transfer(&main.id, &out)).unwrap_err(),
        D::finish(client.consumers().transfer("con-1", &swap)).unwrap_err(),
        D::finish(session.execute("codespar_pay", &pay)).unwrap_err(),
    ] {
        assert_eq!(refused(&error), (403, "org_paused"));
        assert_eq!(error.verdict(), Verdict::Refused, "{error}");
    }
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 0);
    assert!(sandbox.resume(ORG));
    D::finish(client.mandates().spend(&id, &spend("att-1", 10)))?;

    let next = known!(D::finish(client.agents().rotate_key("shopper-1"))?);
    assert_eq!(next.retired_kid, agent.kid);
    let kid = next.kid.unwrap();
    known!(D::finish(client.agents().revoke_key("shopper-1", &kid))?);
    let error = D::finish(client.agents().rotate_key("shopper-1")).unwrap_err();
    assert_eq!(refused(&error), (409, "no_active_key"));
    let revoked = known!(D::finish(client.agents().revoke(&did))?);
    assert_eq!(revoked.revoked_kids, [agent.kid.unwrap()]);
    assert_eq!(refusal("att-2"), "agent_inactive");
    let ended = ListAgents::default().status(AgentStatus::Revoked);
    let listed = D::finish(client.agents().list(&ended))?;
    assert_eq!(known!(&listed[0]).did, Some(did));
    let forgotten = known!(D::finish(client.organizations().anonymize(ORG, "con-1"))?);
    assert_eq!(forgotten.rows_deferred, Some(1));
    Ok(())
}

fn mandates_of_the_organization_are_signed_once<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let organizations = client.organizations();
    let mandates = organizations.mandates();
    let amount = "1.50".parse()?;
    let purposes = vec!["food".to_owned()];
    let until = 4_000_000_000_u64;
    let kind = OrgMandateKind::Payment;
    let args = CreateOrgMandate::new("a", kind, amount, Currency::BRL, purposes, until);
    let made = known!(D::finish(mandates.create(ORG, &args))?);
    assert!(!format!("{made:?}").contains(made.signed_token.as_ref().unwrap().expose()));
    let id = made.mandate_id.unwrap();
    let read = known!(D::finish(mandates.get(ORG, &id))?);
    assert_eq!((read.status, read.amount), (Some(OrgMandateStatus::Active), "1.50".parse().ok()));
    let ended = known!(D::finish(mandates.revoke(ORG, &id, None))?);
    assert_eq!(ended.prior_status, Some(OrgMandateStatus::Active));
    let error = D::finish(mandates.revoke(ORG, &id, None)).unwrap_err();
    assert_eq!(refused(&error), (409, "mandate_already_revoked"));
    assert!(D::finish(mandates.list(ORG, &ListOrgMandates::default()))?.is_empty());
    Ok(())
}

fn cards_are_one_per_key_and_bound_to_a_mandate<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let id = granted(&client, "con-1", 10_000, 6_000)?.mandate_id;
    let document = CardDocument::new("CPF", "1", "BR");
    let address = CardAddress::new("R", "C", "0", "BR").street_number("7").municipality("3550308");
    let holder = CardHolder::new("Maria", "m@x.test", "1990-12-31", document, address);
    let args = CreateCard::new("BR", "BRL", holder, &*id);
    let create = || client.cards().create(&args).idempotency_key("card-1");
    sandbox.inject(Fault::on("POST", "/v1/cards").lose_answer());
    let made = known!(D::finish(create())?);
    assert_eq!(made.state, Some(CardIssueState::Issued));
    assert_eq!(D::finish(create())?, made);
    assert_eq!(sandbox.effects().count(EffectKind::Card), 1, "the lost answer was asked for again");
    let card = known!(made.card.clone().unwrap());
    let flow = known!(D::finish(client.cards().get(made.flow_id.as_ref().unwrap()))?);
    assert_eq!(flow.card.as_ref(), Some(&card));
    assert_eq!(D::finish(client.cards().get(card.id.as_ref().unwrap()))?.card, Some(card.clone()));
    let listed = D::finish(client.cards().list(&ListCards::default()))?;
    assert_eq!(listed, std::slice::from_ref(&card));
    let bound = known!(D::finish(client.mandates().card(&id, None))?);
    assert_eq!(known!(bound.card.unwrap()).card_id, card.card_id);
    let unbound = known!(D::finish(client.mandates().delete_card(&id))?);
    assert_eq!((unbound.revoked, unbound.card_id), (Some(true), card.card_id));
    let error = D::finish(client.mandates().delete_card(&id)).unwrap_err();
    assert_eq!(refused(&error), (404, "no_active_card"));
    Ok(())
}

fn banks_and_accounts_are_asked_on_behalf_of_a_consumer<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let scopes = vec!["accounts".to_owned()];
    let ask = CreateBankConsent::new("bb", "con-1", scopes, "https://x.test");
    let consent = known!(D::finish(client.bank_consents().create(&ask))?);
    assert_eq!(consent.status, Some(BankConsentStatus::Pending));
    let id = consent.id.unwrap();
    let given = client.bank_consents().callback(&id, &BankAuthorization::new("code"));
    assert_eq!(known!(D::finish(given)?).status, Some(BankConsentStatus::Authorised));
    let refresh = || client.bank_consents().refresh_statement(&id, &RefreshStatement::default());
    let first = known!(D::finish(refresh())?);
    let second = D::finish(refresh())?;
    assert_eq!((second.imported, second.duplicates), (Some(0), first.imported));
    let ended = known!(D::finish(client.bank_consents().revoke(&id, None))?);
    assert_eq!(ended.status, Some(BankConsentStatus::Revoked));

    let buyer = Json::parse_str(r#"{"documentNumber":"52998224725"}"#)?;
    let apply = CreateAccountApplication::new(buyer);
    let opened = known!(D::finish(client.account_applications().create(&apply))?);
    let (id, mine) = (opened.verification_id.unwrap(), ReadAccountApplication::new("52998224725"));
    sandbox.advance(Duration::from_secs(60));
    let status = known!(D::finish(client.account_applications().get(&id, &mine))?);
    assert_eq!(status.status, Some(ApplicationState::Approved));
    assert_eq!(status.funding_source_id.as_deref(), Some("fs_celcoin_52998224725"));
    Ok(())
}

fn a_signed_transfer_settles_once<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let hex = |digits: &str, bytes: usize| format!("0x{}", digits.repeat(bytes));
    let (from, to, nonce) = (hex("a1", 20), hex("b2", 20), hex("03", 32));
    let value = AtomicText::new(5_000_001);
    let args = ExecuteTransfer::new(
        TransferAuthorization::new(from, &*to, value.clone(), "0", "9999999999", nonce),
        TransferDomain::new("USD Coin", "2", 84_532_u64, "0xc4"),
        hex("5d", 65),
        TransferIntent::new(&*to, "r", "p", Minor::new(501)),
    );
    let done = known!(D::finish(client.facilitator().execute(&args))?);
    known!(done.settlement.unwrap());
    let again = D::finish(client.facilitator().execute(&args)).unwrap_err();
    assert_eq!(refused(&again), (409, "authorization_replayed"));
    let id = done.foreign_authorization_id.unwrap();
    let row = known!(D::finish(client.facilitator().get(&id))?);
    assert_eq!((row.value_atomic, row.amount_minor), (Some(value), Some(Minor::new(501))));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    Ok(())
}

fn the_audit_trail_has_seen_it_all<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let (audit, ids) = (client.audit_events(), ["1", "2", "3", "4", "5"]);
    for id in ids {
        let policy = CreatePolicy::new(id, PolicyKind::Allow);
        D::finish(client.policies().create(&policy))?;
    }
    let (events, failed) = D::collect(audit.list(&ListAuditEvents::default().limit(2)));
    assert!(failed.is_none(), "{failed:?}");
    let numbers: Vec<_> = events.iter().filter_map(|event| known!(event).sequence_number).collect();
    assert_eq!(numbers, [5, 4, 3, 2, 1]);
    assert_eq!(events[0].prev_hash, events[1].entry_hash);
    let (from, to) = ("2020-01-01T00:00:00Z", "2120-01-01T00:00:00Z");
    let whole = known!(D::finish(audit.verify(&VerifyAudit::new(from, to)))?);
    assert_eq!((whole.status, whole.events_verified), (Some(AuditVerdict::Verified), Some(5)));
    let health = known!(D::finish(audit.health())?);
    assert_eq!(health.actionable_status, Some(AuditAdvice::Healthy));
    known!(known!(health.verification.unwrap()).chain_link_check.unwrap());
    let anchors = D::finish(audit.anchors(&ListAnchors::default()))?;
    let anchor = known!(&anchors[0]);
    let document = AnchorDocument::new(
        anchor.id.clone().unwrap(),
        ORG,
        anchor.head_sequence.unwrap(),
        anchor.head_hash.clone().unwrap(),
        anchor.anchored_at.clone().unwrap(),
        anchor.signature.clone().unwrap(),
    );
    let checked = known!(D::finish(audit.verify_anchor(&document))?);
    assert_eq!(checked.verdict, Some(AnchorVerdict::Verified));
    let export = known!(D::finish(audit.export(&ExportAudit::new(from, to)))?);
    let manifest = known!(export.manifest.unwrap());
    assert_eq!((manifest.row_count, export.rows.len()), (Some(5), 5));
    assert_eq!(manifest.final_hash, events[0].entry_hash);
    known!(D::finish(audit.config())?);
    Ok(())
}
