//! What workflows and their steps say about money.

use std::time::Duration;

use codespar_proto::{
    Error, Stage, Verdict,
    driver::{Clock as _, Event, Flow, Step, TransportError, TransportErrorKind},
    testing::{Recorded, Replay},
    workflow::{Backoff, Workflow, WorkflowStep},
};
use serde_json::{Value, json};

use crate::{client::verdicts::refusal, support::client};

/// What becomes of a workflow of one payment that is tried twice.
fn tried_twice(replay: Replay) -> codespar_proto::workflow::WorkflowResult {
    let pay = WorkflowStep::new("codespar_pay", &json!({"action": "pay", "amount": 100}));
    let workflow =
        Workflow::new().max_retries(1).backoff(Backoff::Linear, Duration::from_millis(5)).step(pay);
    client(&replay).session("ses_1").unwrap().run_workflow(workflow).retries(0).send().unwrap()
}

#[test]
fn a_step_does_not_deny_what_its_first_try_may_have_done() {
    let failed = || Recorded::json(200, json!({"success": false, "data": null, "error": "later"}));
    let lost = || Replay::new().fail(TransportErrorKind::Io);
    for first in
        [lost(), Replay::new().answer(failed()), Replay::new().answer(Recorded::status(503))]
    {
        let result = tried_twice(first.fail(TransportErrorKind::Connect));
        let step = &result.results[0];
        assert_eq!(step.tries, 2);
        assert!(step.outcome.as_ref().unwrap_err().may_have_been_sent());
        assert_eq!((step.verdict(), result.verdict()), (Verdict::Unknown, Verdict::Unknown));
        let told: Value = serde_json::to_value(&result).unwrap();
        assert_eq!(told["verdict"], "unknown");
        assert_eq!(told["results"][0]["verdict"], "unknown");
        assert_eq!(told["results"][0]["may_have_been_sent"], true);
    }
    // Formats that say beforehand how much comes are told so rightly, with and without an earlier
    // try.
    for first in [Replay::new().fail(TransportErrorKind::Connect), lost()] {
        let step = &tried_twice(first.fail(TransportErrorKind::Connect)).results[0];
        let mut binary = Vec::new();
        ciborium::into_writer(step, &mut binary).unwrap();
        let told: Value = ciborium::from_reader(&*binary).unwrap();
        assert_eq!(told["verdict"], step.verdict().as_str());
    }
    let refused = tried_twice(lost().answer(Recorded::json(403, json!({}))));
    assert!(!refused.results[0].outcome.as_ref().unwrap_err().is_refusal());
    assert_eq!(refused.results[0].verdict(), Verdict::Unknown);

    let worked = Recorded::json(200, json!({"success": true, "data": {"status": "paid"}}));
    let twice = tried_twice(lost().answer(worked));
    assert!(twice.results[0].may_have_happened_before());
    let told: Value = serde_json::to_value(&twice).unwrap();
    assert_eq!(told["results"][0]["may_have_happened_before"], true);
}

#[test]
fn a_workflow_left_half_done_is_unknown_and_reads_do_not_count() {
    let done = || Recorded::json(200, json!({"success": true, "data": {"id": "x"}}));
    let refused = || Recorded::json(403, json!({"error": "forbidden"}));
    let run = |replay: Replay, tools: &[&str]| {
        let workflow = tools.iter().fold(Workflow::new(), |workflow, tool| {
            workflow.step(WorkflowStep::new(*tool, &json!({})))
        });
        let session = client(&replay).session("ses_1").unwrap();
        session.run_workflow(workflow).retries(0).send().unwrap().verdict()
    };
    let answers = |answers: Vec<Recorded>| answers.into_iter().fold(Replay::new(), Replay::answer);
    let two = ["codespar_pay", "codespar_pay"];
    assert_eq!(run(answers(vec![done(), refused()]), &two), Verdict::Unknown);
    assert_eq!(run(answers(vec![refused()]), &two), Verdict::Refused);
    assert_eq!(run(Replay::new().fail(TransportErrorKind::Connect), &two), Verdict::NothingSent);
    assert!(run(answers(vec![done(), done()]), &two).is_done());
    let look = ["codespar_discover"];
    assert_eq!(run(answers(vec![done()]), &look), Verdict::Done(Stage::Completed));
    assert_eq!(run(answers(vec![refused()]), &look), Verdict::Refused);
    let look_first = ["codespar_discover", "codespar_pay"];
    assert_eq!(run(answers(vec![done(), refused()]), &look_first), Verdict::Refused);
}

#[test]
fn a_step_that_is_held_or_done_is_not_asked_for_again() {
    let held = json!({"success": false, "error": "approval_required: ask"});
    let named = json!({"success": false, "error": "policy_denied", "approval_id": "apv_1"});
    let wrapped = json!({"error": {"code": "policy_denied", "details": {"approval_id": "apv_1"}}});
    for (first, expected) in [
        (Recorded::json(200, held), Verdict::Held),
        (Recorded::json(200, named.clone()), Verdict::Held),
        (Recorded::json(403, named), Verdict::Held),
        (Recorded::json(403, wrapped), Verdict::Held),
        (refusal(409, "payable_already_paid"), Verdict::Done(Stage::Settled)),
    ] {
        let result = tried_twice(Replay::new().answer(first).fail(TransportErrorKind::Connect));
        let step = &result.results[0];
        assert_eq!((step.tries, step.verdict()), (1, expected));
        assert_eq!(result.verdict(), expected);
    }
}

#[test]
fn a_workflow_that_is_cut_off_counts_the_step_it_was_at() {
    let pay = || WorkflowStep::new("codespar_pay", &json!({}));
    let check = |error: &Error, expected: Verdict| {
        let so_far = error.last::<codespar_proto::workflow::WorkflowResult>().unwrap();
        assert!(!so_far.success);
        assert_eq!((error.verdict(), so_far.verdict()), (expected, expected));
        let told = serde_json::to_value(so_far).unwrap();
        assert_eq!(
            (&told["success"], &told["verdict"]),
            (&json!(false), &json!(expected.as_str()))
        );
    };
    let worked = Recorded::json(200, json!({"success": true, "data": {"id": "p"}}));
    for replay in [Replay::new(), Replay::new().answer(worked)] {
        let replay = replay.fail(TransportErrorKind::Canceled);
        let session = client(&replay).session("ses_1").unwrap();
        let workflow = Workflow::new().step(pay()).step(pay());
        let error = session.run_workflow(workflow).send().unwrap_err();
        check(&error, Verdict::Unknown);
        let steps = &error.last::<codespar_proto::workflow::WorkflowResult>().unwrap().results;
        assert_eq!(steps.last().unwrap().verdict(), Verdict::Unknown);
        replay.assert_done();
    }

    // In the pause between two tries.
    let replay = Replay::new();
    let session = client(&replay).session("ses_1").unwrap();
    let (mut flow, options) =
        session.run_workflow(Workflow::new().max_retries(1).step(pay())).into_flow();
    let mut resume = |event| flow.resume(replay.tick(), event);
    assert!(matches!(resume(Event::Start(options)), Step::Open(_)));
    let lost = Event::Failed(TransportError::io("gone"));
    assert!(matches!(resume(lost), Step::Wait(_)));
    let Step::Done(Err(error)) = resume(Event::Failed(TransportError::canceled_unsent())) else {
        panic!("it goes on");
    };
    check(&error, Verdict::Unknown);
}

#[test]
fn a_step_that_was_declined_or_held_is_no_success() {
    for (data, expected) in [
        (json!({"status": "rejected"}), Verdict::Refused),
        (json!({"status": "failed"}), Verdict::Unknown),
        (json!({"status": "pending", "approval_id": "apv_1"}), Verdict::Held),
    ] {
        // The second step must not follow on it.
        let answer = Recorded::json(200, json!({"success": true, "data": data}));
        let replay = Replay::new().answer(answer);
        let pay = WorkflowStep::new("codespar_pay", &json!({}));
        let ship = WorkflowStep::new("codespar_ship", &json!({}));
        let session = client(&replay).session("ses_1").unwrap();
        let result = session.run_workflow(Workflow::new().step(pay).step(ship)).send().unwrap();
        assert_eq!((result.success, result.completed_steps, result.results.len()), (false, 0, 1));
        assert_eq!(result.verdict(), expected, "{data}");
    }
}
