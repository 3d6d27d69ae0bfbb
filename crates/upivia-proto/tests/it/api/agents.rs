//! Agents, and what they make and give.

use serde_json::json;
use upivia_proto::{
    Cents,
    agents::ActivityQuery,
    delegate::{DelegateTask, DelegatedTaskQuery},
    spawn::SpawnAgent,
};

use crate::support::shown;

#[test]
fn agents() {
    let text = shown! { client;
        "agents.list/typical" => client.agents().list();
        "agents.create/typical" => client.agents().create(&json!({"name": "Vendas"}));
        "agents.get/typical" => client.agents().get("agt_1");
        "agents.update/typical" => client.agents()
            .update("agt_1", &json!({"name": "Novo", "status": "paused"}));
        "agents.delete/typical" => client.agents().delete("agt_1");
        "agents.reset_key/typical" => client.agents().reset_key("agt_1");
        "agents.clone/typical" => client.agents().clone_agent("agt_1", &json!({}));
        "agents.transfer/typical" => client.agents()
            .transfer("agt_1", &json!({"new_owner_user_id": "usr_2"}));
    };
    insta::assert_snapshot!(text);
}

#[test]
fn what_agents_may_and_do() {
    let text = shown! { client;
        "agents.set_budget/typical" => client.agents()
            .set_budget("agt_1", &json!({"monthly_budget_cents": 9900}));
        "agents.enable_service/typical" => client.agents().enable_service(
            "agt_1",
            &json!({"service_id": "email", "operation": "send", "approval_required": true}),
        );
        "agents.disable_service/typical" => client.agents().disable_service("agt_1", "email");
        "agents.health/typical" => client.agents().health("agt_1");
        "agents.fleet_health/typical" => client.agents().fleet_health();
        "agents.skills/typical" => client.agents().skills("agt_1");
        "agents.remove_skill/typical" => client.agents().remove_skill("agt_1", "wf_1");
        "agents.activity/all-options" => client.agents().activity_page(
            "agt_1",
            &ActivityQuery::default().limit(20).cursor("n2").r#type("delegation").verify(true),
        );
        "agents.activity_iter/three-pages" => client.agents()
            .activity("agt_1", &ActivityQuery::default().limit(2).r#type("audit").verify(true));
    };
    insta::assert_snapshot!(text, @r#"
    ## agents.set_budget/typical
    > PATCH /api/v1/agents/agt_1/budget (timeout 60s)
      authorization: Bearer [redacted]
      {
        "monthly_budget_cents": 9900
      }
    < 200
      {"agent": {"id": "agt_1", "name": "Vendas", "status": "active", "monthly_budget_cents": 5000}}
    = Ok(Object(Json(object, 94 bytes)))
    ## agents.enable_service/typical
    > POST /api/v1/agents/agt_1/services (timeout 60s)
      authorization: Bearer [redacted]
      {
        "approval_required": true,
        "operation": "send",
        "service_id": "email"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## agents.disable_service/typical
    > DELETE /api/v1/agents/agt_1/services?service_id=email (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## agents.health/typical
    > GET /api/v1/agents/agt_1/health (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"status": "healthy", "error_rate": 0.01}
    = Ok(Object(Json(object, 41 bytes)))
    ## agents.fleet_health/typical
    > GET /api/v1/agents/health (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"healthy": 3, "degraded": 0, "failing": 1, "idle": 2}
    = Ok(Object(Json(object, 54 bytes)))
    ## agents.skills/typical
    > GET /api/v1/agents/agt_1/skills (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"skills": [{"kind": "workflow", "id": "wf_1"}]}
    = Ok(Object(Json(object, 48 bytes)))
    ## agents.remove_skill/typical
    > DELETE /api/v1/agents/agt_1/skills?workflow_id=wf_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## agents.activity/all-options
    > GET /api/v1/agents/agt_1/activity?cursor=n2&limit=20&type=delegation&verify=1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [], "nextCursor": null, "hasMore": false, "verified": true}
    = Ok(Activity { logs: [], next_cursor: None, has_more: Some(false), extra: {"verified"} })
    ## agents.activity_iter/three-pages
    > GET /api/v1/agents/agt_1/activity?limit=2&type=audit&verify=1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [{"id": "a"}, {"id": "b"}], "nextCursor": "c2", "hasMore": true}
    * AuditLog { id: Some("a"), event_type: None, created_at: None, extra: {} }
    * AuditLog { id: Some("b"), event_type: None, created_at: None, extra: {} }
    > GET /api/v1/agents/agt_1/activity?cursor=c2&limit=2&type=audit&verify=1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [{"id": "c"}], "nextCursor": "c3", "hasMore": true}
    * AuditLog { id: Some("c"), event_type: None, created_at: None, extra: {} }
    > GET /api/v1/agents/agt_1/activity?cursor=c3&limit=2&type=audit&verify=1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [{"id": "d"}], "nextCursor": null, "hasMore": true}
    * AuditLog { id: Some("d"), event_type: None, created_at: None, extra: {} }
    = Ok(())
    "#);
}

#[test]
fn agents_that_make_agents() {
    let text = shown! { client;
        "spawn.create/all-options" => client.spawn().create(
            &SpawnAgent::new("child", ["web_search.search", "email.send"])
                .description("d")
                .budget_dollars("1.5".parse().unwrap())
                .category("ops")
                .icon("\u{1f916}"),
        );
        "spawn.estimate/typical" => client.spawn().estimate(["a.b", "c.d"]);
    };
    insta::assert_snapshot!(text);
}

#[test]
fn tasks_that_agents_give_one_another() {
    let text = shown! { client;
        "delegate.create/all-options" => client.delegate().create(
            "agt_1",
            &DelegateTask::new("research")
                .child_agent_id("agt_c")
                .budget_cap_cents(Cents::new(500))
                .permissions(vec!["email.send".to_owned()])
                .model_id("m1")
                .execute_now(true),
        );
        "delegate.list/incoming-alias" => client.delegate().list(
            "agt_1",
            &DelegatedTaskQuery::default().direction("incoming".into()).status("in_progress"),
        );
        "delegate.get_task/typical" => client.delegate().get_task("agt_1", "tsk_1");
        "delegate.update_task/typical" => client.delegate().update_task(
            "agt_1",
            "tsk_1",
            &json!({"status": "completed", "result": {"ok": true}}),
        );
        "delegate.reattach/since" => client.delegate().reattach("tsk_1", Some(0));
    };
    insta::assert_snapshot!(text);
}
