//! Waiting: pauses, ends, and what is known when it ends badly.

use std::time::Duration;

use codespar_engine::{
    KeyUse, Verdict,
    driver::TransportErrorKind,
    testing::{Recorded, Replay},
};
use serde_json::json;
use upivia_proto::{
    Outcome, ServiceRequest, Wait,
    service_requests::Requested,
    workflows::{Run, RunStatus, RunWorkflow},
};

use crate::support::{client, on};

fn request() -> ServiceRequest {
    ServiceRequest::new("voice_call", "create", &json!({"to": "+5511999887766"})).unwrap()
}

fn status(status: &str) -> Recorded {
    Recorded::json(200, json!({"status": status, "request_id": "req_r"}))
}

#[test]
fn pauses_grow_by_half_up_to_ten_seconds() {
    let mut replay = Replay::new();
    for _ in 0..7 {
        replay = replay.answer(status("running"));
    }
    let replay = replay.answer(status("executed"));
    let made =
        on(&replay).service_requests().create_and_wait(&request(), Wait::default()).send().unwrap();
    assert!(made.is_executed());
    let at: Vec<_> = replay.requests().iter().map(|sent| sent.at.as_secs_f64()).collect();
    assert_eq!(at, [0.0, 2.0, 5.0, 9.5, 16.25, 26.25, 36.25, 46.25]);
    // The key goes with the request, not with the questions about it.
    let keys =
        replay.requests().iter().filter(|sent| sent.header("idempotency-key").is_some()).count();
    assert_eq!(keys, 1);
}

#[test]
fn what_waits_for_an_approval_is_returned_at_once() {
    let parked = Recorded::json(
        200,
        json!({"status": "approval_required", "request_id": "req_r", "approval_id": "appr_1"}),
    );
    let replay = Replay::new().answer(status("running")).answer(parked);
    let made =
        on(&replay).service_requests().create_and_wait(&request(), Wait::default()).send().unwrap();
    let Outcome::ApprovalRequired(parked) = &made.outcome else { panic!("{made:?}") };
    assert_eq!(parked.approval_id.as_deref(), Some("appr_1"));
}

#[test]
fn a_status_that_is_not_known_is_taken_at_first_and_waited_for_later() {
    let replay = Replay::new().answer(status("queued"));
    let made =
        on(&replay).service_requests().create_and_wait(&request(), Wait::default()).send().unwrap();
    assert_eq!((made.status(), made.is_known()), ("queued", false));
    let replay =
        Replay::new().answer(status("running")).answer(status("queued")).answer(status("failed"));
    let made =
        on(&replay).service_requests().create_and_wait(&request(), Wait::default()).send().unwrap();
    assert_eq!(made.status(), "failed");
}

#[test]
fn the_last_pause_is_cut_and_the_last_state_is_in_the_error() {
    let running = || status("running");
    let replay =
        Replay::new().answer(running()).answer(running()).answer(running()).answer(running());
    let wait = Wait::default().at_most(Duration::from_secs(7));
    let error =
        on(&replay).service_requests().create_and_wait(&request(), wait).send().unwrap_err();
    replay.assert_done();
    assert_eq!(replay.elapsed(), Duration::from_secs(7));
    let last = error.last::<Requested>().unwrap();
    assert_eq!(last.request_id(), Some("req_r"));
    assert_eq!(replay.requests()[0].header("idempotency-key"), Some(&*last.idempotency_key));
}

#[test]
fn a_failed_look_ends_the_wait_and_keeps_what_was_seen() {
    let replay = Replay::new()
        .answer(status("running"))
        .answer(Recorded::json(404, json!({"error": {"code": "not_found", "message": "gone"}})));
    let error = on(&replay)
        .service_requests()
        .create_and_wait(&request(), Wait::default())
        .send()
        .unwrap_err();
    assert_eq!(error.code(), Some("not_found"));
    // What was called, not the question that failed.
    assert_eq!(error.operation(), "service_requests.create_and_wait");
    assert!(error.last::<Requested>().unwrap().is_running());
}

#[test]
fn the_version_with_the_highest_number_is_run_and_waited_for() {
    let run = |status: &str| Recorded::json(200, json!({"run": {"id": "run_1", "status": status}}));
    let versions = Recorded::json(
        200,
        json!({"versions": [
            {"id": "v1", "status": "published", "version": 1},
            {"id": "v2", "status": "published", "version": 2},
            {"id": "v3", "status": "draft", "version": 3},
        ]}),
    );
    let replay = Replay::new()
        .answer(versions)
        .answer(run("running"))
        .answer(run("waiting_approval"))
        .answer(run("completed"));
    let done = on(&replay)
        .workflows()
        .run_and_wait("wf_1", &RunWorkflow::default(), Wait::default())
        .send()
        .unwrap();
    assert_eq!(done.status, Some(RunStatus::Completed));
    assert_eq!(replay.requests()[1].json(), json!({"workflow_version_id": "v2", "input": {}}));
    assert_eq!(replay.elapsed(), Duration::from_secs(5));
}

#[test]
fn a_run_that_waits_for_a_person_is_reported() {
    let run = |status: &str| Recorded::json(200, json!({"run": {"id": "run_1", "status": status}}));
    let args = RunWorkflow::default().workflow_version_id("v9");

    let stopping = args.clone().stop_at_approval(true);
    for status in ["waiting_approval", "paused"] {
        let replay = Replay::new().answer(run("pending")).answer(run(status));
        let wait = Wait::default();
        let seen = on(&replay).workflows().run_and_wait("wf_1", &stopping, wait).send().unwrap();
        assert!(seen.is_paused() && !seen.is_over());

        let replay = Replay::new().answer(run("pending")).answer(run(status));
        let wait = wait.at_most(Duration::from_secs(2));
        let error = on(&replay).workflows().run_and_wait("wf_1", &args, wait).send().unwrap_err();
        assert_eq!((error.code(), error.operation()), (Some(status), "workflows.run_and_wait"));
        assert!(error.is_timeout() && error.last::<Run>().unwrap().is_paused());
    }
}

#[test]
fn a_call_is_made_when_it_is_sent() {
    // Nothing happens before; the conversation can be taken out and driven by hand.
    let call = client().service_requests().create_and_wait(&request(), Wait::default());
    let (_, options) = call.into_flow();
    assert!(options.idempotency_key.is_none());
}

#[test]
fn an_error_after_the_request_was_taken_keeps_its_key() {
    let lost = Replay::new().answer(status("running"));
    let cut = (0..9).fold(lost, |replay, _| replay.fail(TransportErrorKind::Io));
    let refused = Replay::new().answer(status("running")).answer(Recorded::status(404));
    for replay in [cut, refused] {
        let requests = on(&replay).service_requests();
        let error = requests.create_and_wait(&request(), Wait::default()).send().unwrap_err();
        assert_eq!((error.verdict(), error.key_use()), (Verdict::Unknown, KeyUse::Same), "{error}");
        assert!(!error.last::<Requested>().unwrap().idempotency_key.is_empty());
    }
}

#[test]
fn a_parked_request_is_waited_for_until_somebody_has_decided() {
    let parked = || {
        let parked = json!({"status": "approval_required", "request_id": "req_r"});
        Recorded::json(200, parked)
    };
    let decided =
        |replay: &Replay, wait| on(replay).service_requests().decided("req_r", wait).send();
    for (end, is_executed) in [("executed", true), ("blocked", false), ("failed", false)] {
        let replay = Replay::new()
            .answer(parked())
            .answer(parked())
            .answer(status("queued"))
            .answer(status("running"))
            .answer(status(end));
        let outcome = decided(&replay, Wait::default()).unwrap();
        assert_eq!((outcome.status(), outcome.is_executed()), (end, is_executed));
        let requests = replay.requests();
        assert_eq!(requests.len(), 5);
        assert!(requests.iter().all(|sent| sent.method == "GET"));
    }
    let replay = (0..9).fold(Replay::new(), |replay, _| replay.answer(parked()));
    let error = decided(&replay, Wait::default().at_most(Duration::from_secs(20))).unwrap_err();
    assert_eq!(error.operation(), "service_requests.decided");
    assert!(error.is_timeout() && error.message().contains("service request req_r"), "{error}");
    assert!(matches!(error.last(), Some(Outcome::ApprovalRequired(_))));
    let none = decided(&Replay::new(), Wait::default().at_most(Duration::ZERO)).unwrap_err();
    assert_eq!(none.field(), Some("timeout"));
}
