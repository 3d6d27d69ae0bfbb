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
    assert_snapshot!(told(answer, |client| session(client).crypto_pay(&args)));
}
