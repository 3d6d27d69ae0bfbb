//! Workflows, their runs, and tasks at a time.

use std::time::Duration;

use serde_json::json;
use upivia_proto::{
    Cents, Object, Wait,
    scheduled_tasks::{OffsetQuery, ScheduledTaskQuery},
    workflows::{RunWorkflow, ShareScope},
};

use crate::support::{object, shown};

#[test]
fn workflows() {
    let text = shown! { client;
        "workflows.list/typical" => client.workflows().list();
        "workflows.list/category" => client.workflows().of_category("ops");
        "workflows.create/typical" => client.workflows().create(
            &json!({"name": "Digest", "description": "daily", "category": "ops", "icon": "x"}),
        );
        "workflows.get/typical" => client.workflows().get("wf_1");
        "workflows.update/typical" => client.workflows()
            .update("wf_1", &json!({"status": "archived"}));
        "workflows.delete/204" => client.workflows().delete("wf_1");
        "workflows.share/team" => client.workflows().share("wf_1", &ShareScope::Team);
        "workflows.export/typical" => client.workflows().export("wf_1");
    };
    insta::assert_snapshot!(text);
}

#[test]
fn versions() {
    let text = shown! { client;
        "workflows.create_version/typical" => client.workflows().create_version(
            "wf_1",
            &json!({"steps": [{"id": "s1", "operation": "email.send"}], "edges": []}),
        );
        "workflows.publish_version/typical" => client.workflows()
            .publish_version("wf_1", "v3", &Object::empty());
        "workflows.unpublish_version/typical" => client.workflows()
            .unpublish_version("wf_1", "v2", &Object::empty());
    };
    insta::assert_snapshot!(text, @r#"
    ## workflows.create_version/typical
    > POST /api/v1/workflows/wf_1/versions (timeout 60s)
      authorization: Bearer [redacted]
      {
        "edges": [],
        "steps": [
          {
            "id": "s1",
            "operation": "email.send"
          }
        ]
      }
    < 201
      {"version": {"id": "v3"}}
    = Ok(Object(Json(object, 25 bytes)))
    ## workflows.publish_version/typical
    > POST /api/v1/workflows/wf_1/versions/v3/publish (timeout 60s)
      authorization: Bearer [redacted]
      {}
    < 200
      {"publish_request": {"id": "pub_1", "status": "pending"}}
    = Ok(Object(Json(object, 57 bytes)))
    ## workflows.unpublish_version/typical
    > POST /api/v1/workflows/wf_1/versions/v2/unpublish (timeout 60s)
      authorization: Bearer [redacted]
      {}
    < 200
      {"version": {"id": "v2", "status": "draft"}}
    = Ok(Object(Json(object, 44 bytes)))
    "#);
}

#[test]
fn runs() {
    let text = shown! { client;
        "workflows.runs.list/typical" => client.workflows().runs().list("wf_1");
        "workflows.runs.create/typical" => client.workflows().runs()
            .create("wf_1", &json!({"workflow_version_id": "v2", "input": {"topic": "x"}}));
        "workflows.runs.get/typical" => client.workflows().runs().get("wf_1", "run_1");
        "workflows.runs.cancel/typical" => client.workflows().runs().cancel("wf_1", "run_1");
        "workflows.runs.rerun_failed/typical" => client.workflows().runs()
            .rerun_failed("wf_1", "run_1");
        "workflows.runs.retry_step/with-body" => client.workflows().runs()
            .retry_step("wf_1", "run_1", "s1", &json!({"input": {"a": 1}}));
    };
    insta::assert_snapshot!(text);
}

#[test]
fn running_and_waiting() {
    let text = shown! { client;
        "workflows.run_and_wait/given-version-all-options" => client.workflows().run_and_wait(
            "wf_1",
            &RunWorkflow::default()
                .input(object(json!({"a": 1})))
                .workflow_version_id("v9")
                .budget_cents(Cents::new(500))
                .test_run(true),
            Wait::default().every(Duration::from_secs(1)),
        );
        "workflows.run_and_wait/nothing-published" => client.workflows()
            .run_and_wait("wf_1", &RunWorkflow::default(), Wait::default());
    };
    insta::assert_snapshot!(text);
}

#[test]
fn grants_and_templates() {
    let text = shown! { client;
        "workflows.agents.list/typical" => client.workflows().agents().list("wf_1");
        "workflows.agents.grant/typical" => client.workflows().agents().grant("wf_1", "agt_1");
        "workflows.agents.revoke/204" => client.workflows().agents().revoke("wf_1", "agt_1");
        "workflows.from_template.list/typical" => client.workflows().from_template().list();
        "workflows.from_template.create/typical" => client.workflows().from_template()
            .create(&json!({"template_id": "daily-digest", "agent_id": "agt_1"}));
    };
    insta::assert_snapshot!(text, @r#"
    ## workflows.agents.list/typical
    > GET /api/v1/workflows/wf_1/agents (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"agents": []}
    = Ok(Object(Json(object, 14 bytes)))
    ## workflows.agents.grant/typical
    > POST /api/v1/workflows/wf_1/agents (timeout 60s)
      authorization: Bearer [redacted]
      {
        "agent_id": "agt_1"
      }
    < 201
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## workflows.agents.revoke/204
    > DELETE /api/v1/workflows/wf_1/agents?agent_id=agt_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 204
    = Ok(())
    ## workflows.from_template.list/typical
    > GET /api/v1/workflows/from-template (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"templates": [{"id": "daily-digest"}]}
    = Ok(Object(Json(object, 39 bytes)))
    ## workflows.from_template.create/typical
    > POST /api/v1/workflows/from-template (timeout 60s)
      authorization: Bearer [redacted]
      {
        "agent_id": "agt_1",
        "template_id": "daily-digest"
      }
    < 201
      {"workflow": {"id": "wf_1", "name": "Digest"}}
    = Ok(Object(Json(object, 46 bytes)))
    "#);
}

#[test]
fn scheduled_tasks() {
    let text = shown! { client;
        "scheduled_tasks.list/all-options" => client.scheduled_tasks().list_page(
            &ScheduledTaskQuery::default()
                .status("active")
                .agent_id("agt_1")
                .category("ops")
                .limit(10)
                .offset(0),
        );
        "scheduled_tasks.create/typical" => client.scheduled_tasks().create(&json!({
            "agent_id": "agt_1",
            "schedule_expr": "0 9 * * *",
            "payload": {"operation": "email.send"},
        }));
        "scheduled_tasks.get/typical" => client.scheduled_tasks().get("st_1");
        "scheduled_tasks.update/typical" => client.scheduled_tasks()
            .update("st_1", &json!({"status": "paused"}));
        "scheduled_tasks.delete/204" => client.scheduled_tasks().delete("st_1");
        "scheduled_tasks.runs/all-options" => client.scheduled_tasks()
            .runs("st_1", &OffsetQuery::default().limit(5).offset(10));
    };
    insta::assert_snapshot!(text);
}
