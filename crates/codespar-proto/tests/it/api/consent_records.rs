//! Consents as they are kept (`/v1/consent-records`).

use codespar_proto::{
    consent_records::ListConsentRecords,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn one_record_and_those_of_a_consumer() {
    let record = json!({"id": "ccsnt_1", "consumer_id": "cons_1", "funding_source_id": "cfs_1",
        "agent_id": "shopper", "kind": "revoke", "hmac_secret_version": 2, "cap_minor": "80000",
        "per_tx_cap_minor": "20000", "currency": "BRL", "purpose": "food",
        "ip_address": "192.0.2.1", "signed_at": "2026-10-25T12:00:00Z", "expires_at": null,
        "metadata": {"action": "revoke"}});
    let text = told(Recorded::json(200, record), |client| client.consent_records().get("ccsnt_1"));
    assert_snapshot!(text);
    let replay = Replay::new().answer(Recorded::json(200, json!({"consents": []})));
    let args = ListConsentRecords::default().consumer_id("cons_1").limit(10);
    client(&replay).consent_records().list(&args).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}
