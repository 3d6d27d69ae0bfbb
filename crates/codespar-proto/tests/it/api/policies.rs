//! Policy rules and what they decided.

use codespar_proto::{
    Json,
    policies::{CreatePolicy, PolicyKind, ReorderPolicies, UpdatePolicy},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn policies() {
    let policy = json!({"id": "pol_1", "name": "daily", "type": "rate-limit",
        "config": {"per_minute": 5}, "agents": ["shopper"], "tools": [], "enabled": true,
            "order": 2,
        "createdAt": "2026-10-01T00:00:00Z", "updatedAt": "2026-10-02T00:00:00Z"});
    let config = Json::parse_str(r#"{"per_minute":5}"#).unwrap();
    let args = CreatePolicy::new("daily", PolicyKind::RateLimit)
        .agents(vec!["shopper".to_owned()])
        .config(config);
    let text = told(Recorded::json(201, policy.clone()), |client| client.policies().create(&args));
    assert_snapshot!(text, @r#"
    POST /v1/policies
    {"name":"daily","type":"rate-limit","agents":["shopper"],"config":{"per_minute":5}}
    Policy {
        id: Some("pol_1"),
        name: Some("daily"),
        kind: Some(RateLimit),
        config: Some(Json(object, 16 bytes)),
        agents: [
            "shopper",
        ],
        tools: [],
        enabled: Some(true),
        order: Some(2),
        created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        updated_at: Some(Timestamp("2026-10-02T00:00:00Z")),
    }
    "#);
    let replay = Replay::new()
        .answer(Recorded::json(200, json!([policy])))
        .answer(Recorded::json(200, policy.clone()))
        .answer(Recorded::json(200, policy))
        .answer(Recorded::status(204))
        .answer(Recorded::status(204));
    let policies = client(&replay).policies();
    assert_eq!(policies.list().send().unwrap().len(), 1);
    policies.get("pol_1").send().unwrap();
    policies.update("pol_1", &UpdatePolicy::default().enabled(false).name("x")).send().unwrap();
    policies.delete("pol_1").send().unwrap();
    policies.reorder(&ReorderPolicies::new(["pol_2", "pol_1"])).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    GET /v1/policies
    GET /v1/policies/pol_1
    PATCH /v1/policies/pol_1
    {"name":"x","enabled":false}
    DELETE /v1/policies/pol_1
    POST /v1/policies/reorder
    {"ids":["pol_2","pol_1"]}
    "#);
}

#[test]
fn what_policies_decided() {
    let row = json!({"id": "ev_1", "projectId": "prj_1", "timestamp": "2026-10-01T00:00:00Z",
        "agentId": "shopper", "toolName": "codespar_pay", "ruleName": "big ones", "ruleId": "pol_1",
        "decision": "approval_required", "denialReason": null, "approvalId": "apv_1",
        "decidedAt": null, "decidedBy": null});
    let text =
        told(Recorded::json(200, json!([row])), |client| client.policies().evaluations(Some(9)));
    assert_snapshot!(text, @r#"
    GET /v1/policy-evaluations?limit=9
    [
        PolicyEvaluation {
            id: Some("ev_1"),
            project_id: Some("prj_1"),
            timestamp: Some(Timestamp("2026-10-01T00:00:00Z")),
            agent_id: Some("shopper"),
            tool_name: Some("codespar_pay"),
            rule_name: Some("big ones"),
            rule_id: Some("pol_1"),
            decision: Some(ApprovalRequired),
            approval_id: Some("apv_1"),
        },
    ]
    "#);
}
