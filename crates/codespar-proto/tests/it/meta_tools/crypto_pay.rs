//! `session.crypto_pay`: its request and its answer.

use codespar_proto::meta_tools::{CryptoDirection, CryptoPayArgs, CryptoRecipient};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_payment_in_stablecoins() {
    let answer = tool(json!({"status": "pending", "payment_url": "https://pay.test/1",
        "destination_address": "0xdef", "expires_at": "2026-10-02T14:00:00Z"}));
    let args = CryptoPayArgs::new("12.5".parse::<codespar_proto::Major>().unwrap(), "USDC")
        .direction(CryptoDirection::Send)
        .recipient(CryptoRecipient::new("0xabc"));
    assert_snapshot!(told(answer, |client| session(client).crypto_pay(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_crypto_pay","input":{"amount":12.5,"currency":"USDC","direction":"send","recipient":{"wallet_address":"0xabc"}}}
    ToolOutput {
        data: CryptoPay {
            status: Some("pending"),
            payment_url: Some("https://pay.test/1"),
            destination_address: Some([redacted]),
            expires_at: Some(Timestamp("2026-10-02T14:00:00Z")),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}
