//! Transfers that others signed.

use codespar_proto::{
    Minor, Verdict,
    facilitator::{ExecuteTransfer, TransferAuthorization, TransferDomain, TransferIntent},
    testing::{Recorded, Replay},
    types::AtomicText,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

fn args() -> ExecuteTransfer {
    let value = AtomicText::new(250_000);
    ExecuteTransfer::new(
        TransferAuthorization::new("0xfrom", "0xto", value, "0", "1790000000", "0x0a"),
        TransferDomain::new("USD Coin", "2", 8453_u64, "0x8335"),
        "0xsigned",
        TransferIntent::new("0xto", "weather", "data", Minor::new(25)).seller("shop"),
    )
}

#[test]
fn a_signed_transfer_is_carried_out() {
    let answer = json!({"status": "executed", "foreign_authorization_id": "fauth_1",
        "mandate_id": "mdt_1", "execution_id": "x402exec_1", "signer": "0xfrom",
        "settlement": {"tx_hash": "0xab", "network": "base-sepolia", "money_moved": true,
            "adapter": "x402-facilitator-base-sepolia"},
        "receipt": {"id": "rcpt_1", "state": "paid", "chain": "00"}});
    let text = told(Recorded::json(200, answer), |client| client.facilitator().execute(&args()));
    assert_snapshot!(text);
    let row = json!({"id": "fauth_1", "kind": "x402", "signer": "0xfrom", "payee": "0xto",
        "nonce": "0x0a", "chain_id": 84532, "asset": "0x8335", "value_atomic": "250000",
        "amount_minor": 25, "status": "rejected", "reject_code": "expired", "mandate_id": null,
        "execution_id": null, "receipt_id": null, "settlement_tx": null, "network": null,
        "created_at": "2026-10-01T00:00:00Z"});
    let text = told(Recorded::json(200, row), |client| client.facilitator().get("fauth_1"));
    assert_snapshot!(text, @r#"
    GET /v1/facilitator/x402/executions/fauth_1
    ForeignAuthorization {
        id: Some("fauth_1"),
        kind: Some(X402),
        signer: Some([redacted]),
        payee: Some([redacted]),
        nonce: Some("0x0a"),
        chain_id: Some(84532),
        asset: Some("0x8335"),
        value_atomic: Some(250000),
        amount_minor: Some(Minor(25)),
        status: Some(Rejected),
        reject_code: Some("expired"),
        created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
    }
    "#);
    let shown = format!("{:?}", args());
    for hidden in ["0xfrom", "0xto", "0xsigned"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn an_outcome_that_is_not_known_is_looked_up_by_its_row() {
    let failed = |status, code: &str| {
        let body = json!({"error": {"code": code, "details": {"foreign_authorization_id": "f"}}});
        let replay = Replay::new().answer(Recorded::json(status, body));
        let error = client(&replay).facilitator().execute(&args()).send().unwrap_err();
        assert_eq!(replay.requests().len(), 1, "money is never asked for twice");
        error.verdict()
    };
    for (status, code, verdict) in [
        (401, "bad_signature", Verdict::Refused),
        (422, "total_cap_exceeded", Verdict::Refused),
        (501, "x402_mainnet_not_enabled", Verdict::Refused),
        (409, "authorization_replayed", Verdict::Unknown),
        (502, "settlement_failed", Verdict::Unknown),
        (500, "cap_gate_error", Verdict::Unknown),
    ] {
        assert_eq!(failed(status, code), verdict, "{code}");
    }
}
