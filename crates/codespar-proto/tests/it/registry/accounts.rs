//! Accounts, wallets and consumers: operations by name, with arguments they take.

use serde_json::{Value, json};

/// Operations that take an `idempotency_key` besides.
pub(super) const KEYED: &[&str] =
    &["account.fund", "dda.subscriptions.create", "devolutions.create", "wallets.transfer"];

/// Every operation with arguments it takes.
pub(super) fn calls() -> Vec<(&'static str, Value)> {
    let transfer = |id: &str| {
        json!({id: "x", "from_currency": "BRL",
            "to_currency": "USDC", "amount_minor": 1})
    };
    let seller = json!({"full_name": "m", "document_number": "12345678000195",
        "document_type": "CNPJ", "document_tax_type": "MEI", "mcc": "5812", "contact": {},
        "address": {}});
    let payment = json!({"wallet_id": "w", "amount": 1, "currency": "BRL", "recipient": "p",
        "description": "d", "mandate_id": "m", "attempt_id": "a"});
    let entry = json!({"wallet_id": "w", "org_id": "o", "currency": "BRL", "amount_minor": "-1",
        "kind": "fee", "attempt_id": "a"});
    let anomaly = json!({"wallet_id": "w", "anomaly_id": "a", "status": "resolved"});
    let line = json!({"provider_event_id": "e", "amount_minor": 1, "currency": "BRL"});
    let document = || json!({"consumer_id": "c", "document": "11144477735"});
    let test_pix = || json!({"consumer_id": "c", "amount_minor": 1, "transaction_id": "t"});
    vec![
        ("account.balances", json!({})),
        ("account.ledger", json!({"kind": "debit"})),
        ("account.ledger_page", json!({"limit": 1})),
        ("account.summary", json!({"window": "24h"})),
        ("account.agent_activity", json!({})),
        ("account.payments", json!({})),
        ("account.payments_page", json!({"status": "uncertain"})),
        ("account.sessions", json!({})),
        ("account.sessions_page", json!({"origin": "api"})),
        ("account.onboarding", json!({})),
        ("account.test_balance", json!({})),
        ("account.fund", json!({"amount_minor": 1, "idempotency_key": "k"})),
        ("account.fund_initial", json!({})),
        ("account.refill", json!({})),
        (
            "contact_verifications.create",
            json!({"consumer_id": "c", "channel": "email", "target": "m@example.com"}),
        ),
        (
            "contact_verifications.verify",
            json!({"consumer_id": "c", "verification_id": "v", "code": "1234"}),
        ),
        ("consumers.list", json!({"verified": true})),
        ("consumers.create", json!({})),
        ("consumers.get", json!({"consumer_id": "c"})),
        ("consumers.update", json!({"consumer_id": "c", "display_name": null})),
        ("consumers.fund_status", json!({"consumer_id": "c", "transaction_id": "t"})),
        (
            "dda.boletos",
            json!({"consumer_id": "c", "from_date": "2026-12-01", "to_date": "2026-12-31"}),
        ),
        (
            "dda.subscriptions.create",
            json!({"consumer_id": "c", "document": "11144477735", "idempotency_key": "k"}),
        ),
        ("dda.subscriptions.get", document()),
        ("dda.subscriptions.delete", document()),
        ("pix.charge", json!({"consumer_id": "c", "reference": "r"})),
        ("pix.receivement", json!({"consumer_id": "c", "end_to_end_id": "e"})),
        ("sellers.create", seller),
        ("sellers.get", json!({"seller_id": "s"})),
        ("sellers.status", json!({"seller_id": "s"})),
        ("sellers.pending_settlement", json!({"seller_id": "s"})),
        ("sellers.custody", json!({"seller_id": "s"})),
        ("sellers.ledger", json!({"seller_id": "s"})),
        ("sellers.ledger_page", json!({"seller_id": "s", "limit": 1})),
        ("wallet.pix_keys.list", json!({"consumer_id": "c"})),
        ("wallet.pix_keys.register", json!({"consumer_id": "c"})),
        ("wallet.pix_keys.delete", json!({"consumer_id": "c", "key": "k", "confirm": true})),
        ("consumers.wallet", json!({"consumer_id": "c"})),
        ("consumers.transfer", transfer("consumer_id")),
        ("consumers.receipts", json!({"consumer_id": "c"})),
        ("consumers.receipt", json!({"receipt_id": "r"})),
        (
            "consumers.record_delivery",
            json!({"receipt_id": "r", "result": "confirmed", "proof": "p", "kind": "tracking"}),
        ),
        ("wallets.list", json!({})),
        ("wallets.get", json!({"wallet_id": "w"})),
        ("wallets.create", json!({"display_name": "d", "currency": "BRL"})),
        ("wallets.ledger", json!({"wallet_id": "w"})),
        ("wallets.ledger_page", json!({"wallet_id": "w", "kind": "fund"})),
        ("wallets.post_entry", entry),
        ("wallets.execute", payment),
        ("wallets.custody", json!({"wallet_id": "w"})),
        (
            "wallets.import_statement",
            json!({"wallet_id": "w", "source": "bank", "entries": [line]}),
        ),
        ("wallets.recon_anomalies", json!({"wallet_id": "w"})),
        ("wallets.resolve_anomaly", anomaly),
        ("wallets.funding_sources", json!({"wallet_id": "w"})),
        (
            "wallets.add_funding_source",
            json!({"wallet_id": "w", "connection_id": "c", "currency": "BRL"}),
        ),
        (
            "wallets.remove_funding_source",
            json!({"wallet_id": "w", "connection_id": "c", "currency": "BRL"}),
        ),
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
        ("consent_records.list", json!({"limit": 1})),
        ("consent_records.get", json!({"consent_record_id": "r"})),
        ("funding_sources.list", json!({"consumer_id": "c"})),
        ("funding_sources.get", json!({"funding_source_id": "f"})),
        ("test_money.fund", json!({"consumer_id": "c", "amount_minor": 1})),
        ("test_money.pix_in", json!({"consumer_id": "c", "amount_minor": 1})),
        ("test_money.settle_pix_in", test_pix()),
        ("test_money.run_scenario", json!({"charge_id": "c", "scenario": "late_after_expiry"})),
        ("test_money.pay_charge", json!({"charge_id": "c", "amount_minor": 1})),
    ]
}
