//! Consumers: their wallets, transfers and receipts.

use codespar_proto::{
    Minor,
    consumers::{
        ConsumerStatus, CreateConsumer, DeliveryOutcome, DeliveryProofKind, ListConsumers,
        RecordDelivery, TaxType, TransferArgs, UpdateConsumer,
    },
    testing::{Recorded, Replay},
    types::Patch,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

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
    assert_snapshot!(text);
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
    let came = DeliveryOutcome::Confirmed;
    let delivery = RecordDelivery::new(came, "BR1", DeliveryProofKind::Tracking);
    consumers.record_delivery("rcpt_1", &delivery.at("2026-10-24T12:00:00Z")).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    GET /v1/consumers/cons_1/receipts
    GET /v1/consumers/receipts/rcpt_1
    POST /v1/consumers/receipts/rcpt_1/delivery
    {"result":"confirmed","proof":"BR1","kind":"tracking","at":"2026-10-24T12:00:00Z"}
    "#);
}

fn consumer() -> Value {
    json!({"id": "cons_1", "display_name": "Maria", "metadata": {}, "status": "verified",
        "document": "*******7735", "document_verified_at": "2026-10-24T12:00:00Z",
        "document_source": "account_application", "person_type": "natural", "tax_type": "PF",
        "created_at": "2026-10-24T12:00:00Z", "wallet_id": "wal_1",
        "funding_source_ids": ["cfs_1"], "mandate_ids": ["cm_1"],
        "dda_subscription_documents": ["11144477735"]})
}

#[test]
fn consumers_themselves() {
    let text = told(Recorded::json(200, consumer()), |client| client.consumers().get("cons_1"));
    assert_snapshot!(text);
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"consumers": [consumer()]})))
        .answer(Recorded::json(201, json!({"id": "cons_2", "status": "unverified"})))
        .answer(Recorded::json(200, consumer()))
        .answer(Recorded::json(200, consumer()));
    let consumers = client(&replay).consumers();
    let args = ListConsumers::default().verified(true).limit(5);
    assert_eq!(consumers.list(&args).send().unwrap()[0].id, "cons_1");
    let args = CreateConsumer::default().display_name("Maria");
    let made = consumers.create(&args).send().unwrap();
    assert_eq!(made.status, Some(ConsumerStatus::Unverified));
    assert!(made.mandate_ids.is_empty());
    let args = UpdateConsumer::default().display_name(Patch::Clear).tax_type(TaxType::Mei);
    consumers.update("cons_1", &args).send().unwrap();
    consumers.update("cons_1", &UpdateConsumer::default()).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}

#[test]
fn a_purchase_of_dollars() {
    let answer = json!({"transaction_id": "tx_1", "status": "completed", "amount_minor": 5000,
        "currency": "USDC", "credited": true});
    let text = told(Recorded::json(200, answer), |client| {
        client.consumers().fund_status("cons_1", "tx_1")
    });
    assert_snapshot!(text);
}
