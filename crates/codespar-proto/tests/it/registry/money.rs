//! The same operations by their names, arguments and results as JSON.

use codespar_proto::{
    Error, Json, registry,
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

use super::{accounts, commerce, governance, selling};
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

/// What answers of most operations are read from.
const ANYTHING: &str = r#"
    {"file_id": "f", "batch_id": "b", "status": "completed", "key": "k", "id": "x",
    "token": "t", "mandate_id": "m", "data": [], "receipts": [], "consents": [],
    "funding_sources": [], "payment_links": [], "paywalls": [], "entries": [],
    "payments": [], "sessions": [], "consumers": [], "anomalies": [], "seller_id": "s",
    "transaction_id": "t", "client_id": "x", "access_token": "t", "settlement":
    "confirmed", "approval_status": "approved", "state": "issued", "mandates": [],
    "agents": [], "bank_consents": [], "cards": [], "events": [], "incidents": [],
    "anchors": [], "payable_id": "p", "payables": [], "counterparties": [],
    "interactions": [], "preferences": [], "negotiations": [], "mcp_servers": [],
    "settings": [], "history": [], "servers": [], "deliveries": [], "total": 0, "swept":
    0, "merchant": "m"}
"#;

/// An answer that has what any of the operations insists on.
fn anything() -> Recorded {
    Recorded::json(200, serde_json::from_str::<Value>(ANYTHING).unwrap())
}

#[test]
fn every_operation_can_be_started_by_its_name() {
    let calls = [accounts::calls(), governance::calls(), selling::calls(), commerce::calls()];
    for (name, args) in calls.into_iter().flatten() {
        // What is a list elsewhere is an object or a number in these.
        let answer = match name {
            "account.summary" | "collect.links.stats" | "payment_links.stats" => Some(json!({})),
            name => governance::answer(name),
        };
        let answer = answer.map_or_else(anything, |answer| Recorded::json(200, answer));
        let replay = Replay::new().answer(answer);
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
