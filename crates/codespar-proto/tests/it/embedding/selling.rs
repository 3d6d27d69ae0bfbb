//! Charging and collecting: what is particular to single operations.

use serde_json::{Value, json};

/// What cannot be made up from the description of the arguments.
pub(super) fn arguments(name: &str) -> Option<Value> {
    let draft = json!({"title": "x", "surfaces": ["page"], "due_in_days": 1,
        "items": [{"name": "x", "quantity": 1, "unit_amount_minor": 500}]});
    Some(match name {
        "collect.links.create" => json!({"version": draft}),
        "collect.links.put_draft" => draft,
        "collect.links.update" => json!({"consumer_id": "x"}),
        "meters.create" => json!({"price": "0.0025", "per_units": 1}),
        "oauth.register" => json!({"redirect_uris": ["https://x.test/"]}),
        "oauth.token" => json!({"grant_type": "refresh_token", "refresh_token": "x"}),
        "payment_links.create" => json!({"accepts": [{"rail": "pix", "amount": "1.50"}]}),
        "payment_links.update" => json!({"title": "x"}),
        "paywalls.create" => json!({"slug": "x", "price": "0.05",
            "payto": {"kind": "byo", "address": "x"}}),
        "paywalls.update" => json!({"name": "x"}),
        _ => return None,
    })
}

/// Operations that make no request, or may make several.
pub(super) const SEVERAL: &[&str] =
    &["charges.list", "charges.settled", "collect.links.list", "payment_links.payments"];

/// Event streams.
pub(super) const STREAMS: &[&str] = &[];
