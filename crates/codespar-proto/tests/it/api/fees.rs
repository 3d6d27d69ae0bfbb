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
    assert_snapshot!(text, @r#"
    GET /v1/fees
    FeesSummary {
        period: Some("2026-10"),
        lanes: Some(
            FeeLanes {
                movimentar: Some(
                    FeeMovimentarLane {
                        computed: Some(true),
                        charging: Some(false),
                        latest: Some(
                            FeeMovimentar {
                                period: Some("2026-10"),
                                consumer_count: Some(2),
                                moved_minor: Some(Minor(200000)),
                                free_tier_applied_minor: Some(Minor(100000)),
                                billable_minor: Some(Minor(100000)),
                                refund_credit_minor: Some(Minor(0)),
                                refunded_count: Some(0),
                                fee_minor: Some(Minor(100)),
                                rate_tier: Some(Commit8bps),
                                computed_at: Some(Timestamp("2026-11-01T03:00:00Z")),
                                invoiced: Some(false),
                            },
                        ),
                    },
                ),
                faturar: Some(
                    FeeLane {
                        computed: Some(false),
                        charging: Some(false),
                    },
                ),
                governar: Some(
                    FeeGovernarLane {
                        computed: Some(true),
                        latest: Some(
                            FeeGovernar {
                                period: Some("2026-10"),
                                governed_accounts_count: Some(2),
                                consumer_ids_sha256: Some("ab"),
                                fee_minor: Some(Minor(980)),
                            },
                        ),
                    },
                ),
                operar: Some(
                    FeeLane {
                        computed: Some(false),
                        charging: Some(false),
                    },
                ),
            },
        ),
    }
    "#);
    let text = told(Recorded::json(200, moved), |client| client.fees().movimentar());
    assert_snapshot!(text, @r#"
    GET /v1/fees/movimentar
    Some(
        FeeMovimentar {
            period: Some("2026-10"),
            consumer_count: Some(2),
            moved_minor: Some(Minor(200000)),
            free_tier_applied_minor: Some(Minor(100000)),
            billable_minor: Some(Minor(100000)),
            refund_credit_minor: Some(Minor(0)),
            refunded_count: Some(0),
            fee_minor: Some(Minor(100)),
            rate_tier: Some(Commit8bps),
            computed_at: Some(Timestamp("2026-11-01T03:00:00Z")),
            invoiced: Some(false),
        },
    )
    "#);
    let text = told(Recorded::json(200, governed), |client| client.fees().governar());
    assert_snapshot!(text, @r#"
    GET /v1/fees/governar
    Some(
        FeeGovernar {
            period: Some("2026-10"),
            governed_accounts_count: Some(2),
            consumer_ids_sha256: Some("ab"),
            fee_minor: Some(Minor(980)),
        },
    )
    "#);
    let text = told(Recorded::json(200, json!(null)), |client| client.fees().movimentar());
    assert_snapshot!(text, @"
    GET /v1/fees/movimentar
    None
    ");
    let text = told(Recorded::json(200, json!(null)), |client| client.fees().governar());
    assert_snapshot!(text, @"
    GET /v1/fees/governar
    None
    ");
}
