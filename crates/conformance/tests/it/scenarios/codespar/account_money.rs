//! The money of an account as its owner rehearses it: test money and its limits, what was paid and
//! came in, contacts that are verified, boletos of a document, sellers, late payments.

use std::time::Duration;

use codespar_proto::{
    ChargeMethod, Client, CreateCharge, Currency, Error, Major, Minor, Verdict,
    account::{
        AccountPaymentStatus, AccountWindow, FundAccount, ListAccountLedger, ListAccountPayments,
        ListAccountSessions,
    },
    charges::{ChargeLocalStatus, ChargeStatus},
    consents::{ConsentIntent, ConsentRail, CreateConsent, SubmitConsent},
    consumers::{CreateConsumer, ListConsumers, TaxType, UpdateConsumer},
    contact_verifications::{ContactChannel, CreateContactVerification, VerifyContact},
    dda::{CreateDdaSubscription, DdaSubscriptionStatus},
    mandates::SpendArgs,
    sellers::{CreateSeller, SellerDocumentType, SellerStatus},
    test_money::ChargeScenario,
    types::MinorText,
    wallets::{LedgerKind, PostLedgerEntry},
};
use codespar_sandbox::{Decision, Sandbox};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, client_of, granted, refused};

testing_support::with_both_drivers! {
    test_money_has_its_limits
    the_account_says_what_was_paid_and_what_came_in
    a_consumer_is_known_and_its_contact_verified
    boletos_of_a_document_are_subscribed_to
    a_seller_is_taken_after_a_while
    a_late_payment_leaves_a_charge_at_odds
}

/// What an amount in a text is.
fn minor(text: &Option<MinorText>) -> i64 {
    text.as_ref().and_then(MinorText::minor).unwrap().get()
}

fn test_money_has_its_limits<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let account = client.account();
    let fund = FundAccount::new(Minor::new(500), "fund-1");
    let added = D::finish(account.fund(&fund))?;
    let again = D::finish(account.fund(&fund))?;
    assert_eq!((added.idempotent_replay, again.idempotent_replay), (Some(false), Some(true)));
    assert_eq!(added.entry_id, again.entry_id);
    let other = FundAccount::new(Minor::new(501), "fund-1");
    let conflict = D::finish(account.fund(&other)).unwrap_err();
    assert_eq!(refused(&conflict), (409, "idempotency_key_conflict"));

    let granted = D::finish(account.fund_initial())?;
    assert_eq!((granted.granted, minor(&granted.amount_minor)), (Some(true), 10_000));
    assert_eq!(D::finish(account.fund_initial())?.granted, Some(false));
    assert_eq!(D::finish(account.refill())?.refilled, Some(false));
    let wallet = granted.wallet_id.unwrap();
    let spend = |attempt: &str| -> Result<(), Error> {
        let entry = PostLedgerEntry::new(
            "org_sandbox",
            Currency::BRL,
            MinorText::from(Minor::new(-4_000)),
            LedgerKind::Debit,
            attempt,
        );
        D::finish(client.wallets().post_entry(&wallet, &entry)).map(drop)
    };
    spend("out-0")?;
    for attempt in ["out-1", "out-2", "out-3"] {
        spend(attempt)?;
        assert_eq!(D::finish(account.refill())?.refilled, Some(true));
    }
    spend("out-4")?;
    let quota = D::finish(account.test_balance())?.refill.unwrap();
    assert_eq!((quota.left_today, minor(&quota.room_minor)), (Some(0), 4_000));
    let limited = D::finish(account.refill()).unwrap_err();
    assert_eq!(refused(&limited), (429, "test_refill_limit_reached"));
    assert_eq!(limited.verdict(), Verdict::Refused);
    sandbox.advance(limited.retry_after().unwrap());
    assert_eq!(D::finish(account.refill())?.refilled, Some(true));
    Ok(())
}

fn the_account_says_what_was_paid_and_what_came_in<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::MAX).start()?;
    let client = client_of::<D>(&sandbox);
    let mandate = granted(&client, "con-1", 10_000, 5_000)?.mandate_id;
    let spend = |attempt, minor| {
        D::finish(
            client
                .mandates()
                .spend(&mandate, &SpendArgs::new(attempt, Minor::new(minor), "a@b.test")),
        )
    };
    let paid = spend("att-1", 500)?;
    let held = spend("att-2", 5_001).unwrap_err();
    assert_eq!(held.verdict(), Verdict::Held);
    let boleto = CreateCharge::new(Major::new(3), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("con-1")
        .due_date("2030-01-31")
        .idempotency_key("order-1");
    D::finish(client.charges().create(&boleto))?;
    assert!(sandbox.pay("order-1"));
    D::finish(client.create(&args()))?;

    let account = client.account();
    let balances = D::finish(account.balances())?.currencies;
    assert_eq!((balances.len(), balances[0].open_holds), (1, Some(1)));
    assert_eq!(minor(&balances[0].held_minor), 5_001);
    let one = ListAccountPayments::default().limit(1);
    let (payments, failed) = D::collect(account.payments(&one));
    assert!(failed.is_none(), "{failed:?}");
    let statuses: Vec<_> = payments.iter().map(|it| it.status.clone().unwrap()).collect();
    assert_eq!(statuses, [AccountPaymentStatus::Claimed, AccountPaymentStatus::Settled]);
    assert_eq!(payments[1].receipt_id, paid.receipt.and_then(|receipt| receipt.id));
    assert!(payments[1].created_at.is_some());
    assert!(sandbox.decide(&held.approval().unwrap().id, Decision::Deny));
    let failed = ListAccountPayments::default().status(AccountPaymentStatus::Failed);
    let denied = D::finish(account.payments_page(&failed))?.items.remove(0);
    assert_eq!((denied.attempt_id.as_deref(), denied.failure_code), (Some("att-2"), None));

    let two = ListAccountLedger::default().limit(2);
    let (entries, failed) = D::collect(account.ledger(&two));
    assert!(failed.is_none(), "{failed:?}");
    let kinds: Vec<_> = entries.iter().map(|it| it.kind.clone().unwrap()).collect();
    use LedgerKind::{Debit, Fund, Hold, Release};
    assert_eq!(kinds, [Release, Fund, Hold, Fund, Debit, Hold, Fund]);
    let sale = &entries[1];
    assert_eq!((sale.test_funding, minor(&sale.amount_minor)), (Some(false), 300));
    let summary = D::finish(account.summary(Some(AccountWindow::Day)))?;
    assert_eq!((minor(&summary.received_minor), minor(&summary.spent_by_agents_minor)), (300, 500));
    assert_eq!((summary.series.len(), summary.sessions.unwrap().active_now), (24, Some(1)));
    let agents = D::finish(account.agent_activity(None))?.agents;
    assert_eq!((agents.len(), minor(&agents[0].spent_minor)), (1, 500));
    let sessions = D::finish(account.sessions_page(&ListAccountSessions::default()))?;
    assert_eq!((sessions.items.len(), sessions.next), (1, None));
    let onboarding = D::finish(account.onboarding(None))?;
    assert_eq!(onboarding.result.unwrap().done, Some(true));
    Ok(())
}

fn a_consumer_is_known_and_its_contact_verified<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let consumers = client.consumers();
    let made = D::finish(consumers.create(&CreateConsumer::default().display_name("Maria")))?;
    let change = UpdateConsumer::default().tax_type(TaxType::Pf);
    assert_eq!(D::finish(consumers.update(&made.id, &change))?.tax_type, Some(TaxType::Pf));
    let mandate = granted(&client, &made.id, 10_000, 5_000)?.mandate_id;
    assert_eq!(D::finish(consumers.get(&made.id))?.mandate_ids, [mandate.to_string()]);
    let verified = ListConsumers::default().verified(true);
    assert!(D::finish(consumers.list(&verified))?.is_empty());

    let contacts = client.contact_verifications();
    let send = CreateContactVerification::new(ContactChannel::Email, "maria@example.com");
    let sent = D::finish(contacts.create(&made.id, &send))?;
    let verify =
        |id: &str, code: &str| D::finish(contacts.verify(&made.id, id, &VerifyContact::new(code)));
    let wrong = verify(&sent.id, "000000").unwrap_err();
    assert_eq!(refused(&wrong), (400, "invalid_code"));
    let done = verify(&sent.id, "123456")?;
    assert_eq!(verify(&sent.id, "123456")?, done);
    let late = D::finish(contacts.create(&made.id, &send))?;
    sandbox.advance(Duration::from_secs(600));
    assert_eq!(refused(&verify(&late.id, "123456").unwrap_err()), (410, "verification_expired"));
    Ok(())
}

fn boletos_of_a_document_are_subscribed_to<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::from_secs(60)).start()?;
    let client = client_of::<D>(&sandbox);
    let wanted = CreateDdaSubscription::new("11144477735", "dda-1");
    let subscriptions = client.dda().subscriptions();
    let early = D::finish(subscriptions.create("con-1", &wanted)).unwrap_err();
    assert_eq!(refused(&early), (403, "dda_document_unauthorized"));
    allow_documents(&client)?;
    let made = D::finish(subscriptions.create("con-1", &wanted))?;
    assert_eq!((made.status, made.replayed), (Some(DdaSubscriptionStatus::Pending), Some(false)));
    assert_eq!(D::finish(subscriptions.create("con-1", &wanted))?.replayed, Some(true));
    sandbox.advance(Duration::from_secs(60));
    let found = D::finish(subscriptions.get("con-1", "11144477735"))?;
    assert_eq!(found.status, Some(DdaSubscriptionStatus::Active));
    let boletos = D::finish(client.dda().boletos("con-1", "2000-01-01", "2999-12-31"))?.boletos;
    assert_eq!(boletos[0].original_amount_minor, Some(Minor::new(12_500)));
    assert!(boletos[0].due_day().is_some());
    D::finish(subscriptions.delete("con-1", "11144477735"))?;
    Ok(())
}

/// Has a consumer grant a mandate for the boletos of a document.
fn allow_documents<D: Driver>(client: &Client<D>) -> Result<(), Error> {
    let amount = Minor::new(10_000);
    let intent = ConsentIntent::new("bills", amount, amount, Currency::BRL, 3_600_u64)
        .dda_allowlist(vec!["11144477735".into()]);
    let link = D::finish(client.consents().create(&CreateConsent::new("shopper-1", intent)))?;
    let give = SubmitConsent::new("con-1", ConsentRail::PixConsent, "provider-token");
    D::finish(client.consents().submit(link.token.expose(), &give)).map(drop)
}

fn a_seller_is_taken_after_a_while<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::from_secs(60)).start()?;
    let client = client_of::<D>(&sandbox);
    let sellers = client.sellers();
    let seller = CreateSeller::new(
        "Maria Silva",
        "12345678000195",
        SellerDocumentType::Cnpj,
        TaxType::Mei,
        "5812",
        json!({}),
        json!({}),
    );
    let made = D::finish(sellers.create(&seller))?;
    assert_eq!(D::finish(sellers.create(&seller))?.seller_id, made.seller_id);
    assert_eq!(made.status, Some(SellerStatus::AffiliationPending));
    sandbox.advance(Duration::from_secs(60));
    let now = D::finish(sellers.status(&made.seller_id))?;
    assert_eq!((now.status, now.stale), (Some(SellerStatus::Active), Some(false)));
    let custody = D::finish(sellers.custody(&made.seller_id))?;
    assert_eq!(minor(&custody.difference_minor), 0);
    Ok(())
}

fn a_late_payment_leaves_a_charge_at_odds<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().settle_after(Duration::MAX).start()?;
    let client = client_of::<D>(&sandbox);
    let boleto = CreateCharge::new(Major::new(3), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("con-1")
        .due_date("2030-01-31")
        .idempotency_key("order-1");
    let id = D::finish(client.charges().create(&boleto))?.id.unwrap();
    let late = || D::finish(client.test_money().run_scenario(&id, ChargeScenario::LateAfterCancel));
    assert_eq!(refused(&late().unwrap_err()), (409, "scenario_precondition_failed"));
    D::finish(client.charges().cancel(&id))?;
    let run = late()?;
    assert_eq!(
        (run.local_status, run.money_moved),
        (Some(ChargeLocalStatus::Expired), Some(false))
    );
    let seen = D::finish(client.charges().get(&id))?;
    assert_eq!((seen.status, seen.status_conflict), (Some(ChargeStatus::Confirmed), Some(true)));
    assert!(D::finish(client.account().balances())?.currencies.is_empty());
    Ok(())
}
