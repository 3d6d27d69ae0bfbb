//! Consents and the mandates that they become.

use serde_json::{Value, json};

use super::Bench;

/// Gives consent and answers with the id of the mandate.
pub(crate) fn mandate(bench: &Bench) -> String {
    consent(bench)["mandate_id"].as_str().unwrap().to_owned()
}

/// Gives consent and answers with the mandate and its signature.
pub(crate) fn consent(bench: &Bench) -> Value {
    consent_for(bench, 3_600)
}

/// The same with a mandate for so many seconds.
pub(crate) fn consent_for(bench: &Bench, seconds: u64) -> Value {
    consent_with(bench, &json!({ "mandate_ttl_seconds": seconds }))
}

/// The same with a mandate that allows this besides, or instead.
pub(crate) fn consent_with(bench: &Bench, more: &Value) -> Value {
    let mut intent = json!({
        "purpose": "food", "cap_minor": 10_000, "per_tx_cap_minor": 6_000,
        "currency": "BRL", "mandate_ttl_seconds": 3_600,
    });
    for (name, value) in more.as_object().unwrap() {
        intent[name] = value.clone();
    }
    let consent = bench.post("/v1/consents", json!({ "agent_id": "ag1", "intent": intent }));
    assert_eq!(consent.status, 201, "{}", consent.text);
    let path = format!("/v1/consents/{}", consent.body["token"].as_str().unwrap());
    assert_eq!(bench.get(&path).body["surface"], "hosted");
    let give = json!({ "consumer_id": "c1", "rail": "pix-consent", "provider_token": "t" });
    let given = bench.post(&format!("{path}/submit"), give.clone());
    assert_eq!(given.status, 201, "{}", given.text);
    assert_eq!(bench.post(&format!("{path}/submit"), give).status, 409);
    given.body
}
