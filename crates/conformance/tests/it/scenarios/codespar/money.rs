//! Money: charges over REST, Pix keys, wallets, transfers, the helpers of test projects.

use std::time::Duration;

use codespar_proto::{
    ChargeMethod, Client, CreateCharge, Currency, Error, KeyUse, Major, Minor, Verdict,
    charges::{ChargeLocalStatus, ChargeRecord, ChargeSettlement, ChargeStatus, ListCharges},
    consumers::TransferArgs,
    devolutions::{CreateDevolution, DevolutionStatus, DevolutionTruth, PaymentDirection},
    test_money::{FundTestAccount, SettleTestPixIn, TestPixIn},
    types::MinorText,
    wallet::{KeyDeletion, PIX_KEY_DELETION, PixKeyType, RegisterPixKey},
    wallets::{
        CreateWallet, LedgerKind, ListWalletLedger, ListWallets, PostLedgerEntry, WalletStatus,
        WalletTransferArgs,
    },
};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::json;
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{arrived, client_of, granted, refused, wrong};

testing_support::with_both_drivers! {
    one_key_makes_one_charge
    a_pix_is_charged_again_whatever_key_it_has
    charges_are_listed_paid_and_canceled
    a_pix_key_is_only_deleted_when_its_owner_says_so
    wallets_hold_and_move_money
    a_refund_is_one_refund_however_often_it_is_asked_for
    test_money_fills_a_wallet
}

/// A boleto with a due date: the one kind of charge that has a key and is found again.
fn dated(units: i64, key: &str) -> CreateCharge {
    CreateCharge::new(Major::new(units), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("con-1")
        .due_date("2030-01-31")
        .idempotency_key(key)
}

/// A sandbox in which a charge settles when the clock is turned.
fn still() -> std::io::Result<Sandbox> {
    Sandbox::builder().settle_after(Duration::from_secs(600)).start()
}

fn one_key_makes_one_charge<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let order = dated(99, "order-1").description("Order 1");
    let first = D::finish(client.charges().create(&order))?;
    assert_eq!((first.amount_minor, first.payable), (Some(Minor::new(9_900)), Some(false)));
    assert_eq!(first.status, Some(ChargeStatus::Processing));
    assert_eq!(D::finish(client.charges().create(&order))?, first);
    assert_eq!(sandbox.effects().count_with_key("order-1"), 1);
    let error = D::finish(client.charges().create(&dated(1, "order-1"))).unwrap_err();
    assert_eq!(refused(&error), (400, "idempotency_key_conflict"));
    // The charge of that key is there.
    let told = (error.verdict(), error.key_use());
    assert_eq!(told, (Verdict::Unknown, KeyUse::PersonDecides));

    sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    D::finish(client.charges().create(&dated(5, "order-2")))?;
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 2);
    let posts = arrived(&sandbox, "POST", "/v1/charges");
    let [.., lost, found] = &posts[..] else { panic!("{posts:?}") };
    assert_eq!(lost.header("idempotency-key"), found.header("idempotency-key"));

    let boleto = CreateCharge::new(Major::new(10), Currency::BRL, ChargeMethod::Boleto);
    assert_eq!(wrong(&D::finish(client.charges().create(&boleto)).unwrap_err()), "consumer_id");
    let unnamed = boleto.consumer_id("con-1").due_date("2030-01-31");
    assert_eq!(
        wrong(&D::finish(client.charges().create(&unnamed)).unwrap_err()),
        "idempotency_key"
    );
    Ok(())
}

// The service keys no Pix, so the sandbox does not either: whoever repeats one charges twice.
fn a_pix_is_charged_again_whatever_key_it_has<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let order =
        json!({"amount": 5, "currency": "BRL", "method": "pix", "idempotency_key": "order-1"});
    let mut ids = Vec::new();
    for _ in 0..2 {
        let raw = client.request("POST", "/v1/charges").json(&order).read::<ChargeRecord>();
        let made = D::finish(raw.idempotency_key("order-1"))?;
        let code = made.pix_copy_paste.as_ref().unwrap();
        assert!(!format!("{made:?}").contains(code.expose()));
        ids.push(made.id.unwrap());
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(sandbox.effects().count_with_key("order-1"), 2);
    for reference in [&*ids[0], "order-1"] {
        let error = D::finish(client.charges().get(reference)).unwrap_err();
        assert_eq!(refused(&error), (404, "charge_not_found"));
        let error = D::finish(client.charges().cancel(reference)).unwrap_err();
        assert_eq!(refused(&error), (404, "charge_not_found"));
    }
    assert!(sandbox.pay(&ids[0]) && !sandbox.pay(&ids[0]));
    Ok(())
}

fn charges_are_listed_paid_and_canceled<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let mut ids = Vec::new();
    for units in [1, 2, 3] {
        ids.insert(
            0,
            D::finish(client.charges().create(&dated(units, &format!("order-{units}"))))?.id,
        );
    }
    let two = ListCharges::default().limit(2);
    let (listed, failed) = D::collect(client.charges().list(&two));
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(listed.iter().map(|charge| charge.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(arrived(&sandbox, "GET", "/v1/charges").len(), 2);
    assert!(D::finish(client.charges().list_page(&two))?.next.is_some());

    let (paid, open) = (ids[0].clone().unwrap(), ids[1].clone().unwrap());
    let early = D::finish(client.test_money().pay_charge(&paid, None)).unwrap_err();
    assert_eq!(refused(&early), (409, "charge_not_payable"));
    sandbox.advance(Duration::from_secs(5));
    let payable = D::finish(client.charges().get(&paid))?;
    assert_eq!((payable.status, payable.payable), (Some(ChargeStatus::Pending), Some(true)));
    let settled = D::finish(client.test_money().pay_charge(&paid, Some(Minor::new(300))))?;
    assert_eq!(settled.local_status, Some(ChargeLocalStatus::Settled));
    let settled = D::finish(client.charges().get("order-3"))?;
    assert_eq!(settled.status, Some(ChargeStatus::Confirmed));
    assert_eq!(settled.settlement, Some(ChargeSettlement::Confirmed));
    let error = D::finish(client.charges().cancel(&paid)).unwrap_err();
    assert_eq!(refused(&error), (409, "not_cancellable_in_this_state"));
    assert_eq!(D::finish(client.charges().cancel(&open))?.status, Some(ChargeStatus::Cancelled));
    let confirmed = ListCharges::default().status(ChargeStatus::Confirmed);
    assert_eq!(D::finish(client.charges().list_page(&confirmed))?.items.len(), 1);
    sandbox.advance(Duration::from_secs(600));
    assert_eq!(D::finish(client.charges().list_page(&confirmed))?.items.len(), 2);
    let error = D::finish(client.charges().get("ch_none")).unwrap_err();
    assert_eq!(refused(&error), (404, "charge_not_found"));
    let (none, failed) = D::collect(client.charges().list(&ListCharges::default().limit(201)));
    assert_eq!((none.len(), wrong(&failed.unwrap())), (0, "limit"));
    Ok(())
}

fn a_pix_key_is_only_deleted_when_its_owner_says_so<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let keys = client.wallet().pix_keys();
    let phone = RegisterPixKey::new(PixKeyType::Phone, "+5531999123456");
    assert!(!format!("{phone:?}").contains("99912"));
    D::finish(keys.register("con-1", &phone))?;
    let random = D::finish(keys.register("con-1", &RegisterPixKey::random()))?;
    assert_eq!(random.key_type, Some(PixKeyType::Evp));
    let listed = D::finish(keys.list("con-1"))?;
    assert_eq!((listed.count, listed.keys.len()), (Some(2), 2));

    let sent = sandbox.requests().len();
    let error =
        D::finish(keys.delete("con-1", "+5531999123456", KeyDeletion::NotConfirmed)).unwrap_err();
    assert_eq!(wrong(&error), "confirm");
    assert_eq!(error.code(), Some("pix_key_delete_requires_confirmation"));
    assert!(error.message().contains(PIX_KEY_DELETION));
    assert_eq!(sandbox.requests().len(), sent);
    assert_eq!(D::finish(keys.list("con-1"))?.count, Some(2));

    let deleted = D::finish(keys.delete("con-1", "+5531999123456", KeyDeletion::Confirmed))?;
    assert_eq!((deleted.deleted, deleted.cache_refilled_with), (Some(true), Some(random.key)));
    assert_eq!(D::finish(keys.list("con-1"))?.count, Some(1));
    let again =
        D::finish(keys.delete("con-1", "+5531999123456", KeyDeletion::Confirmed)).unwrap_err();
    assert_eq!(refused(&again), (404, "not_found"));
    let test_account = RegisterPixKey::new(PixKeyType::Cpf, "11144477735");
    let error = D::finish(keys.register("sbx_1", &test_account)).unwrap_err();
    assert_eq!(refused(&error), (422, "pix_key_type_unavailable"));
    assert_eq!(sandbox.effects().count(EffectKind::PixKey), 2);
    Ok(())
}

fn wallets_hold_and_move_money<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let made = D::finish(client.wallets().create(&CreateWallet::new("Main", Currency::BRL)))?;
    let listed = D::finish(client.wallets().list(&ListWallets::default()))?;
    assert_eq!((listed.len(), &listed[0]), (1, &made));
    let wallet = D::finish(client.wallets().get(&made.id))?;
    assert_eq!(wallet.status, Some(WalletStatus::Active));
    assert_eq!(wallet.balances[0].balance_minor.as_ref().unwrap().minor(), Some(Minor::new(0)));
    assert_eq!(
        refused(&D::finish(client.wallets().get("wal_none")).unwrap_err()),
        (404, "not_found")
    );

    let plan = TransferArgs::new(Currency::BRL, "USDC", Minor::new(500));
    let planned = D::finish(client.consumers().transfer("con-1", &plan))?;
    assert_eq!((planned.executable, planned.executed), (Some(true), None));
    assert!(sandbox.effects().is_empty());
    let out =
        |minor| WalletTransferArgs::new(Currency::BRL, "maria@example.com", Minor::new(minor));
    let empty = D::finish(client.wallets().transfer(&made.id, &out(500))).unwrap_err();
    assert_eq!(refused(&empty), (409, "insufficient_funds"));
    let money = PostLedgerEntry::new(
        "org_sandbox",
        Currency::BRL,
        MinorText::from(Minor::new(2_000)),
        LedgerKind::Fund,
        "in-1",
    );
    let posted = D::finish(client.wallets().post_entry(&made.id, &money))?;
    assert_eq!(D::finish(client.wallets().post_entry(&made.id, &money))?, posted);
    let sent =
        D::finish(client.wallets().transfer(&made.id, &out(500).idempotency_key("payout-1")))?;
    let again =
        D::finish(client.wallets().transfer(&made.id, &out(500)).idempotency_key("payout-1"))?;
    assert_eq!((sent.status.as_deref(), &sent), (Some("sent"), &again));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);
    // Refused, and the key is used up: it is not sent again by itself.
    let failed = D::finish(client.wallets().transfer(&made.id, &out(666))).unwrap_err();
    assert_eq!(refused(&failed), (502, "send_failed"));
    assert_eq!((failed.attempts(), failed.verdict()), (1, Verdict::Refused));
    assert_eq!(failed.key_use(), KeyUse::Spent);
    let home = TransferArgs::new("USDC", Currency::BRL, Minor::new(500)).execute(true);
    D::finish(client.test_money().fund(&FundTestAccount::new("con-1", Minor::new(1))))?;
    let dollars = MinorText::from(Minor::new(700));
    let dollars = PostLedgerEntry::new("org_sandbox", "USDC", dollars, LedgerKind::Fund, "in-usdc");
    D::finish(client.wallets().post_entry("wal_con-1", &dollars))?;
    let done = D::finish(client.consumers().transfer("con-1", &home))?;
    let purse = D::finish(client.wallets().get("wal_con-1"))?.balances;
    let usdc = purse.iter().find(|it| it.currency == Some("USDC".into())).unwrap();
    assert_eq!(usdc.available_minor.as_ref().unwrap().minor(), Some(Minor::new(200)));
    assert!(done.pix_copy_paste.is_some() && done.source_debit.is_some());
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 2);
    let nothing = TransferArgs::new(Currency::BRL, "USDC", Minor::new(0));
    let error = D::finish(client.consumers().transfer("con-1", &nothing)).unwrap_err();
    assert_eq!(wrong(&error), "amount_minor");
    let (books, failed) =
        D::collect(client.wallets().ledger(&made.id, &ListWalletLedger::default()));
    assert!(failed.is_none(), "{failed:?}");
    let told: Vec<_> = books.iter().map(|entry| entry.kind.clone().unwrap()).collect();
    assert_eq!(told, [LedgerKind::Debit, LedgerKind::Fund]);
    assert_eq!(books[1], posted);
    let held = D::finish(client.wallets().get(&made.id))?.balances.remove(0);
    assert_eq!(held.available_minor.unwrap().minor(), Some(Minor::new(1_500)));
    let there = D::finish(client.wallets().receive(&made.id, &Currency::BRL))?;
    assert_eq!((there.rail.as_deref(), there.address), (Some("pix"), None));
    let chain = D::finish(client.wallets().receive(&made.id, &"USDC".into())).unwrap_err();
    assert_eq!(refused(&chain), (409, "no_onchain_address"));
    Ok(())
}

fn a_refund_is_one_refund_however_often_it_is_asked_for<D: Driver>() -> TestResult {
    let sandbox = still()?;
    let client = client_of::<D>(&sandbox);
    let payment = received(&client, 5_000)?;
    let refund = |key: &str, minor| {
        CreateDevolution::new(&*payment, PaymentDirection::Inbound, key)
            .amount_minor(Minor::new(minor))
    };
    let strange = CreateDevolution::new("E".repeat(32), PaymentDirection::Inbound, "refund-0")
        .amount_minor(Minor::new(1));
    let error = D::finish(client.devolutions().create("con-1", &strange)).unwrap_err();
    assert_eq!(refused(&error), (404, "devolution_source_not_found"));
    assert_eq!(error.verdict(), Verdict::Refused);
    let much = D::finish(client.devolutions().create("con-1", &refund("refund-0", 5_001)));
    let much = much.unwrap_err();
    assert_eq!(refused(&much), (422, "devolution_amount_exceeds_received"));
    assert_eq!(much.verdict(), Verdict::Refused);
    // The answer is lost, and the same key asked for again.
    sandbox.inject(Fault::on("POST", "/v1/consumers/con-1/pix/devolutions").lose_answer());
    let first = D::finish(client.devolutions().create("con-1", &refund("refund-1", 500)))?;
    assert_eq!(first.idempotent_replay, Some(true));
    assert_eq!(first.status, Some(DevolutionStatus::Accepted));
    assert_eq!(first.payment_direction, Some(PaymentDirection::Inbound));
    assert_eq!(sandbox.effects().count(EffectKind::Devolution), 1);
    let other = D::finish(client.devolutions().create("con-1", &refund("refund-1", 400)));
    let error = other.unwrap_err();
    assert_eq!(refused(&error), (409, "idempotency_key_conflict"));
    assert_eq!((error.verdict(), error.key_use()), (Verdict::Unknown, KeyUse::PersonDecides));

    let id = first.devolution_id.as_deref().unwrap();
    assert!(!D::finish(client.devolutions().get("con-1", id))?.is_over());
    sandbox.advance(Duration::from_secs(600));
    let read = D::finish(client.devolutions().get("con-1", id))?;
    assert!(read.is_over() && read.settled_at.is_some());
    assert_eq!(read.provider_truth, Some(DevolutionTruth::Statement));
    let missing = D::finish(client.devolutions().get("con-1", "dev_none")).unwrap_err();
    assert_eq!(refused(&missing), (404, "devolution_not_found"));

    // Of R$ 6,67 nobody hears again: unknown, under the same key to the end.
    let error =
        D::finish(client.devolutions().create("con-1", &refund("refund-2", 667))).unwrap_err();
    assert_eq!(refused(&error), (502, "psp_dispatch_uncertain"));
    assert_eq!((error.verdict(), error.key_use()), (Verdict::Unknown, KeyUse::Same));
    let sent = arrived(&sandbox, "POST", "/v1/consumers/con-1/pix/devolutions");
    assert!(
        sent.iter()
            .rev()
            .take(3)
            .all(|request| request.json().unwrap()["idempotency_key"] == "refund-2")
    );
    let error =
        D::finish(client.devolutions().create("con-1", &refund("refund-3", 666))).unwrap_err();
    assert_eq!((refused(&error), error.verdict()), ((422, "devolution_refused"), Verdict::Refused));
    assert_eq!(sandbox.effects().count(EffectKind::Devolution), 1);
    // Of the account it has taken what went back, and keeps back what may have.
    let held = D::finish(client.wallets().get("wal_con-1"))?.balances.remove(0);
    assert_eq!(held.balance_minor.unwrap().minor(), Some(Minor::new(4_500)));
    assert_eq!(held.available_minor.unwrap().minor(), Some(Minor::new(3_833)));
    Ok(())
}

/// Has the consumer receive so much by Pix; gives the end-to-end id.
fn received<D: Driver>(client: &Client<D>, minor: i64) -> Result<String, Error> {
    let minor = Minor::new(minor);
    let code = D::finish(client.test_money().pix_in(&TestPixIn::new("con-1", minor)))?;
    let settle = SettleTestPixIn::new("con-1", minor, &*code.transaction_id);
    D::finish(client.test_money().settle_pix_in(&settle))?;
    let page = ListWalletLedger::default();
    let entries = D::finish(client.wallets().ledger_page("wal_con-1", &page))?.items;
    Ok(entries[0].external_ref.clone().unwrap())
}

fn test_money_fills_a_wallet<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    granted(&client, "con-1", 10_000, 5_000)?;
    let money = client.test_money();
    let added = D::finish(money.fund(&FundTestAccount::new("con-1", Minor::new(2_500))))?;
    assert_eq!((added.money_credited, added.amount_minor), (Some(true), Some(Minor::new(2_500))));
    let held = || -> Result<_, Error> {
        let mut wallet = D::finish(client.wallets().get("wal_con-1"))?;
        Ok(wallet.balances.remove(0).balance_minor.unwrap().minor())
    };
    assert_eq!(held()?, Some(Minor::new(2_500)));
    // A mandate allows what it allowed before: test money is no cap.
    let purse = D::finish(client.consumers().wallet("con-1"))?.currencies.remove(0);
    assert_eq!(purse.authorized_minor, Some(Minor::new(10_000)));
    assert!(D::finish(client.consumers().wallet("nobody"))?.currencies.is_empty());
    let nothing = FundTestAccount::new("con-1", Minor::new(0));
    assert_eq!(wrong(&D::finish(money.fund(&nothing)).unwrap_err()), "amount_minor");

    let code = D::finish(money.pix_in(&TestPixIn::new("con-1", Minor::new(300))))?;
    let settle = SettleTestPixIn::new("con-1", Minor::new(300), &*code.transaction_id);
    let settled = D::finish(money.settle_pix_in(&settle))?;
    assert_eq!(D::finish(money.settle_pix_in(&settle))?, settled);
    assert_eq!(held()?, Some(Minor::new(2_800)));
    let charge = D::finish(client.pix().charge("con-1", &code.transaction_id))?;
    assert_eq!((charge.status.as_deref(), charge.provider), (Some("settled"), None));
    let other = SettleTestPixIn::new("con-1", Minor::new(1), "tx-1");
    let refusal = D::finish(money.settle_pix_in(&other)).unwrap_err();
    assert_eq!(refused(&refusal), (422, "sandbox_funding_failed"));
    Ok(())
}
