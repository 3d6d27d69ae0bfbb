//! What agents remember, and what they ask people.

use serde_json::json;
use upivia_proto::{
    agent_requests::{AgentRequestQuery, AgentRequestType, CreateAgentRequest},
    memory::MemorySearch,
};

use crate::support::shown;

#[test]
fn what_agents_remember() {
    let text = shown! { client;
        "memory.list/typical" => client.memory().list("agt_1");
        "memory.search/typical" => client.memory()
            .search("agt_1", &MemorySearch::new("pricing a\u{e7}\u{e3}o & more"));
        "memory.create/typical" => client.memory().create(
            "agt_1",
            &json!({"content": "prefers Pix", "kind": "fact", "importance": 0.5}),
        );
        "memory.update/typical" => client.memory()
            .update("agt_1", "mem_1", &json!({"archived": true}));
        "memory.delete/typical" => client.memory().delete("agt_1", "mem_1");
        "memory.graph/typical" => client.memory().graph("agt_1");
    };
    insta::assert_snapshot!(text, @r#"
    ## memory.list/typical
    > GET /api/v1/agents/agt_1/memories (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"memories": [{"id": "mem_1", "content": "prefers Pix", "kind": "fact"}]}
    = Ok(Memories { memories: [Object(Json(object, 57 bytes))], semantic: None, extra: {} })
    ## memory.search/typical
    > GET /api/v1/agents/agt_1/memories?q=pricing%20a%C3%A7%C3%A3o%20%26%20more (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"memories": [{"id": "mem_1", "content": "prefers Pix", "kind": "fact"}], "semantic": true}
    = Ok(Memories { memories: [Object(Json(object, 57 bytes))], semantic: Some(true), extra: {} })
    ## memory.create/typical
    > POST /api/v1/agents/agt_1/memories (timeout 60s)
      authorization: Bearer [redacted]
      {
        "content": "prefers Pix",
        "importance": 0.5,
        "kind": "fact"
      }
    < 201
      {"memory": {"id": "mem_1", "content": "prefers Pix", "kind": "fact"}}
    = Ok(Object(Json(object, 69 bytes)))
    ## memory.update/typical
    > PATCH /api/v1/agents/agt_1/memories/mem_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "archived": true
      }
    < 200
      {"memory": {"id": "mem_1", "content": "prefers Pix", "kind": "fact"}}
    = Ok(Object(Json(object, 69 bytes)))
    ## memory.delete/typical
    > DELETE /api/v1/agents/agt_1/memories/mem_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## memory.graph/typical
    > GET /api/v1/agents/agt_1/memories/graph (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"nodes": [{"id": "mem_1"}], "edges": []}
    = Ok(Object(Json(object, 41 bytes)))
    "#);
}

#[test]
fn what_agents_ask_people() {
    let text = shown! { client;
        "agent_requests.list/all-options" => client.agent_requests().list(
            &AgentRequestQuery::default().status("all").r#type(AgentRequestType::Approval),
        );
        "agent_requests.create/all-options" => client.agent_requests().create(
            &CreateAgentRequest::new(AgentRequestType::BudgetIncrease, "b")
                .agent_id("agt_1")
                .title("t")
                .link("https://x.test/1"),
        );
        "agent_requests.resolve/response" => client.agent_requests()
            .resolve("ar_1", Some("use savings"));
    };
    insta::assert_snapshot!(text, @r#"
    ## agent_requests.list/all-options
    > GET /api/v1/agent-requests?status=all&type=approval (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"requests": []}
    = Ok(Object(Json(object, 16 bytes)))
    ## agent_requests.create/all-options
    > POST /api/v1/agent-requests (timeout 60s)
      authorization: Bearer [redacted]
      {
        "request_type": "budget_increase",
        "body": "b",
        "agent_id": "agt_1",
        "title": "t",
        "link": "https://x.test/1"
      }
    < 201
      {"request": {"id": "ar_1", "status": "pending"}}
    = Ok(Object(Json(object, 48 bytes)))
    ## agent_requests.resolve/response
    > PATCH /api/v1/agent-requests (timeout 60s)
      authorization: Bearer [redacted]
      {
        "request_id": "ar_1",
        "id": "ar_1",
        "action": "resolve",
        "response": "use savings"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    "#);
}
