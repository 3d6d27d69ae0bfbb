//! Workflows: steps that use what came before, are left out, tried again, given up.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use codespar_proto::{
    CancelHandle, ErrorKind, Json,
    workflow::{Backoff, StepResult, Workflow, WorkflowResult, WorkflowStep},
};
use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, client_of, order, wrong};

testing_support::with_both_drivers! {
    a_step_uses_what_came_before
    a_step_is_tried_again
    a_failure_ends_it_or_is_passed_over
    a_workflow_that_is_stopped_says_how_far_it_came
}

/// What was told, in order.
type Told = Arc<Mutex<Vec<String>>>;

fn teller(told: &Told, who: &'static str) -> impl FnMut(&StepResult) + Send + 'static {
    let told = Arc::clone(told);
    move |step| told.lock().unwrap().push(format!("{who} {} {}", step.tool, step.is_success()))
}

fn charge() -> WorkflowStep {
    WorkflowStep::new("codespar_charge", &order())
}

/// A step that the sandbox refuses.
fn lost_parcel() -> WorkflowStep {
    WorkflowStep::new("codespar_ship", &json!({"action": "track", "tracking_code": "BR0"}))
}

fn a_step_uses_what_came_before<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let told = Told::default();
    let message = WorkflowStep::computed("codespar_notify", |done: &[StepResult]| {
        let charge: Value = done[0].outcome.as_ref().unwrap().data()?;
        Json::of(&json!({"channel": "sms", "to": "+5511999887766", "message": charge["id"]}))
    });
    let workflow = Workflow::new()
        .step(charge().on_done(teller(&told, "own")))
        .step(
            WorkflowStep::new("codespar_invoice", &json!({"type": "nfe"}))
                .when(|done| done.is_empty()),
        )
        .step(message.when(|done| done[0].is_success()))
        .on_step(teller(&told, "all"));
    let report = D::finish(session.run_workflow(workflow))?;
    assert!(report.success);
    assert_eq!((report.completed_steps, report.total_steps, report.results.len()), (2, 3, 2));
    let indexes: Vec<_> = report.results.iter().map(|step| (step.index, step.tries)).collect();
    assert_eq!(indexes, [(0, 1), (2, 1)]);
    let told = told.lock().unwrap().join(", ");
    assert_eq!(
        told,
        "own codespar_charge true, all codespar_charge true, all codespar_notify true"
    );

    let charge: Value = report.results[0].result().unwrap().data()?;
    let sent = sandbox.requests().last().unwrap().json().unwrap();
    assert_eq!(sent["input"]["message"], charge["id"]);
    let effects = sandbox.effects();
    let counts =
        [EffectKind::Charge, EffectKind::Message, EffectKind::Invoice].map(|it| effects.count(it));
    assert_eq!(counts, [1, 1, 0]);
    Ok(())
}

fn a_step_is_tried_again<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    for backoff in [Backoff::Linear, Backoff::Exponential] {
        sandbox.inject(
            Fault::on("POST", "/v1/sessions/").times(2).answer(503, json!({"error": "busy"})),
        );
        let before = (sandbox.requests().len(), sandbox.effects().len());
        let workflow = Workflow::new().step(charge()).max_retries(2);
        let report =
            D::finish(session.run_workflow(workflow.backoff(backoff, Duration::from_millis(1))))?;
        assert!(report.success);
        assert_eq!(report.results[0].tries, 3);
        let after = (sandbox.requests().len(), sandbox.effects().len());
        assert_eq!(after, (before.0 + 3, before.1 + 1));
    }
    sandbox
        .inject(Fault::on("POST", "/v1/sessions/").always().answer(503, json!({"error": "busy"})));
    let workflow = Workflow::new().step(charge()).max_retries(1);
    let report =
        D::finish(session.run_workflow(workflow.backoff(Backoff::Linear, Duration::ZERO)))?;
    assert!(!report.success);
    let error = report.results[0].outcome.as_ref().unwrap_err();
    assert_eq!((report.results[0].tries, error.code()), (2, Some("busy")));
    assert_eq!(error.operation(), "session.execute");
    Ok(())
}

fn a_failure_ends_it_or_is_passed_over<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let ended =
        D::finish(session.run_workflow(Workflow::new().step(lost_parcel()).step(charge())))?;
    assert!(!ended.success);
    assert_eq!((ended.completed_steps, ended.total_steps, ended.results.len()), (0, 2, 1));
    assert!(sandbox.effects().is_empty());

    let passed = Workflow::new().step(lost_parcel()).step(charge()).go_on();
    let passed = D::finish(session.run_workflow(passed))?;
    assert!(!passed.success);
    assert_eq!((passed.completed_steps, passed.results.len()), (1, 2));
    assert_eq!(sandbox.effects().count(EffectKind::Charge), 1);
    let written = serde_json::to_value(&passed)?;
    assert_eq!(written["results"][0]["success"], false);
    assert_eq!(written["results"][1]["tool"], "codespar_charge");
    Ok(())
}

fn a_workflow_that_is_stopped_says_how_far_it_came<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let stop: Arc<Mutex<Option<CancelHandle>>> = Arc::default();
    let stopped = Arc::clone(&stop);
    let first = charge().on_done(move |_| stopped.lock().unwrap().take().unwrap().cancel());
    let mut call = session.run_workflow(Workflow::new().step(first).step(charge()));
    *stop.lock().unwrap() = Some(call.cancel_handle());
    let error = D::finish(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    let report = error.last::<WorkflowResult>().unwrap();
    assert_eq!((report.completed_steps, report.total_steps), (1, 2));
    let none = D::finish(session.run_workflow(Workflow::new())).unwrap_err();
    assert_eq!(wrong(&none), "steps");
    Ok(())
}
