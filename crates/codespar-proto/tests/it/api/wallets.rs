//! Wallets of the organization.

use codespar_proto::{
    Currency, Json, Minor, Verdict,
    testing::{Recorded, Replay},
    types::{Decimal, ExecuteAmount},
    wallets::{
        AddFundingSource, AnomalyStatus, CreateWallet, ExecuteArgs, ImportStatement, LedgerKind,
        ListWalletLedger, ListWallets, PostLedgerEntry, ResolveAnomaly, StatementEntry,
        WalletPayment, WalletPaymentStatus, WalletStatus, WalletTransferArgs,
    },
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

#[test]
fn a_transfer_of_a_wallet_names_itself_in_its_body() {
    let accepted = json!({"withdrawal_id": "wtd_1", "tx_hash": "E1", "status": "sent",
        "network": "pix", "to_address": "maria@example.com", "amount_minor": 15000,
        "currency": "BRL"});
    let args = WalletTransferArgs::new(Currency::BRL, "maria@example.com", Minor::new(15_000))
        .idempotency_key("payout-42");
    let text =
        told(Recorded::json(200, accepted), |client| client.wallets().transfer("wal_1", &args));
    assert_snapshot!(text);
}

#[test]
fn wallets_of_the_organization() {
    let wallet = json!({"id": "wal_1", "org_id": "org_1", "project_id": "prj_1", "agent_id": null,
        "display_name": "Main", "status": "active", "created_at": "2026-10-24T12:00:00Z",
        "closed_at": null, "metadata": {}, "balances": [{"wallet_id": "wal_1", "currency": "BRLA",
        "balance_minor": "9007199254740993", "available_minor": "1",
        "updated_at": "2026-10-24T12:00:00Z"}]});
    let text = told(Recorded::json(200, wallet.clone()), |client| client.wallets().get("wal_1"));
    assert_snapshot!(text, @r#"
    GET /v1/wallets/wal_1
    OrgWallet {
        id: "wal_1",
        org_id: Some("org_1"),
        project_id: Some("prj_1"),
        display_name: Some("Main"),
        status: Some(Active),
        created_at: Some(Timestamp("2026-10-24T12:00:00Z")),
        metadata: Some(Json(object, 2 bytes)),
        balances: [
            WalletBalance {
                wallet_id: Some("wal_1"),
                currency: Some(Currency("BRLA")),
                balance_minor: Some(9007199254740993),
                available_minor: Some(1),
                updated_at: Some(Timestamp("2026-10-24T12:00:00Z")),
            },
        ],
    }
    "#);
    for list in ["wallets", "data"] {
        let replay = Replay::new().answer(Recorded::json(200, json!({ list: [wallet] })));
        assert_eq!(
            client(&replay).wallets().list(&ListWallets::default()).send().unwrap()[0].id,
            "wal_1"
        );
    }
}

const AT: &str = "2026-10-24T12:00:00Z";

#[test]
fn a_wallet_is_made_and_found() {
    let made = json!({"id": "wal_1", "display_name": "Groceries", "status": "active"});
    let args = CreateWallet::new("Groceries", Currency::BRL)
        .agent_id("shopper")
        .metadata(Json::from(json!({"team": "food"})));
    let text = told(Recorded::json(201, made), |client| client.wallets().create(&args));
    assert_snapshot!(text);
    let args = ListWallets::default().status(WalletStatus::Active).agent_id("shopper");
    let none = Recorded::json(200, json!({"wallets": []}));
    assert_snapshot!(told(none, |client| client.wallets().list(&args)));
}

#[test]
fn where_money_is_sent_to() {
    let there = json!({"currency": "USDC", "rail": "onchain", "network": "base-sepolia",
        "address": "0xSECRET", "asset_contract": "0x036C", "note": "test money only"});
    let text = told(Recorded::json(200, there), |client| {
        client.wallets().receive("wal_1", &"USDC".into())
    });
    assert_snapshot!(text);
}

fn entry() -> Value {
    json!({"id": "77", "wallet_id": "wal_1", "org_id": "org_1", "currency": "BRL",
        "amount_minor": "-1250", "kind": "debit", "mandate_id": "cm_1", "attempt_id": "att_1",
        "external_ref": "E1", "reconciled_at": AT, "posted_at": AT, "metadata": {}})
}

#[test]
fn movements_of_a_wallet_follow_the_cursor() {
    let page = json!({"entries": [entry()], "next_before": "77"});
    let debits = ListWalletLedger::default().kind(LedgerKind::Debit);
    let text = told(Recorded::json(200, page.clone()), |client| {
        client.wallets().ledger_page("wal_1", &debits.clone().cursor("78"))
    });
    assert_snapshot!(text);
    let replay = Replay::new()
        .answer(Recorded::json(200, page))
        .answer(Recorded::json(200, json!({"entries": [], "next_before": null})));
    let all = client(&replay).wallets().ledger("wal_1", &debits);
    assert_eq!(all.collect::<Result<Vec<_>, _>>().unwrap().len(), 1);
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}

#[test]
fn an_entry_names_its_wallet_in_the_body_too() {
    let args =
        PostLedgerEntry::new("org_1", Currency::BRL, Minor::new(-1250), LedgerKind::Debit, "att_1")
            .external_ref("E1");
    let text =
        told(Recorded::json(201, entry()), |client| client.wallets().post_entry("wal_1", &args));
    assert_snapshot!(text);
}

fn payment() -> ExecuteArgs {
    let amount = ExecuteAmount::new(Decimal::new(1250, 2));
    ExecuteArgs::new(amount, Currency::BRL, "shop@pix.test", "Order 42", "cm_1", "att_1")
}

fn result(status: &str) -> Value {
    json!({"requestId": "req_1", "status": status, "audit": [{"timestamp": AT,
        "step": "mandate", "status": "pass", "detail": "within the cap"}],
        "wallet": {"holdId": "76", "debitId": "77", "releaseId": null,
            "insufficientFunds": false}})
}

#[test]
fn a_payment_from_a_wallet() {
    let text = told(Recorded::json(200, result("completed")), |client| {
        client.wallets().execute("wal_1", &payment().target_currency(Currency::USD).purpose("food"))
    });
    assert_snapshot!(text);
}

#[test]
fn a_payment_that_is_not_made_keeps_its_result() {
    let ends = [
        (402, "requires-approval", WalletPaymentStatus::RequiresApproval, Verdict::Held),
        (403, "denied", WalletPaymentStatus::Denied, Verdict::Refused),
        // It was debited, and nothing says that it was given back.
        (422, "failed", WalletPaymentStatus::Failed, Verdict::Unknown),
    ];
    for (status, word, known, verdict) in ends {
        let replay = Replay::new().answer(Recorded::json(status, result(word)));
        let error = client(&replay).wallets().execute("wal_1", &payment()).send().unwrap_err();
        let last = error.last::<WalletPayment>().unwrap();
        assert_eq!(last.status, Some(known));
        assert_eq!((error.verdict(), last.verdict()), (verdict, verdict), "{error}");
        assert_eq!(error.attempts(), 1);
    }
    let held = json!({"holdId": "76", "debitId": null, "releaseId": null});
    let released = json!({"holdId": "76", "debitId": null, "releaseId": "78"});
    let short = json!({"holdId": null, "debitId": null, "insufficientFunds": true});
    for (wallet, verdict) in [
        (held, Verdict::Unknown),
        (Value::Null, Verdict::Unknown),
        (released, Verdict::Refused),
        (short, Verdict::Refused),
    ] {
        let mut failed = result("failed");
        failed["wallet"] = wallet;
        let replay = Replay::new().answer(Recorded::json(422, failed));
        let error = client(&replay).wallets().execute("wal_1", &payment()).send().unwrap_err();
        assert_eq!(error.verdict(), verdict, "{error}");
    }
    // What is no result, and what may have happened.
    for status in [403, 500] {
        let replay = Replay::new().answer(Recorded::json(status, json!({"error": "no"})));
        let error = client(&replay).wallets().execute("wal_1", &payment()).send().unwrap_err();
        assert!(error.last::<WalletPayment>().is_none());
        assert_eq!(error.verdict() == Verdict::Unknown, status == 500, "{error}");
        assert_eq!(error.attempts(), 1);
    }
}

#[test]
fn connections_that_fund_a_wallet() {
    let source = json!({"wallet_id": "wal_1", "connection_id": "con_1", "currency": "BRL",
        "enabled": true, "created_at": AT, "metadata": {}});
    let args = AddFundingSource::new("con_1", Currency::BRL);
    let text = told(Recorded::json(201, source.clone()), |client| {
        client.wallets().add_funding_source("wal_1", &args)
    });
    assert_snapshot!(text);
    let listed = Recorded::json(200, json!({"funding_sources": [source]}));
    let replay = Replay::new().answer(listed).answer(Recorded::status(204));
    let wallets = client(&replay).wallets();
    assert_eq!(wallets.funding_sources("wal_1").send().unwrap().len(), 1);
    wallets.remove_funding_source("wal_1", "con_1", &Currency::BRL).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}

#[test]
fn books_and_custody() {
    let answer = json!({"wallet_id": "wal_1", "currency": "USDC", "address": "0xSECRET",
        "network": "base", "observed_at": AT, "ledger_atomic": "1500000",
        "onchain_atomic": "1400000", "difference_atomic": "-100000",
        "state": "ledger_exceeds_custody", "note": "look at it"});
    let text = told(Recorded::json(200, answer), |client| client.wallets().custody("wal_1"));
    assert_snapshot!(text);
    let line = StatementEntry::new("E1", Minor::new(-7_500), "BRL").occurred_at(AT).memo("rent");
    let args = ImportStatement::new("bank-export", vec![line]);
    let answer = json!({"wallet_id": "wal_1", "source": "bank-export", "imported": 1,
        "duplicates": 0, "next_recon_cycle_within_seconds": 60});
    let text = told(Recorded::json(202, answer), |client| {
        client.wallets().import_statement("wal_1", &args)
    });
    assert_snapshot!(text);
}

#[test]
fn what_the_reconciler_found() {
    let anomaly = json!({"id": "anm_1", "wallet_id": "wal_1", "org_id": "org_1",
        "kind": "debit_without_receipt", "ledger_entry_id": "77", "external_ref": null,
        "amount_minor": "1250", "currency": "BRL", "detected_at": AT, "status": "resolved",
        "resolved_at": AT, "resolution_note": "found", "metadata": {}});
    let args = ResolveAnomaly::new(AnomalyStatus::Resolved).note("found");
    let text = told(Recorded::json(200, anomaly.clone()), |client| {
        client.wallets().resolve_anomaly("wal_1", "anm_1", &args)
    });
    assert_snapshot!(text);
    let listed = Recorded::json(200, json!({"anomalies": [anomaly]}));
    let replay = Replay::new().answer(listed);
    let found = client(&replay).wallets().recon_anomalies("wal_1", Some(AnomalyStatus::Dismissed));
    assert_eq!(found.send().unwrap().len(), 1);
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}
