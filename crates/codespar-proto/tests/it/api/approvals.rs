//! Approvals that are waited for (`/v1/approvals`).

use codespar_proto::{approvals::ListApprovals, testing::Recorded};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::told;

#[test]
fn what_waits_for_an_approval() {
    let held = json!({"id": "apv_1", "org_id": "org_1", "project_id": "prj_1", "session_id": null,
        "agent_id": "shopper", "origin": {"kind": "trigger", "trigger_id": "trg_1"},
        "matched_rule_id": "pol_1", "matched_rule_name": "big ones", "tool_name": "codespar_pay",
        "status": "pending", "created_at": "2026-10-01T00:00:00Z",
            "expires_at": "2026-10-02T00:00:00Z",
        "decided_at": null, "decided_by": null, "decision_reason": null, "executed_at": null,
        "execution_result": null});
    let args = ListApprovals::default().status("pending,approved").limit(3);
    let text = told(Recorded::json(200, json!([held])), |client| client.approvals().list(&args));
    assert_snapshot!(text, @r#"
    GET /v1/approvals?limit=3&status=pending%2Capproved
    [
        ApprovalRequest {
            id: Some("apv_1"),
            org_id: Some("org_1"),
            project_id: Some("prj_1"),
            agent_id: Some("shopper"),
            origin: Some(
                ApprovalOrigin {
                    kind: Some(Trigger),
                    trigger_id: Some("trg_1"),
                },
            ),
            matched_rule_id: Some("pol_1"),
            matched_rule_name: Some("big ones"),
            tool_name: Some("codespar_pay"),
            status: Some(Pending),
            created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
            expires_at: Some(Timestamp("2026-10-02T00:00:00Z")),
        },
    ]
    "#);
    let text = told(Recorded::json(200, held), |client| client.approvals().get("apv_1"));
    assert_snapshot!(text, @r#"
    GET /v1/approvals/apv_1
    ApprovalRequest {
        id: Some("apv_1"),
        org_id: Some("org_1"),
        project_id: Some("prj_1"),
        agent_id: Some("shopper"),
        origin: Some(
            ApprovalOrigin {
                kind: Some(Trigger),
                trigger_id: Some("trg_1"),
            },
        ),
        matched_rule_id: Some("pol_1"),
        matched_rule_name: Some("big ones"),
        tool_name: Some("codespar_pay"),
        status: Some(Pending),
        created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        expires_at: Some(Timestamp("2026-10-02T00:00:00Z")),
    }
    "#);
    let queue = json!({"status": "degraded", "status_reason": "sweep_stale", "pending_count": 2,
        "oldest_pending_age_seconds": 90, "last_sweep_at": "2026-10-01T00:00:00Z"});
    let text = told(Recorded::json(200, queue), |client| client.approvals().health());
    assert_snapshot!(text, @r#"
    GET /v1/approvals/health
    ApprovalQueue {
        status: Some(Degraded),
        status_reason: Some("sweep_stale"),
        pending_count: Some(2),
        oldest_pending_age_seconds: Some(90),
        last_sweep_at: Some(Timestamp("2026-10-01T00:00:00Z")),
    }
    "#);
}

#[test]
fn how_an_approval_stands() {
    let answer = json!({"approval_id": "apv_1", "approval_status": "denied", "tool_name": "t",
        "created_at": "2026-10-01T00:00:00Z", "expires_at": "2026-10-02T00:00:00Z",
        "decided_at": "2026-10-01T01:00:00Z", "decided_by": "user_7", "decision_reason": "too much",
        "executed_at": null, "execution_result": null});
    let text = told(Recorded::json(200, answer), |client| client.approvals().status("apv_1"));
    assert_snapshot!(text, @r#"
    GET /v1/approvals/apv_1/status
    ApprovalRecord {
        approval_id: Some("apv_1"),
        approval_status: Denied,
        tool_name: Some("t"),
        created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        expires_at: Some(Timestamp("2026-10-02T00:00:00Z")),
        decided_at: Some(Timestamp("2026-10-01T01:00:00Z")),
        decided_by: Some("user_7"),
        decision_reason: Some("too much"),
    }
    "#);
}

#[test]
fn a_list_that_is_no_array_is_no_empty_list() {
    let text = told(Recorded::json(200, json!({"approvals": []})), |client| {
        client.approvals().list(&ListApprovals::default())
    });
    assert!(text.contains("decode"), "{text}");
}
