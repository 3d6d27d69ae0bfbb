//! Governed spending: operations by name, with arguments they take.

use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] = &[];

/// Every operation with arguments it takes.
pub(super) fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("approvals.status", json!({"approval_id": "apv_1"})),
        ("approvals.decided", json!({"approval_id": "apv_1"})),
        ("mandates.list", json!({})),
        ("mandates.get", json!({"mandate_id": "m"})),
        ("mandates.pause", json!({"mandate_id": "m"})),
        ("mandates.resume", json!({"mandate_id": "m"})),
        ("mandates.revoke", json!({"mandate_id": "m"})),
        ("mandates.card", json!({"mandate_id": "m"})),
        ("mandates.delete_card", json!({"mandate_id": "m"})),
        (
            "mandates.spend",
            json!({"mandate_id": "m", "attempt_id": "a", "amount_minor": 1, "payee": "k",
                "ted": {"bank": 1}}),
        ),
        (
            "mandates.execute_payment",
            json!({"mandate": {}, "signature": "s", "purpose": "p", "attempt_id": "a",
                "amount_minor": 1, "payee": "k"}),
        ),
        ("agents.list", json!({})),
        ("agents.register", json!({"agent_id": "a", "principal_ref": "p"})),
        ("agents.did_document", json!({"did": "did:web:x"})),
    ]
}
