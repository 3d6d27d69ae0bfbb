//! Governed spending: what is particular to single operations.

use serde_json::{Value, json};

use crate::registry::governance::{card, transfer};

/// What cannot be made up from the description of the arguments.
pub(super) fn arguments(name: &str) -> Option<Value> {
    let digest = "0".repeat(64);
    let approval = json!({"items_hash": digest, "batch_hash": digest});
    Some(match name {
        "cards.create" => card(),
        "facilitator.execute" => transfer(),
        "mandates.execute_payment" | "mandates.execute_payment_stream" | "mandates.spend" => {
            json!({"approval": approval})
        }
        "mandates.look_up" | "mandates.pay" => {
            json!({"approval": approval, "honours_attempts": true})
        }
        "organizations.mandates.create" => json!({"amount": "1.50", "max_amount": "0.10"}),
        "bank_consents.create" => json!({"redirect_url": "https://shop.test/back"}),
        "policies.update" => json!({"enabled": true}),
        "policies.reorder" => json!({"ids": ["pol_1"]}),
        _ => return None,
    })
}

/// Operations that make no request, or may make several.
pub(super) const SEVERAL: &[&str] =
    &["approvals.decided", "audit_events.list", "mandates.look_up", "mandates.pay"];

/// Event streams.
pub(super) const STREAMS: &[&str] = &["mandates.execute_payment_stream"];
