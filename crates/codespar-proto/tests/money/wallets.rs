//! What consumers may spend, wallets of the organization, agents, single documents.

use codespar_proto::{
    Currency, Json, Minor,
    agents::RegisterAgent,
    consumers::TransferArgs,
    testing::{Recorded, Replay},
    wallets::WalletTransferArgs,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn what_a_consumer_may_spend() {
    let answer = json!({"consumer_id": "cons_1", "currencies": [{"currency": "BRL", "rail": "pix",
        "authorized_minor": 5000, "spent_minor": 7000, "available_minor": -2000, "overspent": true,
        "funding_source_ids": ["fs_1"], "mandate_ids": ["mdt_1"]}]});
    let text = told(Recorded::json(200, answer), |client| client.consumers().wallet("cons_1"));
    assert_snapshot!(text, @r#"
    GET /v1/consumers/cons_1/wallet
    ConsumerWallet {
        consumer_id: Some("cons_1"),
        currencies: [
            Purse {
                currency: Some(Currency("BRL")),
                rail: Some("pix"),
                authorized_minor: Some(Minor(5000)),
                spent_minor: Some(Minor(7000)),
                available_minor: Some(Minor(-2000)),
                overspent: Some(true),
                funding_source_ids: [
                    "fs_1",
                ],
                mandate_ids: [
                    "mdt_1",
                ],
            },
        ],
    }
    "#);
}

#[test]
fn a_transfer_is_planned_then_made() {
    let plan = json!({"consumer_id": "cons_1", "route": "swap", "converts": true, "engine": null,
        "executable": true, "from": {"currency": "BRL", "rail": "pix", "amount_minor": 50000,
        "cap_available_minor": 80000}, "to": {"currency": "USDC", "rail": "base"}, "note": "ok"});
    let args = TransferArgs::new("BRL", "USDC", Minor::new(50_000));
    let text =
        told(Recorded::json(200, plan), |client| client.consumers().transfer("cons_1", &args));
    assert_snapshot!(text, @r#"
    POST /v1/consumers/cons_1/wallet/transfer
    {"from_currency":"BRL","to_currency":"USDC","amount_minor":50000}
    Transfer {
        consumer_id: Some("cons_1"),
        route: Some(Json(string, 6 bytes)),
        converts: Some(true),
        executable: Some(true),
        from: Some(
            TransferFrom {
                currency: Some(Currency("BRL")),
                rail: Some("pix"),
                amount_minor: Some(Minor(50000)),
                cap_available_minor: Some(Minor(80000)),
            },
        ),
        to: Some(
            TransferTo {
                currency: Some(Currency("USDC")),
                rail: Some("base"),
            },
        ),
        note: Some("ok"),
    }
    "#);

    let made = json!({"executed": true, "transaction_id": "tx_1", "status": "pending",
        "pix_copy_paste": null, "destination_address": "0xabc", "source_debit":
        {"providerTxId": "p1", "status": "done", "moneyMoved": true}, "source_debit_error": null,
        "money_moved": true, "settle_via": "webhook"});
    let args = args.execute(true).agent_id("agent_1").purpose("treasury");
    let text =
        told(Recorded::json(200, made), |client| client.consumers().transfer("cons_1", &args));
    assert_snapshot!(text, @r#"
    POST /v1/consumers/cons_1/wallet/transfer
    {"from_currency":"BRL","to_currency":"USDC","amount_minor":50000,"execute":true,"agent_id":"agent_1","purpose":"treasury"}
    Transfer {
        executed: Some(true),
        transaction_id: Some("tx_1"),
        status: Some("pending"),
        destination_address: Some([redacted]),
        source_debit: Some(
            SourceDebit {
                provider_tx_id: Some("p1"),
                status: Some("done"),
                money_moved: Some(true),
            },
        ),
        money_moved: Some(true),
        settle_via: Some(Json(string, 9 bytes)),
    }
    "#);
}

#[test]
fn a_transfer_of_a_wallet_names_itself_in_its_body() {
    let accepted = json!({"withdrawal_id": "wtd_1", "tx_hash": "E1", "status": "sent",
        "network": "pix", "to_address": "maria@example.com", "amount_minor": 15000,
        "currency": "BRL"});
    let args = WalletTransferArgs::new(Currency::BRL, "maria@example.com", Minor::new(15_000))
        .idempotency_key("payout-42");
    let text =
        told(Recorded::json(200, accepted), |client| client.wallets().transfer("wal_1", &args));
    assert_snapshot!(text, @r#"
    POST /v1/wallets/wal_1/transfer
    {"currency":"BRL","to_address":"maria@example.com","amount_minor":15000,"idempotency_key":"payout-42"}
    WalletTransfer {
        withdrawal_id: Some("wtd_1"),
        tx_hash: Some("E1"),
        status: Some("sent"),
        network: Some("pix"),
        to_address: Some([redacted]),
        amount_minor: Some(Minor(15000)),
        currency: Some(Currency("BRL")),
    }
    "#);
}

#[test]
fn receipts_of_a_consumer() {
    let answer = json!({"receipts": [{"receipt_id": "rcpt_1", "state": "paid"}], "count": 1});
    let replay = Replay::new()
        .answer(Recorded::json(200, answer))
        .answer(Recorded::json(200, json!({"receipt_id": "rcpt_1"})))
        .answer(Recorded::json(200, json!({"receipt_id": "rcpt_1", "state": "delivered"})));
    let consumers = client(&replay).consumers();
    let receipts = consumers.receipts("cons_1").send().unwrap();
    assert_eq!(receipts[0].receipt_id.as_deref(), Some("rcpt_1"));
    consumers.receipt("rcpt_1").send().unwrap();
    let delivery = Json::parse_str(r#"{"result":"ok"}"#).unwrap();
    consumers.record_delivery("rcpt_1", &delivery).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    GET /v1/consumers/cons_1/receipts
    GET /v1/consumers/receipts/rcpt_1
    POST /v1/consumers/receipts/rcpt_1/delivery
    {"result":"ok"}
    "#);
}

#[test]
fn wallets_of_the_organization() {
    let wallet = json!({"id": "wal_1", "org_id": "org_1", "project_id": "prj_1", "agent_id": null,
        "display_name": "Main", "status": "active", "created_at": "2026-10-24T12:00:00Z",
        "closed_at": null, "metadata": {}, "balances": [{"wallet_id": "wal_1", "currency": "BRLA",
        "balance_minor": "9007199254740993", "available_minor": "1", "updated_at": "2026-10-24T12:00:00Z"}]});
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

#[test]
fn agents() {
    let answer = json!({"agent_id": "shopper", "did": "did:web:x:org1:shopper", "kid": "k"});
    let args = RegisterAgent::new("shopper", "org_1").display_name("Shopper");
    let text = told(Recorded::json(201, answer.clone()), |client| client.agents().register(&args));
    assert_snapshot!(text, @r#"
    POST /v1/agents
    {"agent_id":"shopper","principal_ref":"org_1","display_name":"Shopper"}
    Agent {
        agent_id: Some("shopper"),
        did: Some("did:web:x:org1:shopper"),
        extra: {
            "kid",
        },
    }
    "#);

    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"agents": [answer]})))
        .answer(Recorded::json(200, json!({"id": "did:web:x"})));
    let agents = client(&replay).agents();
    assert_eq!(agents.list().send().unwrap().len(), 1);
    agents.did_document("did:web:x:org1:a").send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/agents
    GET /v1/agents/did%3Aweb%3Ax%3Aorg1%3Aa/did.json
    ");
}

#[test]
fn single_documents() {
    let ok = || Recorded::json(200, json!({"id": "pay_1"}));
    let replay = Replay::new().answer(ok()).answer(ok()).answer(ok()).answer(ok());
    let documents = client(&replay).payables().documents();
    let free = Json::parse_str(r#"{"free":1}"#).unwrap();
    documents.create(&free).send().unwrap();
    documents.get("pay_1").send().unwrap();
    documents.review("pay_1", &free).send().unwrap();
    documents.pay("pay_1", &free).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    POST /v1/payables
    {"free":1}
    GET /v1/payables/pay_1
    POST /v1/payables/pay_1/review
    {"free":1}
    POST /v1/payables/pay_1/pay
    {"free":1}
    "#);
}
