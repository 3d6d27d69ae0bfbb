//! Workflows: steps, conditions, repetitions, reports.

mod verdicts;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use codespar_proto::{
    ErrorKind, Json,
    testing::{Recorded, Replay, transcript},
    workflow::{Backoff, Workflow, WorkflowResult, WorkflowStep},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, tool};

fn failed() -> Recorded {
    Recorded::json(200, json!({"success": false, "data": null, "error": "down", "tool": "b/c"}))
}

fn run(replay: &Replay, workflow: Workflow) -> WorkflowResult {
    let report = session(&client(replay)).run_workflow(workflow).send().unwrap();
    replay.assert_done();
    report
}

fn step(tool: &str) -> WorkflowStep {
    WorkflowStep::new(tool, &json!({}))
}

#[test]
fn a_step_is_given_what_the_ones_before_gave() {
    let replay = Replay::new().answer(tool(json!({"id": "pay_1"}))).answer(tool(json!({})));
    let workflow = Workflow::new().step(WorkflowStep::new("a/pay", &json!({"value": 1}))).step(
        WorkflowStep::computed("a/look", |done| {
            let id = done[0].result().unwrap().data.as_ref().unwrap().member("id").unwrap();
            Json::of(&json!({"payment": id.read::<String>()?}))
        }),
    );
    let report = run(&replay, workflow);
    assert!(report.success);
    assert_eq!((report.completed_steps, report.total_steps), (2, 2));
    let sent: Vec<_> = replay.requests().iter().map(codespar_proto::testing::Sent::json).collect();
    assert_eq!(sent[0], json!({"tool": "a/pay", "input": {"value": 1}}));
    assert_eq!(sent[1], json!({"tool": "a/look", "input": {"payment": "pay_1"}}));
}

#[test]
fn a_step_that_is_left_out_has_no_result() {
    let replay = Replay::new().answer(tool(json!({}))).answer(tool(json!({})));
    let workflow = Workflow::new()
        .step(step("a/a"))
        .step(step("b/b").when(|done| done.is_empty()))
        .step(step("c/c").when(|done| done.len() == 1));
    let report = run(&replay, workflow);
    let ran: Vec<_> = report.results.iter().map(|step| (step.index, &*step.tool)).collect();
    assert_eq!(ran, [(0, "a/a"), (2, "c/c")]);
    assert!(report.success);
    assert_eq!((report.completed_steps, report.total_steps), (2, 3));
}

#[test]
fn a_step_that_fails_ends_the_workflow() {
    let replay = Replay::new().answer(failed());
    let report = run(&replay, Workflow::new().step(step("b/c")).step(step("d/e")));
    assert!(!report.success);
    assert_eq!((report.completed_steps, report.total_steps, report.results.len()), (0, 2, 1));
}

#[test]
fn a_workflow_can_go_on_after_a_failure() {
    let replay = Replay::new().answer(failed()).answer(tool(json!({})));
    let report = run(&replay, Workflow::new().step(step("b/c")).step(step("d/e")).go_on());
    assert!(!report.success);
    assert_eq!((report.completed_steps, report.results.len()), (1, 2));
}

#[test]
fn the_error_of_a_call_is_the_steps() {
    let replay = Replay::new()
        .answer(Recorded::json(409, json!({"error": "session_not_active"})))
        .answer(tool(json!({})));
    let workflow = Workflow::new()
        .step(step("b/c"))
        .step(WorkflowStep::computed("d/e", |_| Err(codespar_proto::Error::config("x", "no"))))
        .step(WorkflowStep::new("f/g", "no object"))
        .step(step("h/i"))
        .go_on();
    let report = run(&replay, workflow);
    let errors: Vec<_> = report.results.iter().map(|step| step.outcome.as_ref().err()).collect();
    assert_eq!(errors[0].unwrap().code(), Some("session_not_active"));
    assert_eq!(errors[1].unwrap().field(), Some("x"));
    assert_eq!(errors[2].unwrap().field(), Some("input"));
    assert!(errors[3].is_none());
    let tries: Vec<_> = report.results.iter().map(|step| step.tries).collect();
    assert_eq!(tries, [1, 0, 1, 1]);
}

#[test]
fn pauses_between_tries_grow() {
    for (backoff, expected) in [
        (Backoff::Linear, [0, 1_000, 3_000, 6_000]),
        (Backoff::Exponential, [0, 1_000, 3_000, 7_000]),
    ] {
        let replay = (0..3).fold(Replay::new(), |replay, _| replay.answer(failed()));
        let replay = replay.answer(tool(json!({})));
        let workflow = Workflow::new()
            .step(step("b/c"))
            .max_retries(5)
            .backoff(backoff, Duration::from_secs(1));
        let report = run(&replay, workflow);
        assert_eq!((report.success, report.results[0].tries), (true, 4));
        let at: Vec<_> = replay.requests().iter().map(|sent| sent.at.as_millis()).collect();
        assert_eq!(at, expected);
        assert_eq!(report.duration.as_millis(), expected[3]);
    }
}

#[test]
fn nothing_is_repeated_unless_asked_for() {
    let replay = Replay::new().fail(codespar_proto::driver::TransportErrorKind::Io);
    let report = run(&replay, Workflow::new().step(step("b/c")));
    assert_eq!(report.results[0].outcome.as_ref().unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn callers_are_told_of_each_step() {
    let said = Arc::new(Mutex::new(Vec::new()));
    let note = |name: &'static str| {
        let said = Arc::clone(&said);
        move |step: &codespar_proto::workflow::StepResult| {
            said.lock().unwrap().push(format!("{name} {} {}", step.tool, step.is_success()));
        }
    };
    let replay = Replay::new().answer(tool(json!({}))).answer(failed());
    let workflow = Workflow::new()
        .step(step("a/a").on_done(note("own")))
        .step(step("b/c"))
        .on_step(note("all"));
    run(&replay, workflow);
    assert_eq!(*said.lock().unwrap(), ["own a/a true", "all a/a true", "all b/c false"]);
}

#[test]
fn canceling_keeps_the_results_so_far() {
    let replay = Replay::new().answer(tool(json!({})));
    let session = session(&client(&replay));
    let stop = Arc::new(Mutex::new(None::<codespar_proto::CancelHandle>));
    let stopped = Arc::clone(&stop);
    let workflow = Workflow::new()
        .step(step("a/a").on_done(move |_| stopped.lock().unwrap().as_ref().unwrap().cancel()))
        .step(step("b/b"));
    let mut call = session.run_workflow(workflow);
    *stop.lock().unwrap() = Some(call.cancel_handle());
    let error = call.send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert!(error.may_have_been_sent());
    let report = error.last::<WorkflowResult>().unwrap();
    assert_eq!((report.completed_steps, report.results.len()), (1, 1));
}

#[test]
fn a_conversation() {
    let replay = Replay::new();
    let session = session(&client(&replay));
    let workflow = Workflow::new().step(step("b/c")).max_retries(1);
    let script = Replay::new().answer(failed()).answer(tool(json!({"id": 1})));
    assert_snapshot!(transcript(session.run_workflow(workflow).into_flow(), script));
}
