//! Wallets of the organization.

use codespar_proto::{
    Currency, Minor,
    testing::{Recorded, Replay},
    wallets::WalletTransferArgs,
};
use insta::assert_snapshot;
use serde_json::json;

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
        assert_eq!(client(&replay).wallets().list().send().unwrap()[0].id, "wal_1");
    }
}

#[test]
fn movements_and_addresses_of_a_wallet() {
    let ok = || Recorded::json(200, json!({"entries": []}));
    let replay = Replay::new().answer(ok()).answer(ok());
    let wallets = client(&replay).wallets();
    wallets.ledger("wal_1").send().unwrap();
    wallets.receive("wal_1", &"USDC".into()).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/wallets/wal_1/ledger
    GET /v1/wallets/wal_1/receive?currency=USDC
    ");
}
