//! Accounts, wallets and consumers: what is particular to single operations.

use serde_json::{Value, json};

/// What cannot be made up from the description of the arguments.
pub(super) fn arguments(name: &str) -> Option<Value> {
    Some(match name {
        "contact_verifications.verify" => json!({"code": "123456"}),
        "dda.boletos" => json!({"from_date": "2026-12-01", "to_date": "2026-12-31"}),
        "devolutions.create" => json!({"end_to_end_id": "E0000000020261002130500000000001"}),
        "wallet.pix_keys.delete" => json!({"confirm": true}),
        "sellers.create" => json!({"document_number": "12345678000195", "document_type": "CNPJ",
            "document_tax_type": "MEI"}),
        "wallets.post_entry" => json!({"amount_minor": "-1"}),
        "wallets.resolve_anomaly" => json!({"status": "resolved"}),
        _ => return None,
    })
}

/// Operations that make no request, or may make several.
pub(super) const SEVERAL: &[&str] =
    &["account.ledger", "account.payments", "account.sessions", "sellers.ledger", "wallets.ledger"];

/// Event streams.
pub(super) const STREAMS: &[&str] = &[];
