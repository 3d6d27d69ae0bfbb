//! Sessions and what they run: what is particular to single operations.

use serde_json::{Value, json};

/// What cannot be made up from the description of the arguments.
pub(super) fn arguments(name: &str) -> Option<Value> {
    let address = json!({"postal_code": "01310-100"});
    let leg = json!([{"account": "@a", "amount": 1}]);
    Some(match name {
        "client.request" => json!({"method": "GET", "path": "/v1/fees"}),
        "session.authorize" => {
            json!({"redirect_uri": "https://x.test/", "user_id": "u"})
        }
        "session.issue" => json!({"cardholder_id": "x1", "program_id": "x1"}),
        "session.ledger" => json!({"asset": "BRL", "source": leg, "destination": leg}),
        "session.notify" => json!({"message": "x"}),
        "session.pay" => {
            json!({"amount": 1, "currency": "BRL", "description": "x", "recipient": "x"})
        }
        "session.ship" => {
            json!({"origin": address, "destination": address, "items": [{"weight_g": 1}]})
        }
        "session.shop" => json!({"action": "search", "query": "x"}),
        "session.shop_checkout" => json!({"url": "https://x.test/"}),
        "session.update_tool_call" => json!({"status": "success"}),
        _ => return None,
    })
}

/// Operations that make no request, or may make several.
pub(super) const SEVERAL: &[&str] = &[
    "client.session",
    "session.decided",
    "session.mcp",
    "session.run_workflow",
    "session.settled",
    "session.shop_checkout_end",
    "session.wait_for_connections",
    "sessions.list",
];

/// Event streams.
pub(super) const STREAMS: &[&str] =
    &["session.payment_status_stream", "session.send_stream", "session.verification_status_stream"];
