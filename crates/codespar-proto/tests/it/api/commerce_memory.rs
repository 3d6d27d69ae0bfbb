//! What is remembered of buying and selling.

use codespar_proto::{
    Currency, Json, Minor,
    commerce_memory::{
        InteractionKind, InteractionSource, ListInteractions, ListNegotiations, ListPreferences,
        NegotiationOutcome, PreferenceSource, PutPreference, RankCounterparties, RecordInteraction,
        RecordNegotiation, SummarizeCounterparties, SummarizeNegotiations,
    },
    counterparties::CounterpartyKind,
    testing::Recorded,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::told;

fn ok(answer: Value) -> Recorded {
    Recorded::json(200, answer)
}

#[test]
fn interactions() {
    let row = json!({"id": "ci_1", "counterparty_id": "cp_1", "kind": "payment",
        "amount_minor": 13, "amount_native": "125000", "amount": "0.125000", "currency": "USDC",
        "occurred_at": "2026-10-02T00:00:00Z", "source": "agent_execute", "source_ref": "inv-7",
        "agent_id": null, "metadata": {}});
    let args = ListInteractions::default()
        .counterparty_id("cp_1")
        .kind(InteractionKind::Payment)
        .since("2026-10-01T00:00:00Z")
        .until("2026-11-01T00:00:00Z")
        .limit(500);
    let listed = ok(json!({"interactions": [row]}));
    let text = told(listed, |client| client.commerce_memory().interactions(&args));
    assert_snapshot!("interactions", text);
    let args = RecordInteraction::new("cp_1", InteractionKind::Payment)
        .amount_minor(Minor::new(13))
        .currency(Currency::BRL)
        .source(InteractionSource::Manual)
        .source_ref("inv-7");
    let new = Recorded::json(201, row.clone());
    let text = told(new, |client| client.commerce_memory().record_interaction(&args));
    assert_snapshot!("an_interaction_that_is_new", text);
    // What was there before is wrapped, and read alike.
    let before = ok(json!({"idempotent": true, "interaction": row}));
    let text = told(before, |client| client.commerce_memory().record_interaction(&args));
    assert_snapshot!("an_interaction_that_was_there", text);
}

#[test]
fn preferences() {
    let row = json!({"id": "pref_1", "counterparty_id": "cp_1", "preference_key": "payment_days",
        "value": 30, "confidence": 0.8, "source": "derived", "metadata": {},
        "created_at": "2026-10-01T00:00:00Z", "updated_at": "2026-10-02T00:00:00Z"});
    let args = ListPreferences::default().counterparty_id("cp_1").source(PreferenceSource::Derived);
    let listed = ok(json!({"preferences": [row]}));
    let text = told(listed, |client| client.commerce_memory().preferences(&args));
    assert_snapshot!("preferences", text);
    let args = PutPreference::new("cp_1", "payment_days", Json::parse_str("30").unwrap());
    let args = args.confidence(0.8);
    let set = Recorded::json(201, row);
    let text = told(set, |client| client.commerce_memory().put_preference(&args));
    assert_snapshot!("a_preference_is_set", text);
}

#[test]
fn negotiations() {
    let row = json!({"id": "neg_1", "counterparty_id": "cp_1", "item": "paper", "item_ref": null,
        "initial_price_minor": 3000, "agreed_price_minor": 2750, "currency": "BRL", "rounds": 2,
        "outcome": "agreed", "agent_id": null, "started_at": "2026-10-01T00:00:00Z",
        "closed_at": "2026-10-02T00:00:00Z", "metadata": {}});
    let args = ListNegotiations::default().outcome(NegotiationOutcome::Agreed).item_ref("a4");
    let listed = ok(json!({"negotiations": [row]}));
    let text = told(listed, |client| client.commerce_memory().negotiations(&args));
    assert_snapshot!("negotiations", text);
    let args = RecordNegotiation::new("cp_1", "paper", Currency::BRL)
        .initial_price_minor(Minor::new(3_000))
        .agreed_price_minor(Minor::new(2_750))
        .outcome(NegotiationOutcome::Agreed);
    let recorded = Recorded::json(201, row);
    let text = told(recorded, |client| client.commerce_memory().record_negotiation(&args));
    assert_snapshot!("a_negotiation_is_recorded", text);
}

#[test]
fn insights() {
    let window = json!({"since": "2026-10-01T00:00:00Z", "until": null});
    let summary = ok(json!({"window": window, "rows": [{"counterparty_id": "cp_1",
        "name": "Papelaria Sol", "kind": "supplier", "identifier": null,
        "identifier_kind": null, "last_seen_at": "2026-10-02T00:00:00Z", "interaction_count": 3,
        "payment_count": 2, "total_payment_minor": 25_000, "currencies": ["BRL", "USDC"]}]}));
    let args = SummarizeCounterparties::default()
        .kind(CounterpartyKind::Supplier)
        .since("2026-10-01T00:00:00Z")
        .limit(500);
    let text = told(summary, |client| client.commerce_memory().counterparty_summary(&args));
    assert!(!text.contains("Papelaria"), "{text}");
    assert_snapshot!("counterparty_summary", text);
    let stats = ok(json!({"window": window, "item_ref": null, "rows": [{"item_ref": "a4",
        "outcome": "agreed", "n": 2, "avg_rounds": 1.5, "currencies": ["BRL"],
        "avg_discount_pct": -0.075, "discount_sample_n": 2}]}));
    let args = SummarizeNegotiations::default().until("2026-11-01T00:00:00Z");
    let text = told(stats, |client| client.commerce_memory().negotiation_stats(&args));
    assert_snapshot!("negotiation_stats", text);
    let top = ok(json!({"window": window, "kind": null, "rows": [{"counterparty_id": "cp_1",
        "name": "Papelaria Sol", "kind": "supplier", "payment_count": 2,
        "total_payment_minor": 25_000, "dominant_currency": "BRL"}]}));
    let args = RankCounterparties::default().limit(50);
    let text = told(top, |client| client.commerce_memory().top_counterparties(&args));
    assert_snapshot!("top_counterparties", text);
}
