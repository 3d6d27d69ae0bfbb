//! Bills, connections, catalogue and webhooks: what is particular to single operations.

use serde_json::{Value, json};

/// What cannot be made up from the description of the arguments.
pub(super) fn arguments(name: &str) -> Option<Value> {
    Some(match name {
        "connections.start" => {
            json!({"redirect_uri": "https://x.test/", "user_id": "u"})
        }
        "payables.batches.add_items" => json!({"items": [{"boleto_line": "1"}]}),
        "payables.files.upload" => json!({"file": {"$bytes_base64": "aGVsbG8="}}),
        "projects.update" => json!({"name": "x"}),
        "tools.plan" => json!({"description": "x"}),
        "webhook_endpoints.update" => json!({"name": "x"}),
        _ => return None,
    })
}

/// Operations that make no request, or may make several.
pub(super) const SEVERAL: &[&str] =
    &["payables.batches.pay", "tool_calls.list", "webhook_endpoints.list"];

/// Event streams.
pub(super) const STREAMS: &[&str] = &[];
