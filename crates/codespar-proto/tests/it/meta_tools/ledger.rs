//! `session.ledger`: entries, accounts, receipts.

use codespar_proto::{
    Minor,
    meta_tools::{LedgerArgs, Leg},
    testing::Replay,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told, tool};

#[test]
fn an_entry_in_the_books() {
    let answer = tool(json!({"id": "txn_1", "status": "APPROVED", "raw": {"code": "x"}}));
    let args = LedgerArgs::entry(
        "BRL",
        vec![Leg::new("@wallet/user_1", Minor::new(5_000))],
        vec![Leg::new("@merchant/1", Minor::new(4_900)), Leg::new("@fees", Minor::new(100))],
    )
    .description("Venda 42");
    assert_snapshot!(told(answer, |client| session(client).ledger(&args)));
}

#[test]
fn an_account_of_the_books() {
    let answer = tool(json!({"id": "acc_1", "alias": "@wallet/user_1", "status": "ACTIVE"}));
    let args = LedgerArgs::account("BRL")
        .alias("@wallet/user_1")
        .name("Carteira")
        .account_type("deposit")
        .scale(2)
        .metadata(json!({}));
    assert_snapshot!(told(answer, |client| session(client).ledger(&args)));
}

#[test]
fn receipts_are_asked_for_and_given_back() {
    let answer = tool(json!({"count": 1, "receipts": [{"receipt_id": "rcpt_1", "state": "paid",
        "mandate": {"id": "mnd_1", "currency": "BRL"}, "quote": null,
        "payment": {"rail": "pix", "amount_minor": 5000, "money_moved": true, "sandbox": true},
        "delivery": null, "chain": "c0ffee", "exceptions": []}]}));
    let args = LedgerArgs::receipts().consumer_id("user_1").limit(10);
    assert_snapshot!(told(answer, |client| session(client).ledger(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_ledger","input":{"action":"receipts","consumer_id":"user_1","limit":10}}
    ToolOutput {
        data: LedgerAnswer {
            receipts: [
                Receipt {
                    receipt_id: Some("rcpt_1"),
                    state: Some(Paid),
                    mandate: Some(
                        ReceiptMandate {
                            id: Some("mnd_1"),
                            currency: Some("BRL"),
                        },
                    ),
                    payment: Some(
                        ReceiptPayment {
                            rail: Some("pix"),
                            amount_minor: Some(Minor(5000)),
                            money_moved: Some(true),
                            extra: {
                                "sandbox",
                            },
                        },
                    ),
                    chain: Some("c0ffee"),
                    exceptions: [],
                },
            ],
            count: Some(1),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);

    let missing = tool(json!({"found": false, "receipt_id": "rcpt_9"}));
    let args = LedgerArgs::receipt("rcpt_9");
    assert_snapshot!(told(missing, |client| session(client).ledger(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_ledger","input":{"action":"receipt","receipt_id":"rcpt_9"}}
    ToolOutput {
        data: LedgerAnswer {
            found: Some(false),
            receipt_id: Some("rcpt_9"),
            receipts: [],
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn a_receipt_verifies_offline() {
    use codespar_proto::receipt::{KeyDocument, ReceiptVerdict, SealedReceipt, Sent};

    let answer = tool(json!({"found": true, "receipt": {"receipt_id": "rcpt_1", "chain": "c0ffee",
        "receipt_sig_kid": "k1", "receipt_sig_ed25519": "00".repeat(64)}}));
    let replay = Replay::new().answer(answer);
    let books = session(&client(&replay)).ledger(&LedgerArgs::receipt("rcpt_1")).send().unwrap();
    let receipt = SealedReceipt::of(books.receipt.as_ref().unwrap()).unwrap();
    let outcome = receipt.verify(&KeyDocument::new(), &Sent::new());
    assert_eq!(outcome.verdict, ReceiptVerdict::UnknownKey);
}
