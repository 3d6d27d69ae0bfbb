//! Bills, connections, catalogue and webhooks: what is particular to single operations.

use serde_json::{Value, json};

/// What cannot be made up from the description of the arguments.
pub(super) fn arguments(name: &str) -> Option<Value> {
    Some(match name {
        "cart.checkout" => json!({"url": "https://x.test/p"}),
        "cart.price" => json!({"items": [{"variant_id": "v", "quantity": 1}]}),
        "commerce_memory.put_preference" => json!({"preference_key": "k", "confidence": 0.5}),
        "commerce_memory.record_interaction" => json!({"amount_minor": 1, "currency": "BRL"}),
        "connections.start" => {
            json!({"redirect_uri": "https://x.test/", "user_id": "u"})
        }
        "mcp_servers.create" => json!({
            "slug": "quotes", "upstream_url": "https://x.test/mcp", "platform_fee_bps": 1,
            "tools": [{"tool_name": "quote", "price": "0.05"}],
        }),
        "mcp_servers.update" => json!({"name": "x"}),
        "mcp_servers.update_tool" => json!({"price": "0.05"}),
        "mcp_servers.validate" => json!({"upstream_url": "https://x.test/mcp"}),
        "payables.documents.upload" => json!({"file": {"$bytes_base64": "aGVsbG8="}}),
        "projects.update_settings" => json!({"settings": {"a": null}}),
        "payables.batches.add_items" => json!({"items": [{"boleto_line": "1"}]}),
        "payables.files.upload" => json!({"file": {"$bytes_base64": "aGVsbG8="}}),
        "projects.update" => json!({"name": "x"}),
        "tools.plan" => json!({"description": "x"}),
        "webhook_endpoints.create" => json!({
            "webhook_url": "https://x.test/hook", "action": {"kind": "webhook"},
        }),
        "webhook_endpoints.update" => json!({"name": "x"}),
        _ => return None,
    })
}

/// Operations that make no request, or may make several.
pub(super) const SEVERAL: &[&str] = &[
    "payables.batches.pay",
    "payables.documents.list",
    "tool_calls.list",
    "webhook_endpoints.all_deliveries",
    "webhook_endpoints.list",
];

/// Event streams.
pub(super) const STREAMS: &[&str] = &[];
