//! Mandates on the server, and spending under them.

use codespar_proto::{
    Error, Json, Minor,
    driver::TransportErrorKind,
    mandates::{PaymentArgs, Spend, SpendArgs},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

fn spent() -> Value {
    json!({"status": "completed", "requestId": "req_1",
        "mandate": {"consumer_id": "cons_1", "purpose": "food", "currency": "BRL"},
        "payment": {"transactionId": "tx_1", "endToEndId": null, "amountMinor": 5000, "rail": "pix",
            "provider": "p", "moneyMoved": true, "adapter": "a"},
        "wallet": {"walletId": "w", "holdEntryId": "h", "fundEntryId": null, "debitEntryId": "d"},
        "receipt": {"id": "rcpt_1", "state": "paid", "chain": "00", "exceptions": []},
        "audit": [{"step": 1}], "attempt_id": "att_1", "idempotent_replay": false})
}

fn args() -> SpendArgs {
    SpendArgs::new("att_1", Minor::new(5_000), "seller@example.com").agent_id("agent_1")
}

#[test]
fn mandates_are_looked_at_and_halted() {
    let mandate = || Recorded::json(200, json!({"id": "mdt_1", "status": "active", "cap": 1}));
    let list = Recorded::json(200, json!({"mandates": [{"id": "mdt_1"}]}));
    let empty = || Recorded::status(204);
    let replay = Replay::new()
        .answer(list)
        .answer(mandate())
        .answer(mandate())
        .answer(empty())
        .answer(mandate())
        .answer(mandate())
        .answer(empty());
    let mandates = client(&replay).mandates();
    assert_eq!(mandates.list().send().unwrap()[0].id.as_deref(), Some("mdt_1"));
    assert!(mandates.get("mdt_1").send().unwrap().extra.get("cap").is_some());
    mandates.pause("mdt_1").send().unwrap();
    mandates.resume("mdt_1").send().unwrap();
    mandates.revoke("mdt_1").send().unwrap();
    mandates.card("mdt_1").send().unwrap();
    mandates.delete_card("mdt_1").send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/mandates
    GET /v1/mandates/mdt_1
    POST /v1/mandates/mdt_1/pause
    POST /v1/mandates/mdt_1/resume
    POST /v1/mandates/mdt_1/revoke
    GET /v1/consumers/mandates/mdt_1/card
    DELETE /v1/consumers/mandates/mdt_1/card
    ");
}

#[test]
fn spending_under_a_mandate() {
    let text =
        told(Recorded::json(200, spent()), |client| client.mandates().spend("mdt_1", &args()));
    assert_snapshot!(text, @r#"
    POST /v1/consumers/mandates/mdt_1/spend
    {"attempt_id":"att_1","amount_minor":5000,"payee":"seller@example.com","agent_id":"agent_1"}
    Spend {
        status: Some(Completed),
        request_id: Some("req_1"),
        mandate: Some(
            SpendMandate {
                consumer_id: Some("cons_1"),
                purpose: Some("food"),
                currency: Some(Currency("BRL")),
            },
        ),
        payment: Some(
            SpendPayment {
                transaction_id: Some("tx_1"),
                amount_minor: Some(Minor(5000)),
                rail: Some("pix"),
                provider: Some("p"),
                money_moved: Some(true),
                adapter: Some("a"),
            },
        ),
        wallet: Some(
            SpendWallet {
                wallet_id: Some("w"),
                hold_entry_id: Some("h"),
                debit_entry_id: Some("d"),
            },
        ),
        receipt: Some(
            SpendReceipt {
                id: Some("rcpt_1"),
                state: Some("paid"),
                chain: Some("00"),
                exceptions: [],
            },
        ),
        audit: [
            Json(object, 10 bytes),
        ],
        attempt_id: Some("att_1"),
        idempotent_replay: Some(false),
    }
    "#);
}

#[test]
fn spending_under_a_mandate_that_is_held() {
    let replay = Replay::new().answer(Recorded::json(200, spent()));
    let mandate = Json::parse_str(r#"{"format_version":4}"#).unwrap();
    let args = PaymentArgs::new(mandate, "00ff", "food", "att_1", Minor::new(5_000), "k");
    client(&replay).mandates().execute_payment(&args).send().unwrap();
    assert_snapshot!(sent(&replay.requests()[0]));
}

fn failed(script: Replay) -> Error {
    let error = client(&script).mandates().spend("mdt_1", &args()).send().unwrap_err();
    assert_eq!(script.requests().len(), 1, "money is never asked for twice");
    error
}

#[test]
fn an_outcome_that_is_not_known_is_told_apart() {
    let refusal = |status, code: &str| {
        failed(Replay::new().answer(Recorded::json(status, json!({"error": {"code": code}}))))
    };
    assert!(Spend::is_uncertain(&refusal(502, "psp_dispatch_uncertain")));
    assert!(Spend::is_uncertain(&refusal(409, "psp_attempt_in_flight")));
    assert!(!Spend::is_uncertain(&refusal(502, "psp_dispatch_failed")));
    assert!(!Spend::is_uncertain(&refusal(409, "attempt_id_conflict")));
    let lost = |kind| failed(Replay::new().fail(kind));
    assert!(Spend::is_uncertain(&lost(TransportErrorKind::Io)));
    let html = Recorded::json(502, json!("<html>"));
    assert!(Spend::is_uncertain(&failed(Replay::new().answer(html))));
    let garbled = Recorded::json(200, json!([]));
    assert!(Spend::is_uncertain(&failed(Replay::new().answer(garbled))));
}
