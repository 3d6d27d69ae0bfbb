//! Accounts, wallets and consumers: operations by name, with arguments they take.

use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] = &["devolutions.create", "wallets.transfer"];

/// Every operation with arguments it takes.
pub(super) fn calls() -> Vec<(&'static str, Value)> {
    let transfer = |id: &str| {
        json!({id: "x", "from_currency": "BRL",
            "to_currency": "USDC", "amount_minor": 1})
    };
    vec![
        ("wallet.pix_keys.list", json!({"consumer_id": "c"})),
        ("wallet.pix_keys.register", json!({"consumer_id": "c"})),
        ("wallet.pix_keys.delete", json!({"consumer_id": "c", "key": "k", "confirm": true})),
        ("consumers.wallet", json!({"consumer_id": "c"})),
        ("consumers.transfer", transfer("consumer_id")),
        ("consumers.receipts", json!({"consumer_id": "c"})),
        ("consumers.receipt", json!({"receipt_id": "r"})),
        ("consumers.record_delivery", json!({"receipt_id": "r", "delivery": {}})),
        ("wallets.list", json!({})),
        ("wallets.get", json!({"wallet_id": "w"})),
        ("wallets.ledger", json!({"wallet_id": "w"})),
        ("wallets.receive", json!({"wallet_id": "w", "currency": "USDC"})),
        (
            "wallets.transfer",
            json!({"wallet_id": "w", "currency": "BRL", "to_address": "k@example.com",
                "amount_minor": 1}),
        ),
        (
            "devolutions.create",
            json!({"consumer_id": "c", "end_to_end_id": "E182361202026102412",
                "payment_direction": "inbound", "idempotency_key": "k"}),
        ),
        ("devolutions.get", json!({"consumer_id": "c", "devolution_id": "d"})),
        (
            "consents.create",
            json!({"agent_id": "a", "intent": {"purpose": "p", "cap_minor": 2,
                "per_tx_cap_minor": 1, "currency": "BRL", "mandate_ttl_seconds": 60}}),
        ),
        ("consents.get", json!({"token": "t"})),
        (
            "consents.submit",
            json!({"token": "t", "consumer_id": "c", "rail": "pix-consent", "provider_token": "p"}),
        ),
        ("consent_records.list", json!({})),
        ("funding_sources.list", json!({})),
        ("test_money.fund", json!({"consumer_id": "c", "amount_minor": 1})),
        ("test_money.pix_in", json!({"payment": {}})),
        ("test_money.settle_pix_in", json!({"payment": {}})),
        ("test_money.pay_charge", json!({"charge_id": "c", "amount_minor": 1})),
    ]
}
