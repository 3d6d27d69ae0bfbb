//! Bills, connections, catalogue and webhooks: operations by name, with arguments they take.

use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] = &[
    "payables.batches.create",
    "payables.batches.pay",
    "payables.documents.create",
    "payables.documents.upload",
];

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
        ("payables.documents.create", bill()),
        ("payables.documents.upload", json!({"file": {"$bytes_base64": "eA=="}, "actor": "a"})),
        ("payables.documents.list_page", json!({"status": "READY", "limit": 1})),
        ("payables.documents.counts", json!({})),
        ("payables.documents.get", json!({"payable_id": "p"})),
        ("payables.documents.review", json!({"payable_id": "p", "resolutions": []})),
        ("payables.documents.pay", json!({"payable_id": "p", "mandate_id": "m"})),
        ("cart.price", json!({"merchant": "m", "items": [{"variant_id": "v", "quantity": 1}]})),
        ("cart.checkout", json!({"merchant": "m", "url": "https://x.test/p"})),
        ("cart.connect_meli", json!({})),
        ("cart.connect_ifood", json!({})),
        ("cart.connect_nuvemshop", json!({"merchant_domain": "m.test", "country": "br"})),
        ("counterparties.list", json!({"kind": "supplier"})),
        ("counterparties.put", json!({"kind": "supplier", "name": "n"})),
        ("counterparties.get", json!({"counterparty_id": "c"})),
        ("commerce_memory.interactions", json!({"kind": "order"})),
        ("commerce_memory.record_interaction", json!({"counterparty_id": "c", "kind": "order"})),
        ("commerce_memory.preferences", json!({})),
        (
            "commerce_memory.put_preference",
            json!({"counterparty_id": "c", "preference_key": "k", "value": null}),
        ),
        ("commerce_memory.negotiations", json!({})),
        (
            "commerce_memory.record_negotiation",
            json!({"counterparty_id": "c", "item": "i", "currency": "BRL"}),
        ),
        ("commerce_memory.counterparty_summary", json!({})),
        ("commerce_memory.negotiation_stats", json!({})),
        ("commerce_memory.top_counterparties", json!({"limit": 50})),
        ("connections.engine_status", json!({"run_id": "r"})),
        ("connections.subaccount_status", json!({"connection_id": "c"})),
        ("connections.revoke_subaccount", json!({"connection_id": "c"})),
        ("mcp_servers.sweep_platform_fees", json!({})),
        ("mcp_servers.validate", json!({"upstream_url": "https://x.test/mcp"})),
        ("mcp_servers.list", json!({})),
        ("mcp_servers.create", mcp_server()),
        ("mcp_servers.get", json!({"mcp_server_id": "m"})),
        ("mcp_servers.delete", json!({"mcp_server_id": "m"})),
        ("mcp_servers.update", json!({"mcp_server_id": "m", "active": false})),
        ("mcp_servers.update_tool", json!({"mcp_server_id": "m", "tool": "t", "price": "0.1"})),
        ("projects.settings", json!({"project_id": "p"})),
        ("projects.update_settings", json!({"project_id": "p", "settings": {"a": null}})),
        ("projects.settings_history", json!({"project_id": "p"})),
        ("providers.tools", json!({"provider": "p"})),
        ("providers.generated", json!({})),
        ("tool_calls.stats", json!({"window": "7d"})),
        ("events.summary", json!({"window": "1h"})),
        ("webhook_endpoints.all_deliveries_page", json!({"status": "dead"})),
        ("webhook_endpoints.count_deliveries", json!({"status": "dead"})),
        ("webhook_endpoints.event_types", json!({})),
        ("webhook_endpoints.simulate", json!({"event_type": "e", "window": "24h"})),
    ]
}

/// A bill with what it needs at least.
fn bill() -> Value {
    let said = |value: Value| json!({"value": value, "from": "pessoa"});
    json!({
        "doc_type": "boleto",
        "supplier": {"name": said(json!("Papelaria Sol"))},
        "totals": {"grand_total_minor": said(json!(12_500)), "currency": said(json!("BRL"))},
    })
}

/// An MCP server with a tool.
fn mcp_server() -> Value {
    json!({
        "slug": "quotes", "name": "Quotes", "upstream_url": "https://x.test/mcp",
        "consumer_id": "c", "tools": [{"tool_name": "quote", "price": "0.05"}],
    })
}
