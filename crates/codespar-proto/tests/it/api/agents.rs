//! Agents: registered, listed, described, stopped.

use codespar_proto::{
    agents::{AgentRuntime, AgentRuntimeKind, AgentStatus, ListAgents, RegisterAgent},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn agents() {
    let answer = json!({"agent_did": "did:web:x:org1:shopper", "kid": "did:web:x:org1:shopper#a-1",
        "pubkey": "AAAA", "status": "active"});
    let args = RegisterAgent::new("shopper", "org_1")
        .display_name("Shopper")
        .role("buyer")
        .runtime(AgentRuntime::new(AgentRuntimeKind::Sdk));
    let text = told(Recorded::json(201, answer), |client| client.agents().register(&args));
    assert_snapshot!(text);

    let listed = json!({"agents": [{"did": "did:web:x:org1:shopper", "agent_id": "shopper",
        "display_name": null, "status": "active", "has_principal": true,
        "created_at": "2026-10-01T00:00:00Z", "runtime": {"kind": "sdk", "detail": null},
        "role": "buyer", "projects": [{"project_id": "prj_1", "environment": "test"}]}]});
    let args = ListAgents::default().status(AgentStatus::Active).project_id("prj_1").limit(5);
    let text = told(Recorded::json(200, listed), |client| client.agents().list(&args));
    assert_snapshot!(text, @r#"
    GET /v1/agents?limit=5&project_id=prj_1&status=active
    [
        Agent {
            agent_id: Some("shopper"),
            did: Some("did:web:x:org1:shopper"),
            status: Some(Active),
            has_principal: Some(true),
            created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
            runtime: Some(
                AgentRuns {
                    kind: Some(Sdk),
                },
            ),
            role: Some("buyer"),
            projects: [
                AgentProject {
                    project_id: Some("prj_1"),
                    environment: Some(Test),
                },
            ],
        },
    ]
    "#);

    let replay = Replay::new().answer(Recorded::json(200, json!({"id": "did:web:x"})));
    client(&replay).agents().did_document("did:web:x:org1:a").send().unwrap();
    let text = sent(&replay.requests()[0]);
    assert_snapshot!(text, @"GET /v1/agents/did%3Aweb%3Ax%3Aorg1%3Aa/did.json");
}

#[test]
fn an_agent_is_stopped_for_a_while_or_for_good() {
    let answer = json!({"changed": true,
        "agent": {"did": "did:web:x", "agent_id": "shopper", "status": "suspended"}});
    let text = told(Recorded::json(200, answer), |client| {
        client.agents().suspend("did:web:x", Some("audit"))
    });
    assert_snapshot!(text, @r#"
    POST /v1/agents/did%3Aweb%3Ax/suspend
    {"reason":"audit"}
    AgentSuspension {
        changed: Some(true),
        agent: Some(
            SuspendedAgent {
                did: Some("did:web:x"),
                agent_id: Some("shopper"),
                status: Some(Suspended),
            },
        ),
    }
    "#);
    let answer = json!({"did": "did:web:x", "status": "revoked",
        "revoked_at": "2026-10-01T00:00:00Z",
        "revoked_kids": ["did:web:x#a-1"],
        "limits": {"stops": ["spends"], "does_not_stop": "API keys", "issue": "COD-1"}});
    let text = told(Recorded::json(200, answer), |client| client.agents().revoke("did:web:x"));
    assert_snapshot!(text, @r#"
    POST /v1/agents/did%3Aweb%3Ax/revoke
    RevokedAgent {
        did: Some("did:web:x"),
        status: Some(Revoked),
        revoked_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        revoked_kids: [
            "did:web:x#a-1",
        ],
        limits: Some(
            RevocationLimits {
                stops: [
                    "spends",
                ],
                does_not_stop: Some("API keys"),
                issue: Some("COD-1"),
            },
        ),
    }
    "#);
}

#[test]
fn keys_of_an_agent() {
    let answer = json!({"agent_did": "did:web:x", "kid": "did:web:x#a-2", "pubkey": "BBBB",
        "retired_kid": "did:web:x#a-1", "status": "active"});
    let text = told(Recorded::json(201, answer), |client| client.agents().rotate_key("shopper"));
    assert_snapshot!(text, @r#"
    POST /v1/agents/shopper/keys/rotate
    RotatedAgentKey {
        agent_did: Some("did:web:x"),
        kid: Some("did:web:x#a-2"),
        pubkey: Some("BBBB"),
        retired_kid: Some("did:web:x#a-1"),
        status: Some(Active),
    }
    "#);
    let answer =
        json!({"kid": "did:web:x#a-1", "status": "revoked", "revoked_at": "2026-10-01T00:00:00Z"});
    let text = told(Recorded::json(200, answer), |client| {
        client.agents().revoke_key("shopper", "did:web:x#a-1")
    });
    assert_snapshot!(text, @r#"
    POST /v1/agents/shopper/keys/did%3Aweb%3Ax%23a-1/revoke
    RevokedAgentKey {
        kid: Some("did:web:x#a-1"),
        status: Some(Revoked),
        revoked_at: Some(Timestamp("2026-10-01T00:00:00Z")),
    }
    "#);
}
