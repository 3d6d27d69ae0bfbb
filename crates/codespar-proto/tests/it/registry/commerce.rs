//! Bills, connections, catalogue and webhooks: operations by name, with arguments they take.

use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] = &["payables.batches.create", "payables.batches.pay"];

/// Every operation with arguments it takes.
pub(super) fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("payables.files.upload", json!({"file": {"$bytes_base64": "eA=="}, "filename": "a.pdf"})),
        ("payables.batches.create", json!({"file_ids": ["f"], "idempotency_key": "k"})),
        ("payables.batches.get", json!({"batch_id": "b"})),
        (
            "payables.batches.update_item",
            json!({"batch_id": "b", "item_id": "i", "expected_version": 1, "description": null}),
        ),
        (
            "payables.batches.add_items",
            json!({"batch_id": "b", "expected_version": 1, "file_ids": ["f"]}),
        ),
        (
            "payables.batches.pay",
            json!({"batch_id": "b", "version": 1, "list_hash": "h", "pause_ms": 0}),
        ),
        ("payables.documents.create", json!({"payable": {}})),
        ("payables.documents.get", json!({"payable_id": "p"})),
        ("payables.documents.review", json!({"payable_id": "p", "review": {}})),
        ("payables.documents.pay", json!({"payable_id": "p", "payment": {}})),
    ]
}
