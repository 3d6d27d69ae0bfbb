//! A payment that was received, of which something can be given back.

use serde_json::json;

use crate::support::Bench;

/// Has a consumer receive so much by Pix; gives the end-to-end id.
pub(crate) fn received(bench: &Bench, consumer: &str, minor: i64) -> String {
    let mut body = json!({ "consumer_id": consumer, "amount_minor": minor });
    let made = bench.post("/v1/test/pix-in", body.clone()).body;
    body["transaction_id"] = made["transaction_id"].clone();
    assert_eq!(bench.post("/v1/test/settle-pix-in", body).status, 201);
    let ledger = bench.get(&format!("/v1/wallets/wal_{consumer}/ledger?kind=fund")).body;
    ledger["entries"][0]["external_ref"].as_str().unwrap().to_owned()
}
