//! Transfers that others signed: a nonce settles once.

use codespar_sandbox::EffectKind;
use serde_json::{Value, json};

use super::{is, refused, text};
use crate::support::{Bench, Reply, managed};

const PAYEE: &str = "0xb2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

/// A transfer of so many millionths under this nonce, with a cap for the signer.
fn transfer(nonce: u8, atomic: &str, total: i64) -> Value {
    json!({
        "authorization": {
            "from": format!("0x{}", "a1".repeat(20)), "to": PAYEE, "value": atomic,
            "validAfter": "0", "validBefore": "9999999999",
            "nonce": format!("0x{nonce:02x}{}", "00".repeat(31)),
        },
        "domain": {
            "name": "USD Coin", "version": "2", "chainId": 84532, "verifyingContract": "0xc4",
        },
        "signature": format!("0x{}", "5d".repeat(65)),
        "intent": {
            "payee": PAYEE, "resource": "r", "purpose": "p", "max_amount_minor": 1_000,
            "total_cap_minor": total,
        },
    })
}

fn execute(bench: &Bench, transfer: Value) -> Reply {
    bench.post("/v1/facilitator/x402/executions", transfer)
}

fn read(bench: &Bench, reply: &Value) -> Value {
    let id = text(&reply["foreign_authorization_id"]);
    bench.get(&format!("/v1/facilitator/x402/executions/{id}")).body
}

#[test]
fn a_nonce_settles_once() {
    let bench = managed();
    let first = execute(&bench, transfer(1, "5000001", 2_000));
    assert_eq!((first.status, &first.body["settlement"]["network"]), (200, &json!("base-sepolia")));
    let row = read(&bench, &first.body);
    // What is compared with caps is rounded up, what moved is exact.
    assert_eq!((&row["value_atomic"], &row["amount_minor"]), (&json!("5000001"), &json!(501)));
    assert_eq!(row["receipt_id"], first.body["receipt"]["id"]);
    let again = execute(&bench, transfer(1, "5000001", 2_000));
    assert_eq!(refused(&again), is(409, "authorization_replayed"));
    let named = &again.body["error"]["details"]["foreign_authorization_id"];
    assert_eq!(*named, first.body["foreign_authorization_id"]);
    assert_eq!(
        refused(&execute(&bench, transfer(2, "5000000", 1_000))),
        is(422, "total_cap_exceeded")
    );
    assert_eq!(refused(&execute(&bench, transfer(2, "5000000", 1_001))), is(200, ""));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 2);
}

#[test]
fn what_the_chain_turns_down_is_written_down() {
    let bench = managed();
    let failed = execute(&bench, transfer(1, "6660000", 2_000));
    assert_eq!(refused(&failed), is(502, "settlement_failed"));
    let row = read(&bench, &failed.body["error"]["details"]);
    assert_eq!(
        (&row["status"], &row["reject_code"]),
        (&json!("rejected"), &json!("settlement_failed"))
    );
    assert!(bench.sandbox.effects().is_empty());
}

#[test]
fn what_is_wrong_with_a_transfer_is_told_apart() {
    let bench = managed();
    for (pointer, value, status, code) in [
        ("/authorization/from", json!("0x1"), 400, "malformed_authorization"),
        ("/authorization/value", json!("0"), 400, "malformed_authorization"),
        ("/authorization/nonce", json!("0x1"), 400, "malformed_authorization"),
        ("/authorization/validAfter", json!("9999999998"), 422, "authorization_not_yet_valid"),
        ("/authorization/validBefore", json!("1"), 422, "authorization_expired"),
        ("/signature", json!("0x"), 401, "bad_signature"),
        ("/intent/payee", json!("0xb3"), 422, "payee_authorization_mismatch"),
        ("/intent/max_amount_minor", json!(499), 422, "per_tx_cap_exceeded"),
        ("/intent/purpose", json!(null), 400, "invalid_body"),
    ] {
        let mut wrong = transfer(1, "5000000", 2_000);
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert_eq!(refused(&execute(&bench, wrong)), is(status, code), "{pointer}");
    }
    assert!(bench.sandbox.effects().is_empty());
    let unknown = bench.get("/v1/facilitator/x402/executions/fauth_x");
    assert_eq!(refused(&unknown), is(404, "foreign_authorization_not_found"));
}
