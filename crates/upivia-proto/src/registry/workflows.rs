//! Workflows, their runs, and tasks at a time.

use crate::{
    api::{
        scheduled_tasks::{OffsetQuery, ScheduledTaskQuery},
        workflows::{ShareScope, run_and_wait::RunWorkflow},
    },
    registry::start::wait,
    types::{money::Cents, object::Object},
};

operations! {
    client;

    "workflows.list" { category: Option<String> } => match &category {
        Some(category) => client.workflows().of_category(category),
        None => client.workflows().list(),
    };
    "workflows.create" { input: Object } => client.workflows().create(&input);
    "workflows.get" { workflow_id: String } => client.workflows().get(&workflow_id);
    "workflows.update" { workflow_id: String, patch: Object } =>
        client.workflows().update(&workflow_id, &patch);
    "workflows.delete" { workflow_id: String } => client.workflows().delete(&workflow_id);
    "workflows.create_version" { workflow_id: String, input: Object } =>
        client.workflows().create_version(&workflow_id, &input);
    "workflows.publish_version" {
        workflow_id: String, version_id: String, #[serde(default)] body: Object,
    } => client.workflows().publish_version(&workflow_id, &version_id, &body);
    "workflows.unpublish_version" {
        workflow_id: String, version_id: String, #[serde(default)] body: Object,
    } => client.workflows().unpublish_version(&workflow_id, &version_id, &body);
    "workflows.share" { workflow_id: String, scope: ShareScope } =>
        client.workflows().share(&workflow_id, &scope);
    "workflows.export" { workflow_id: String } => client.workflows().export(&workflow_id);
    "workflows.run_and_wait" {
        workflow_id: String, input: Option<Object>, workflow_version_id: Option<String>,
        budget_cents: Option<Cents>, test_run: Option<bool>, stop_at_approval: Option<bool>,
        poll_interval: Option<f64>, timeout: Option<f64>,
    } => client.workflows().run_and_wait(
        &workflow_id,
        &RunWorkflow { input, workflow_version_id, budget_cents, test_run, stop_at_approval },
        wait(poll_interval, timeout)?,
    );

    "workflows.runs.list" { workflow_id: String } => client.workflows().runs().list(&workflow_id);
    "workflows.runs.create" { workflow_id: String, input: Object } =>
        client.workflows().runs().create(&workflow_id, &input);
    "workflows.runs.get" { workflow_id: String, run_id: String } =>
        client.workflows().runs().get(&workflow_id, &run_id);
    "workflows.runs.cancel" { workflow_id: String, run_id: String } =>
        client.workflows().runs().cancel(&workflow_id, &run_id);
    "workflows.runs.rerun_failed" { workflow_id: String, run_id: String } =>
        client.workflows().runs().rerun_failed(&workflow_id, &run_id);
    "workflows.runs.retry_step" {
        workflow_id: String, run_id: String, step_id: String, #[serde(default)] body: Object,
    } => client.workflows().runs().retry_step(&workflow_id, &run_id, &step_id, &body);

    "workflows.agents.list" { workflow_id: String } =>
        client.workflows().agents().list(&workflow_id);
    "workflows.agents.grant" { workflow_id: String, agent_id: String } =>
        client.workflows().agents().grant(&workflow_id, &agent_id);
    "workflows.agents.revoke" { workflow_id: String, agent_id: String } =>
        client.workflows().agents().revoke(&workflow_id, &agent_id);

    "workflows.from_template.list" {} => client.workflows().from_template().list();
    "workflows.from_template.create" { body: Object } =>
        client.workflows().from_template().create(&body);

    "scheduled_tasks.list" (query: ScheduledTaskQuery) =>
        client.scheduled_tasks().list_page(&query);
    "scheduled_tasks.create" { input: Object } => client.scheduled_tasks().create(&input);
    "scheduled_tasks.get" { task_id: String } => client.scheduled_tasks().get(&task_id);
    "scheduled_tasks.update" { task_id: String, patch: Object } =>
        client.scheduled_tasks().update(&task_id, &patch);
    "scheduled_tasks.delete" { task_id: String } => client.scheduled_tasks().delete(&task_id);
    "scheduled_tasks.runs" { task_id: String, limit: Option<u32>, offset: Option<u32> } =>
        client.scheduled_tasks().runs(&task_id, &OffsetQuery { limit, offset });
}
