//! Workflows: versions, runs, waiting for runs, templates, who may run them.

use codespar_proto::ErrorKind;
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};
use upivia_proto::{
    Error, Object, UpiviaError as _, UpiviaErrorKind,
    workflows::{Run, RunStatus, RunWorkflow, ShareScope},
};

use crate::support::codespar::{refused, wrong};
use crate::support::upivia::{
    Upivia, briefly, came, count, quick, soon, still, text, until, upivia_of, value,
};

testing_support::with_both_drivers! {
    a_workflow_is_written_published_and_run
    a_run_that_waits_for_a_person_is_told
    what_failed_is_repeated
    a_run_can_be_given_up_and_canceled
    workflows_are_shared_and_granted
    a_template_is_ready_to_run
}

fn steps() -> Value {
    json!({"steps": [{"id": "s1"}, {"id": "s2"}], "edges": [{"from": "s1", "to": "s2"}]})
}

/// Makes a workflow with a draft, and gives the ids of both.
fn drafted<D: Driver>(client: &Upivia<D>) -> Result<(String, String), Error> {
    let create = json!({"name": "Digest", "category": "ops"});
    let made = D::finish(client.workflows().create(&create))?;
    let workflow = text(&made, "/workflow/id");
    let version = D::finish(client.workflows().create_version(&workflow, &steps()))?;
    Ok((workflow, text(&version, "/version/id")))
}

/// A run that the sandbox ends so.
fn ending(how: &str) -> RunWorkflow {
    RunWorkflow::default().input(Object::of("input", &json!({"sandbox": how})).unwrap())
}

fn a_workflow_is_written_published_and_run<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let (workflow, version) = drafted(&client)?;
    let seen = D::finish(client.workflows().get(&workflow))?;
    assert_eq!(seen.workflow.unwrap().id.as_deref(), Some(workflow.as_str()));
    assert_eq!(seen.versions[0].status.as_deref(), Some("draft"));

    let error =
        D::finish(client.workflows().run_and_wait(&workflow, &RunWorkflow::default(), soon()));
    let error = error.unwrap_err();
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Http), "{error:?}");
    assert_eq!(error.status(), None);
    let runs = format!("/workflows/{workflow}/runs");
    assert!(came(&sandbox, "POST", &runs).is_empty(), "nothing that could be run");
    let draft = RunWorkflow::default().workflow_version_id(&version);
    let error = D::finish(client.workflows().run_and_wait(&workflow, &draft, soon())).unwrap_err();
    assert_eq!(refused(&error), (409, "version_not_published"));
    let test =
        D::finish(client.workflows().run_and_wait(&workflow, &draft.test_run(true), soon()))?;
    assert_eq!(test.status, Some(RunStatus::Completed));

    let asked = D::finish(client.workflows().publish_version(&workflow, &version, &json!({})))?;
    assert_eq!(text(&asked, "/publish_request/status"), "pending", "a person agrees first");
    until::<D, _>(
        || client.workflows().get(&workflow),
        |seen| seen.versions[0].status.as_deref() == Some("published"),
    )?;
    D::finish(client.workflows().create_version(&workflow, &steps()))?;
    let run =
        D::finish(client.workflows().run_and_wait(&workflow, &RunWorkflow::default(), soon()))?;
    assert!(run.is_over());
    let body = came(&sandbox, "POST", &runs).last().unwrap().json().unwrap();
    assert_eq!(body["workflow_version_id"], version.as_str(), "the published one, not the draft");
    assert_eq!(count(&D::finish(client.workflows().runs().list(&workflow))?, "runs"), 2);

    let back = D::finish(client.workflows().unpublish_version(&workflow, &version, &json!({})))?;
    assert_eq!(text(&back, "/version/status"), "draft");
    D::finish(client.workflows().delete(&workflow))?;
    assert_eq!(
        refused(&D::finish(client.workflows().get(&workflow)).unwrap_err()),
        (404, "not_found")
    );
    Ok(())
}

fn a_run_that_waits_for_a_person_is_told<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let (workflow, version) = drafted(&client)?;
    let test = ending("waiting_approval").workflow_version_id(&version).test_run(true);
    let stopping = test.clone().stop_at_approval(true);
    let run = D::finish(client.workflows().run_and_wait(&workflow, &stopping, soon()))?;
    assert!(run.is_paused() && !run.is_over());
    let pending = D::finish(client.approvals().list())?;
    let row = &pending.approvals[0];
    assert_eq!(row.extra.get("run_id").unwrap().read::<String>()?, run.id);
    D::finish(client.approvals().approve(&row.id))?;
    until::<D, _>(
        || client.workflows().runs().get(&workflow, &run.id),
        |seen| seen.run.status == Some(RunStatus::Completed),
    )?;

    let parked = D::finish(client.workflows().run_and_wait(&workflow, &stopping, soon()))?;
    let pending = D::finish(client.approvals().list())?;
    D::finish(client.approvals().reject(&pending.approvals[0].id))?;
    let seen = D::finish(client.workflows().runs().get(&workflow, &parked.id))?;
    assert_eq!(seen.run.status, Some(RunStatus::Failed));

    let patience = soon().at_most(std::time::Duration::from_secs(2));
    let error = D::finish(client.workflows().run_and_wait(&workflow, &test, patience)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("waiting_approval")));
    assert!(error.last::<Run>().unwrap().is_paused());
    Ok(())
}

fn what_failed_is_repeated<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let (workflow, version) = drafted(&client)?;
    let test = ending("failed").workflow_version_id(&version).test_run(true);
    for by_step in [false, true] {
        let run = D::finish(client.workflows().run_and_wait(&workflow, &test, soon()))?;
        assert_eq!(run.status, Some(RunStatus::Failed));
        let seen = D::finish(client.workflows().runs().get(&workflow, &run.id))?;
        let steps = seen.run.steps.unwrap();
        let stand = |at: usize| steps[at].status.as_deref();
        assert_eq!((stand(0), stand(1)), (Some("completed"), Some("failed")));
        assert_eq!(steps[1].step_id.as_deref(), Some("s2"));
        assert!(seen.run.error.is_some() && steps[1].error.is_some() && steps[0].error.is_none());
        let runs = client.workflows().runs();
        if by_step {
            let error =
                D::finish(runs.retry_step(&workflow, &run.id, "s1", &json!({}))).unwrap_err();
            assert_eq!(refused(&error), (404, "not_found"), "that one did not fail");
            let step = D::finish(runs.retry_step(&workflow, &run.id, "s2", &json!({})))?;
            assert_eq!(text(&step, "/step/id"), "s2");
        } else {
            let again = D::finish(runs.rerun_failed(&workflow, &run.id))?;
            assert_eq!(value(&again)["retried"], 1);
        }
        until::<D, _>(
            || client.workflows().runs().get(&workflow, &run.id),
            |seen| seen.run.status == Some(RunStatus::Completed),
        )?;
    }
    Ok(())
}

fn a_run_can_be_given_up_and_canceled<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let (workflow, version) = drafted(&client)?;
    let test = RunWorkflow::default().workflow_version_id(&version).test_run(true);
    let error =
        D::finish(client.workflows().run_and_wait(&workflow, &test, briefly())).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, None));
    let run = error.last::<Run>().unwrap();
    assert_eq!(run.status, Some(RunStatus::Pending));
    D::finish(client.workflows().runs().cancel(&workflow, &run.id))?;
    let seen = D::finish(client.workflows().runs().get(&workflow, &run.id))?;
    assert!(seen.run.is_over());
    let error = D::finish(client.workflows().runs().cancel(&workflow, &run.id)).unwrap_err();
    assert_eq!(refused(&error), (409, "conflict"));

    let body = json!({"workflow_version_id": version, "test_run": true, "budget_cents": 10});
    let made = D::finish(client.workflows().runs().create(&workflow, &body))?;
    assert_eq!(made.run.status, Some(RunStatus::Pending));
    let sent = sandbox.requests().len();
    let body = json!({"workflow_version_id": version, "budget_cents": -1});
    let error = D::finish(client.workflows().runs().create(&workflow, &body)).unwrap_err();
    assert_eq!(wrong(&error), "budget_cents");
    let never = soon().at_most(std::time::Duration::ZERO);
    let error = D::finish(client.workflows().run_and_wait(&workflow, &test, never)).unwrap_err();
    assert_eq!(wrong(&error), "timeout");
    assert_eq!(sandbox.requests().len(), sent);
    Ok(())
}

fn workflows_are_shared_and_granted<D: Driver>() -> TestResult {
    let sandbox = still();
    let client = upivia_of::<D>(&sandbox);
    let agent = sandbox.upivia_agent_id();
    let (workflow, _) = drafted(&client)?;
    let changed = D::finish(client.workflows().update(&workflow, &json!({"category": "mail"})))?;
    assert_eq!(text(&changed, "/workflow/category"), "mail");
    assert_eq!(count(&D::finish(client.workflows().list())?, "workflows"), 1);
    assert_eq!(count(&D::finish(client.workflows().of_category("mail"))?, "workflows"), 1);
    assert_eq!(count(&D::finish(client.workflows().of_category("ops"))?, "workflows"), 0);
    D::finish(client.workflows().share(&workflow, &ShareScope::Team))?;
    let seen = D::finish(client.workflows().get(&workflow))?.workflow.unwrap();
    assert_eq!(seen.extra.get("scope").unwrap().read::<String>()?, "team");
    let manifest = D::finish(client.workflows().export(&workflow))?;
    assert_eq!(text(&manifest, "/manifest/name"), "Digest");
    assert_eq!(value(&manifest)["manifest"]["steps"], steps()["steps"]);

    let agents = client.workflows().agents();
    D::finish(agents.grant(&workflow, agent))?;
    assert_eq!(text(&D::finish(agents.list(&workflow))?, "/agents/0/id"), agent);
    assert_eq!(text(&D::finish(client.agents().skills(agent))?, "/skills/0/id"), workflow);
    D::finish(agents.revoke(&workflow, agent))?;
    assert_eq!(refused(&D::finish(agents.revoke(&workflow, agent)).unwrap_err()).0, 404);
    D::finish(agents.grant(&workflow, agent))?;
    D::finish(client.agents().remove_skill(agent, &workflow))?;
    assert_eq!(count(&D::finish(agents.list(&workflow))?, "agents"), 0);
    Ok(())
}

fn a_template_is_ready_to_run<D: Driver>() -> TestResult {
    let sandbox = quick();
    let client = upivia_of::<D>(&sandbox);
    let listed = D::finish(client.workflows().from_template().list())?;
    let template = text(&listed, "/templates/0/id");
    let agent = sandbox.upivia_agent_id();
    let body = json!({"template_id": template, "agent_id": agent});
    let made = D::finish(client.workflows().from_template().create(&body))?;
    let workflow = text(&made, "/workflow/id");
    let run =
        D::finish(client.workflows().run_and_wait(&workflow, &RunWorkflow::default(), soon()))?;
    assert_eq!(run.status, Some(RunStatus::Completed));
    assert_eq!(count(&D::finish(client.workflows().agents().list(&workflow))?, "agents"), 1);
    Ok(())
}
