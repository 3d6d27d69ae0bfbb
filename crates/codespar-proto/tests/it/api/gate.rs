//! What is sold through the gateway.

use codespar_proto::testing::Recorded;
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn gate() {
    let stats = json!({"window": "30d", "earnings_atomic": "90000", "paid_calls": 2,
        "gross_earnings_atomic": "100000", "previous_earnings_atomic": null,
        "challenges_paid": 2, "items": [{"kind": "mcp_tool", "id": "mcp_1", "tool_name": "quote",
            "paid_calls_24h": 1, "earnings_atomic": "90000"}]});
    let text = told(Recorded::json(200, stats), |client| client.gate().stats());
    assert_snapshot!(text, @r#"
    GET /v1/gate/stats
    GateStats {
        window: Some("30d"),
        earnings_atomic: Some(90000),
        gross_earnings_atomic: Some(100000),
        paid_calls: Some(2),
        challenges_paid: Some(2),
        items: [
            GateItem {
                kind: Some(McpTool),
                id: Some("mcp_1"),
                tool_name: Some("quote"),
                paid_calls_24h: Some(1),
                earnings_atomic: Some(90000),
            },
        ],
    }
    "#);
}
