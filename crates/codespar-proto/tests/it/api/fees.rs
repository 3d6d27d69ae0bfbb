//! What the service charges for.

use codespar_proto::testing::Recorded;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn fees() {
    let moved = json!({"period": "2026-10", "consumerCount": 2, "movedMinor": 200_000,
        "freeTierAppliedMinor": 100_000, "billableMinor": 100_000, "refundCreditMinor": 0,
        "refundedCount": 0, "feeMinor": 100, "rateTier": "commit_8bps",
        "computedAt": "2026-11-01T03:00:00Z", "invoiced": false});
    let governed = json!({"period": "2026-10", "governedAccountsCount": 2, "feeMinor": 980,
        "consumerIdsSha256": "ab"});
    let none = json!({"computed": false, "charging": false, "latest": null});
    let summary = json!({"period": "2026-10", "lanes": {
        "movimentar": {"computed": true, "charging": false, "latest": moved},
        "governar": {"computed": true, "latest": governed}, "faturar": none, "operar": none}});
    let text = told(Recorded::json(200, summary), |client| client.fees().summary());
    assert_snapshot!(text, @"");
    let text = told(Recorded::json(200, moved), |client| client.fees().movimentar());
    assert_snapshot!(text, @"");
    let text = told(Recorded::json(200, governed), |client| client.fees().governar());
    assert_snapshot!(text, @"");
    let text = told(Recorded::json(200, json!(null)), |client| client.fees().movimentar());
    assert_snapshot!(text, @"");
    let text = told(Recorded::json(200, json!(null)), |client| client.fees().governar());
    assert_snapshot!(text, @"");
}
