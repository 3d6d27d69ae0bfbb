//! Charging and collecting: operations by name, with arguments they take.

use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] = &["charges.create", "collect.attempts.create"];

/// Every operation with arguments it takes.
pub(super) fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("charges.create", json!({"amount": 1.5, "currency": "BRL", "method": "pix"})),
        ("charges.list", json!({"limit": 2})),
        ("charges.list_page", json!({"status": "PENDING"})),
        ("charges.settled", json!({"charge_id": "c"})),
        ("charges.get", json!({"charge_id": "c"})),
        ("charges.cancel", json!({"charge_id": "c"})),
        ("collect.receivers", json!({})),
        ("collect.links.list", json!({"state": "draft"})),
        ("collect.links.list_page", json!({"before": "c", "limit": 2})),
        ("collect.links.create", json!({"consumer_id": "c", "version": draft()})),
        ("collect.links.get", json!({"link_id": "cl_1"})),
        ("collect.links.update", json!({"link_id": "cl_1", "valid_until": null})),
        ("collect.links.put_draft", with_link(draft())),
        ("collect.links.publish", json!({"link_id": "cl_1", "confirm_usdc_price": "1.50"})),
        ("collect.links.pause", json!({"link_id": "cl_1"})),
        ("collect.links.resume", json!({"link_id": "cl_1"})),
        ("collect.links.archive", json!({"link_id": "cl_1"})),
        ("collect.links.stats", json!({})),
        ("collect.attempts.create", json!({"link_id": "cl_1", "payer": {"name": "Maria"}})),
        ("collect.attempts.list", json!({"link_id": "cl_1"})),
        ("collect.attempts.artifact", json!({"attempt_id": "cla_1"})),
        ("collect.attempts.test_pay", json!({"attempt_id": "cla_1"})),
        ("collect.payments.list", json!({"link_id": "cl_1"})),
        ("collect.payments.honor", json!({"payment_id": "p"})),
        ("collect.refunds.list", json!({"link_id": "cl_1"})),
        ("collect.pages.get", json!({"link_id": "cl_1"})),
        ("collect.pages.create_attempt", json!({"link_id": "cl_1", "page_session": "s"})),
        ("fees.summary", json!({})),
        ("fees.movimentar", json!({})),
        ("fees.governar", json!({})),
        ("gate.stats", json!({})),
        ("meters.list", json!({"period": "2026-10"})),
        (
            "meters.create",
            json!({"event_name": "e", "aggregation": "sum", "price": "0.002500",
                "channel": "gate", "per_units": 1000}),
        ),
        ("meters.get", json!({"meter_id": "mtr_1"})),
        ("meters.cycle", json!({})),
        ("meters.usage", json!({"meter_id": "mtr_1", "period": "2026-10"})),
        ("meters.events", json!({"meter_id": "mtr_1", "limit": 50})),
        (
            "meters.record_event",
            json!({"event": "e", "customer": "c", "event_id": "i", "value": "0.5"}),
        ),
        ("oauth.protected_resource", json!({})),
        ("oauth.authorization_server", json!({})),
        ("oauth.register", json!({"redirect_uris": ["http://localhost/back"]})),
        ("oauth.token", json!({"grant_type": "refresh_token", "refresh_token": "r"})),
        ("payment_links.list", json!({})),
        (
            "payment_links.create",
            json!({"title": "t", "accepts": [{"rail": "pix", "amount": "49.90"}]}),
        ),
        ("payment_links.get", json!({"link_id": "pl_1"})),
        ("payment_links.update", json!({"link_id": "pl_1", "description": null})),
        ("payment_links.delete", json!({"link_id": "pl_1"})),
        ("payment_links.stats", json!({})),
        ("paywalls.list", json!({})),
        (
            "paywalls.create",
            json!({"slug": "s", "name": "n", "upstream_url": "https://x.test/", "price": "0.05",
                "payto": {"kind": "provisioned"}, "consumer_id": "c"}),
        ),
        ("paywalls.get", json!({"paywall_id": "pw_1"})),
        ("paywalls.update", json!({"paywall_id": "pw_1", "price": "0.06"})),
        ("paywalls.delete", json!({"paywall_id": "pw_1"})),
        ("paywalls.stats", json!({"paywall_id": "pw_1"})),
    ]
}

fn draft() -> Value {
    json!({"title": "t", "surfaces": ["page"], "due_in_days": 3,
        "items": [{"name": "i", "quantity": 1, "unit_amount_minor": 500}]})
}

fn with_link(mut draft: Value) -> Value {
    draft["link_id"] = json!("cl_1");
    draft
}
