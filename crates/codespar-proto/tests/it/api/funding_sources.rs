//! Where money comes from (`/v1/funding-sources`).

use codespar_proto::{
    funding_sources::ListFundingSources,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn one_source_and_those_of_a_consumer() {
    let source = json!({"id": "cfs_1", "project_id": "prj_1", "consumer_id": "cons_1",
        "rail": "pix-celcoin", "currency": "BRL", "provider": "celcoin", "status": "active",
        "pix_key": "maria@example.com", "pix_key_type": "EMAIL", "balance_minor": null,
        "created_at": "2026-10-24T12:00:00Z", "metadata": {"branch": "0001"}});
    let text = told(Recorded::json(200, source), |client| client.funding_sources().get("cfs_1"));
    assert_snapshot!(text);
    let listed = json!({"funding_sources": [], "unattributed_count": 2});
    let replay = Replay::new().answer(Recorded::json(200, listed));
    let args = ListFundingSources::default().consumer_id("cons_1").limit(10);
    client(&replay).funding_sources().list(&args).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}
