//! Paying a batch: the same request, round after round.

use std::time::Duration;

use codespar_proto::{
    ErrorKind,
    driver::TransportErrorKind,
    payables::{Batch, BatchStatus, ItemState, PayBatch},
    testing::{Recorded, Replay, transcript},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent};

fn seen(status: &str, states: &[&str]) -> Recorded {
    let items: Vec<_> = states
        .iter()
        .enumerate()
        .map(|(place, state)| json!({"item_id": format!("pbl_{place}"), "state": state}))
        .collect();
    Recorded::json(200, json!({"batch_id": "pbat_1", "status": status, "items": items}))
}

#[test]
fn rounds_are_paced_and_identical() {
    let script = Replay::new()
        .answer(seen("executing", &["executed", "ready"]))
        .answer(seen("executing", &["executed", "ready"]))
        .answer(seen("completed", &["executed", "executed"]));
    let args = PayBatch::new(3, "hash_v3").mandate_id("mdt_1");
    let call = client(&script).payables().batches().pay("pbat_1", &args);
    let call = call.map(|batch| (batch.status, batch.items.len()));
    assert_snapshot!(transcript(call.into_flow(), script));
}

#[test]
fn the_caller_may_name_the_key() {
    let replay = Replay::new()
        .answer(seen("executing", &["ready"]))
        .answer(seen("completed", &["executed"]));
    let args = PayBatch::new(3, "hash_v3").pause(Duration::ZERO);
    let batches = client(&replay).payables().batches();
    batches.pay("pbat_1", &args).idempotency_key("mine").send().unwrap();
    let requests = replay.requests();
    assert_eq!(sent(&requests[0]), sent(&requests[1]));
    assert_eq!(requests[1].header("idempotency-key"), Some("mine"));
    assert_eq!(replay.elapsed(), Duration::ZERO);
}

#[test]
fn it_ends_when_nothing_is_left_to_pay() {
    for (status, states) in [
        ("executing", &["dispatching"][..]),
        ("executing", &[]),
        ("partially_completed", &["ready"]),
        ("failed", &["refused"]),
    ] {
        let replay = Replay::new().answer(seen(status, states));
        let args = PayBatch::new(3, "hash_v3");
        let batch = client(&replay).payables().batches().pay("pbat_1", &args).send().unwrap();
        assert_eq!(batch.status.as_str(), status);
        replay.assert_done();
    }
}

#[test]
fn an_error_in_a_later_round_keeps_the_batch() {
    let failures: [fn(Replay) -> Replay; 3] = [
        |script| script.answer(Recorded::json(500, json!({"error": {"code": "upstream_down"}}))),
        |script| script.answer(Recorded::json(200, json!([]))),
        |script| (0..3).fold(script, |script, _| script.fail(TransportErrorKind::Io)),
    ];
    for fail in failures {
        let replay = fail(Replay::new().answer(seen("executing", &["executed", "ready"])));
        let args = PayBatch::new(3, "hash_v3");
        let error = client(&replay).payables().batches().pay("pbat_1", &args).send().unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Config);
        assert!(error.may_have_been_sent());
        assert_eq!(error.operation(), "payables.batches.pay");
        let last = error.last::<Batch>().unwrap();
        assert_eq!(last.items[0].state, Some(ItemState::Executed));
        replay.assert_done();
    }
}

#[test]
fn a_round_that_gets_no_answer_is_asked_for_again_under_its_key() {
    let replay =
        Replay::new().fail(TransportErrorKind::Io).answer(seen("completed", &["executed"]));
    let args = PayBatch::new(3, "hash_v3");
    client(&replay).payables().batches().pay("pbat_1", &args).send().unwrap();
    let requests = replay.requests();
    assert_eq!(sent(&requests[0]), sent(&requests[1]));
}

#[test]
fn thirty_rounds_are_enough() {
    let script =
        (0..30).fold(Replay::new(), |script, _| script.answer(seen("executing", &["ready"])));
    let args = PayBatch::new(3, "hash_v3");
    let error = client(&script).payables().batches().pay("pbat_1", &args).send().unwrap_err();
    assert_snapshot!(error);
    assert!(error.is_timeout() && error.is_retryable() && error.may_have_been_sent());
    assert_eq!(error.last::<Batch>().unwrap().status, BatchStatus::Executing);
    assert_eq!(script.requests().len(), 30);
    assert_eq!(script.elapsed(), Duration::from_secs(29));
}

#[test]
fn what_was_looked_at_is_what_is_paid() {
    let batch = |json| serde_json::from_value::<Batch>(json).unwrap();
    let full = json!({"batch_id": "b", "status": "ready", "version": 3, "list_hash": "h"});
    assert_eq!(PayBatch::of(&batch(full)).unwrap(), PayBatch::new(3, "h"));
    let thin = json!({"batch_id": "b", "status": "ready", "version": 3});
    assert_eq!(PayBatch::of(&batch(thin)).unwrap_err().field(), Some("list_hash"));
}
