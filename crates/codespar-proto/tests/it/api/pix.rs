//! Pix charges and payments that came in.

use codespar_proto::testing::Recorded;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn a_charge_on_the_books_and_at_the_provider() {
    let answer = json!({"charge_id": "ch_1", "status": "pending", "amount_minor": 1250,
        "currency": "BRL", "transaction_id": "tx_1", "client_request_id": "crq_1",
        "wallet_id": "wal_1", "created_at": "2026-10-24T12:00:00Z", "settled_at": null,
        "provider": {"result": "not_found", "status": null, "transaction_id": "tx_1",
            "identity_verified": false, "last_update": "24/10/2026", "create_at": "24/10/2026",
            "expiration_seconds": 3600, "revision": "1"},
        "status_message": "not seen yet"});
    let text = told(Recorded::json(200, answer), |client| client.pix().charge("cons_1", "ch_1"));
    assert_snapshot!(text);
}

#[test]
fn a_payment_that_came_in() {
    let answer = json!({"end_to_end_id": "E18236120202610241200s0123456789", "received": true,
        "provider_transaction_type": "RECEBIMENTO", "provider_amount": "12.50",
        "initiation_type": "QRDN", "provider_transaction_id": "ptx_1",
        "transaction_id_brcode": "txid1", "transaction_identification": "txid1",
        "correlation": "charge_matched", "charge_id": "ch_1", "charge_status": "settled",
        "wallet_id": "wal_1", "amount_minor": 1250, "wallet_credited": true,
        "devolutions": [{"devolution_id": "dev_1", "status": "settled", "amount_minor": 250}],
        "status_message": "received"});
    let text = told(Recorded::json(200, answer), |client| {
        client.pix().receivement("cons_1", "E18236120202610241200s0123456789")
    });
    assert_snapshot!(text);
}
