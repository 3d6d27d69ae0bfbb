//! The same operations by their names, arguments and results as JSON.

use codespar_proto::{
    Error, Json, registry,
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

use crate::support::{client, sent};

fn run(replay: &Replay, name: &str, args: Value) -> Result<Value, Error> {
    let started = registry::start_on_client(&client(replay), name, &Json::from(args));
    match started.unwrap()? {
        registry::Started::Call(call) => call.send().map(|result| result.to_value()),
        registry::Started::Items(items) => items
            .map(|item| item.map(|item| item.to_value()))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::from),
        _ => panic!("{name} is neither a call nor items"),
    }
}

/// Every operation with arguments it takes.
fn calls() -> Vec<(&'static str, Value)> {
    let transfer = |id: &str| {
        json!({id: "x", "from_currency": "BRL",
            "to_currency": "USDC", "amount_minor": 1})
    };
    vec![
        ("payables.files.upload", json!({"file": {"$bytes_base64": "eA=="}, "filename": "a.pdf"})),
        ("payables.batches.create", json!({"file_ids": ["f"], "idempotency_key": "k"})),
        ("payables.batches.get", json!({"batch_id": "b"})),
        (
            "payables.batches.update_item",
            json!({"batch_id": "b", "item_id": "i", "expected_version": 1, "description": null}),
        ),
        (
            "payables.batches.add_items",
            json!({"batch_id": "b", "expected_version": 1, "file_ids": ["f"]}),
        ),
        (
            "payables.batches.pay",
            json!({"batch_id": "b", "version": 1, "list_hash": "h", "pause_ms": 0}),
        ),
        ("payables.documents.create", json!({"payable": {}})),
        ("payables.documents.get", json!({"payable_id": "p"})),
        ("payables.documents.review", json!({"payable_id": "p", "review": {}})),
        ("payables.documents.pay", json!({"payable_id": "p", "payment": {}})),
        ("wallet.pix_keys.list", json!({"consumer_id": "c"})),
        ("wallet.pix_keys.register", json!({"consumer_id": "c"})),
        ("wallet.pix_keys.delete", json!({"consumer_id": "c", "key": "k", "confirm": true})),
        ("charges.create", json!({"amount": 1.5, "currency": "BRL", "method": "pix"})),
        ("charges.list", json!({"limit": 2})),
        ("charges.list_page", json!({"status": "PENDING"})),
        ("charges.settled", json!({"charge_id": "c"})),
        ("charges.get", json!({"charge_id": "c"})),
        ("charges.cancel", json!({"charge_id": "c"})),
        ("consumers.wallet", json!({"consumer_id": "c"})),
        ("consumers.transfer", transfer("consumer_id")),
        ("consumers.receipts", json!({"consumer_id": "c"})),
        ("consumers.receipt", json!({"receipt_id": "r"})),
        ("consumers.record_delivery", json!({"receipt_id": "r", "delivery": {}})),
        ("wallets.list", json!({})),
        ("wallets.get", json!({"wallet_id": "w"})),
        ("wallets.ledger", json!({"wallet_id": "w"})),
        ("wallets.receive", json!({"wallet_id": "w", "currency": "USDC"})),
        (
            "wallets.transfer",
            json!({"wallet_id": "w", "currency": "BRL", "to_address": "k@example.com",
                "amount_minor": 1}),
        ),
        (
            "devolutions.create",
            json!({"consumer_id": "c", "end_to_end_id": "E182361202026102412",
                "payment_direction": "inbound", "idempotency_key": "k"}),
        ),
        ("devolutions.get", json!({"consumer_id": "c", "devolution_id": "d"})),
        ("approvals.status", json!({"approval_id": "apv_1"})),
        ("approvals.decided", json!({"approval_id": "apv_1"})),
        (
            "consents.create",
            json!({"agent_id": "a", "intent": {"purpose": "p", "cap_minor": 2,
                "per_tx_cap_minor": 1, "currency": "BRL", "mandate_ttl_seconds": 60}}),
        ),
        ("consents.get", json!({"token": "t"})),
        (
            "consents.submit",
            json!({"token": "t", "consumer_id": "c", "rail": "pix-consent", "provider_token": "p"}),
        ),
        ("consent_records.list", json!({})),
        ("funding_sources.list", json!({})),
        ("mandates.list", json!({})),
        ("mandates.get", json!({"mandate_id": "m"})),
        ("mandates.pause", json!({"mandate_id": "m"})),
        ("mandates.resume", json!({"mandate_id": "m"})),
        ("mandates.revoke", json!({"mandate_id": "m"})),
        ("mandates.card", json!({"mandate_id": "m"})),
        ("mandates.delete_card", json!({"mandate_id": "m"})),
        (
            "mandates.spend",
            json!({"mandate_id": "m", "attempt_id": "a", "amount_minor": 1, "payee": "k",
                "ted": {"bank": 1}}),
        ),
        (
            "mandates.execute_payment",
            json!({"mandate": {}, "signature": "s", "purpose": "p", "attempt_id": "a",
                "amount_minor": 1, "payee": "k"}),
        ),
        ("agents.list", json!({})),
        ("agents.register", json!({"agent_id": "a", "principal_ref": "p"})),
        ("agents.did_document", json!({"did": "did:web:x"})),
        ("test_money.fund", json!({"consumer_id": "c", "amount_minor": 1})),
        ("test_money.pix_in", json!({"payment": {}})),
        ("test_money.settle_pix_in", json!({"payment": {}})),
        ("test_money.pay_charge", json!({"charge_id": "c", "amount_minor": 1})),
    ]
}

/// An answer that has what any of the operations insists on.
fn anything() -> Recorded {
    Recorded::json(
        200,
        json!({"file_id": "f", "batch_id": "b", "status": "completed", "key": "k", "id": "x",
            "token": "t", "mandate_id": "m", "data": [], "receipts": [], "consents": [],
            "funding_sources": [], "settlement": "confirmed", "approval_status": "approved"}),
    )
}

#[test]
fn every_operation_can_be_started_by_its_name() {
    for (name, args) in calls() {
        let replay = Replay::new().answer(anything());
        run(&replay, name, args).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(replay.requests().len(), 1, "{name}");
    }
}

#[test]
fn null_clears_and_absence_keeps() {
    let replay = Replay::new().answer(anything());
    let args = json!({"batch_id": "b", "item_id": "i", "expected_version": 1, "pix_key": null,
        "amount_minor": 5});
    run(&replay, "payables.batches.update_item", args).unwrap();
    let body = json!({"expected_version": 1, "pix_key": null, "amount_minor": 5});
    assert_eq!(replay.requests()[0].json(), body);
}

#[test]
fn only_true_confirms() {
    for confirm in [json!(false), json!(1), json!("true"), json!(null)] {
        let args = json!({"consumer_id": "c", "key": "k", "confirm": confirm});
        let error = run(&Replay::new(), "wallet.pix_keys.delete", args).unwrap_err();
        assert_eq!(error.code(), Some("pix_key_delete_requires_confirmation"));
    }
}

#[test]
fn a_stream_is_sent_under_the_last_part_of_its_name() {
    let replay = Replay::new().answer(anything());
    let args = json!({"file": {"$bytes_base64": "eA=="}, "stream_name": "somewhere/lote.csv"});
    run(&replay, "payables.files.upload", args).unwrap();
    assert!(
        sent(&replay.requests()[0]).contains("filename=\"lote.csv\"\r\nContent-Type: text/csv")
    );
}

#[test]
fn the_batch_of_a_failed_payment_can_be_had() {
    let first = json!({"batch_id": "b", "status": "executing",
        "items": [{"item_id": "i", "state": "ready"}]});
    let replay = Replay::new()
        .answer(Recorded::json(200, first))
        .answer(Recorded::json(500, json!({"error": {"code": "down"}})));
    let args = json!({"batch_id": "b", "version": 1, "list_hash": "h", "pause_ms": 0});
    let error = run(&replay, "payables.batches.pay", args).unwrap_err();
    let last = registry::last_state(&error).unwrap().to_value();
    assert_eq!(last["status"], json!("executing"));
}
