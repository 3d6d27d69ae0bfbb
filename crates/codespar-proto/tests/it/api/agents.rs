//! Agents: registered, listed, described.

use codespar_proto::{
    agents::RegisterAgent,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn agents() {
    let answer = json!({"agent_id": "shopper", "did": "did:web:x:org1:shopper", "kid": "k"});
    let args = RegisterAgent::new("shopper", "org_1").display_name("Shopper");
    let text = told(Recorded::json(201, answer.clone()), |client| client.agents().register(&args));
    assert_snapshot!(text, @r#"
    POST /v1/agents
    {"agent_id":"shopper","principal_ref":"org_1","display_name":"Shopper"}
    Agent {
        agent_id: Some("shopper"),
        did: Some("did:web:x:org1:shopper"),
        extra: {
            "kid",
        },
    }
    "#);

    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"agents": [answer]})))
        .answer(Recorded::json(200, json!({"id": "did:web:x"})));
    let agents = client(&replay).agents();
    assert_eq!(agents.list().send().unwrap().len(), 1);
    agents.did_document("did:web:x:org1:a").send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/agents
    GET /v1/agents/did%3Aweb%3Ax%3Aorg1%3Aa/did.json
    ");
}
