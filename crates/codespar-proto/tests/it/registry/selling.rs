//! Charging and collecting: operations by name, with arguments they take.

use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] = &["charges.create"];

/// Every operation with arguments it takes.
pub(super) fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("charges.create", json!({"amount": 1.5, "currency": "BRL", "method": "pix"})),
        ("charges.list", json!({"limit": 2})),
        ("charges.list_page", json!({"status": "PENDING"})),
        ("charges.settled", json!({"charge_id": "c"})),
        ("charges.get", json!({"charge_id": "c"})),
        ("charges.cancel", json!({"charge_id": "c"})),
    ]
}
