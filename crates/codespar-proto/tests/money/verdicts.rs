//! What errors and results say about money, over whole conversations.

use std::time::Duration;

use codespar_proto::{
    Backoff, Batch, Buyer, ChargeArgs, ChargeMethod, CreateCharge, Currency, Error, Event, Flow,
    Json, KeyUse, Major, Minor, PayBatch, PaymentArgs, Spend, SpendArgs, Stage, Step, Transport,
    TransportError, TransportErrorKind, Verdict, WalletTransferArgs, Workflow, WorkflowStep,
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

use crate::support::client;

fn spend_args() -> SpendArgs {
    SpendArgs::new("att_1", Minor::new(100), "k@example.com")
}

/// The error of a spend that is answered like this.
fn spend(answer: Recorded) -> Error {
    let replay = Replay::new().answer(answer);
    client(&replay).mandates().spend("m", &spend_args()).send().unwrap_err()
}

fn refusal(status: u16, code: &str) -> Recorded {
    Recorded::json(status, json!({"error": {"code": code, "message": "no"}}))
}

#[test]
fn every_code_of_a_spend_says_what_became_of_the_money() {
    use KeyUse::{PersonDecides, Same, Spent};
    use Verdict::{Refused, Unknown};
    for (status, code, verdict, key) in [
        (403, "policy_denied", Refused, Same),
        (403, "org_paused", Refused, Same),
        (404, "mandate_not_found", Refused, Same),
        (422, "psp_refused", Refused, Same),
        (409, "insufficient_funds", Refused, Same),
        (500, "mandate_cap_unresolved", Refused, Same),
        (503, "policy_engine_error", Refused, Same),
        (502, "psp_dispatch_failed", Refused, Same),
        (409, "psp_attempt_conflict", Refused, Spent),
        (502, "psp_dispatch_uncertain", Unknown, Same),
        (502, "never_heard_of_dispatch_uncertain", Unknown, Same),
        (409, "psp_attempt_in_flight", Unknown, Same),
        (409, "psp_attempt_uncertain", Unknown, Same),
        (409, "attempt_id_conflict", Unknown, PersonDecides),
        (409, "attempt_id_unavailable", Unknown, PersonDecides),
        (400, "idempotency_key_conflict", Unknown, PersonDecides),
        (409, "never_heard_of", Unknown, Same),
        (500, "internal_error", Unknown, Same),
        (504, "gateway_timeout", Unknown, Same),
        (408, "never_heard_of", Unknown, Same),
        (402, "never_heard_of", Unknown, Same),
        (501, "never_heard_of", Refused, Same),
        (429, "rate_limited", Refused, Same),
    ] {
        let error = spend(refusal(status, code));
        assert_eq!((error.verdict(), error.key_use()), (verdict, key), "{status} {code}");
        assert_eq!(error.is_refusal(), verdict == Refused, "{status} {code}");
    }
}

#[test]
fn a_payment_that_may_be_under_way_is_uncertain_whatever_the_code() {
    for (status, body) in [
        (504, r#"{"error":"gateway_timeout","message":"upstream timed out"}"#),
        (502, r#"{"error":{"code":"bad_gateway","message":"x"}}"#),
        (500, r#"{"code":"internal_error","message":"x"}"#),
        (500, r#"{"statusCode":500,"code":"FST_ERR_X","error":"Internal Server Error"}"#),
        (408, "{}"),
        (502, "<html>"),
        (409, "{}"),
    ] {
        let error = spend(Recorded::text(status, "application/json", body));
        assert!(Spend::is_uncertain(&error), "{status} {body}");
        assert!(!error.is_refusal(), "{status} {body}");
    }
    assert!(!Spend::is_uncertain(&spend(refusal(502, "psp_dispatch_failed"))));
    assert!(!Spend::is_uncertain(&spend(refusal(409, "attempt_id_conflict"))));
}

#[test]
fn a_held_payment_is_no_refusal_and_names_its_approval() {
    let flat = json!({"error": "approval_required", "reason": "above the cap",
        "approval_id": "apv_0123456789abcdef", "expires_at": "2026-12-01T00:00:00Z",
        "payment_state": "awaiting_approval", "attempt_id": "att_1"});
    let nested = json!({"error": {"code": "policy_denied", "message": "above the cap", "details":
        {"approval_id": "apv_0123456789abcdef", "expires_at": "2026-12-01T00:00:00Z"}}});
    let bare = json!({"reason": "x", "ruleType": "approval", "ruleId": "r",
        "approval_id": "apv_0123456789abcdef", "expires_at": "2026-12-01T00:00:00Z"});
    for body in [flat, nested, bare] {
        let error = spend(Recorded::json(403, body.clone()));
        assert_eq!((error.verdict(), error.key_use()), (Verdict::Held, KeyUse::Same), "{body}");
        assert!(!error.is_refusal() && !Spend::is_uncertain(&error), "{body}");
        let approval = error.approval().unwrap();
        assert_eq!(approval.id, "apv_0123456789abcdef");
        assert_eq!(approval.expires_at.as_ref().unwrap().as_str(), "2026-12-01T00:00:00Z");
        assert!(error.to_string().contains("held until a person approves"), "{error}");
    }
}

#[test]
fn a_document_that_is_paid_already_is_done() {
    let pay = |status, code| {
        let replay = Replay::new().answer(refusal(status, code));
        let payment = Json::parse_str(r#"{"mandate_id":"m"}"#).unwrap();
        let documents = client(&replay).payables().documents();
        documents.pay("pbl_1", &payment).send().unwrap_err()
    };
    let settled = Verdict::Done(Stage::Settled);
    assert_eq!(pay(409, "payable_already_paid").verdict(), settled);
    assert_eq!(pay(409, "payable_payment_pending_approval").verdict(), Verdict::Held);
    assert_eq!(pay(503, "anything").verdict(), Verdict::Refused);
    assert_eq!(pay(502, "anything").verdict(), Verdict::Unknown);
    let uncertain = pay(502, "psp_dispatch_uncertain");
    assert_eq!(uncertain.verdict(), Verdict::Unknown);
    assert_eq!(uncertain.key_use(), KeyUse::PersonDecides);
}

#[test]
fn a_round_that_is_refused_after_a_paid_one_is_no_refusal() {
    let paid = json!({"batch_id": "pbat_1", "version": 1, "status": "executing",
        "items": [{"item_id": "a", "state": "executed"}, {"item_id": "b", "state": "ready"}]});
    let replay =
        Replay::new().answer(Recorded::json(200, paid)).answer(Recorded::json(403, json!({})));
    let args = PayBatch::new(1, "h").pause(Duration::from_millis(1));
    let error = client(&replay).payables().batches().pay("pbat_1", &args).send().unwrap_err();
    assert!(!error.is_refusal() && error.last::<Batch>().is_some());
    assert_eq!((error.verdict(), error.request_verdict()), (Verdict::Unknown, Verdict::Refused));
    assert_eq!(error.key_use(), KeyUse::Same);
}

#[test]
fn a_keyed_write_that_was_lost_before_it_was_refused_is_no_refusal() {
    let args = codespar_proto::CreateBatch::default();
    let create = |replay: &Replay| client(replay).payables().batches().create(&args).send();
    let lost = Replay::new().fail(TransportErrorKind::Io).answer(refusal(403, "forbidden"));
    let error = create(&lost).unwrap_err();
    assert_eq!((error.verdict(), error.is_refusal()), (Verdict::Unknown, false));
    let busy = Replay::new().answer(refusal(503, "later")).answer(refusal(422, "invalid"));
    assert_eq!(create(&busy).unwrap_err().verdict(), Verdict::Unknown);
    let refused = Replay::new().answer(refusal(403, "forbidden"));
    assert_eq!(create(&refused).unwrap_err().verdict(), Verdict::Refused);
}

/// What becomes of a workflow of one payment that is tried twice.
fn tried_twice(replay: Replay) -> codespar_proto::WorkflowResult {
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
    // Formats that say beforehand how much comes are told so rightly, with and without an earlier try.
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
    let look_first = ["codespar_discover", "codespar_pay"];
    assert_eq!(run(answers(vec![done(), refused()]), &look_first), Verdict::Refused);
}

#[test]
fn data_that_refuses_is_a_refusal_whatever_success_says() {
    let mock = json!({"success": true, "data": {"code": "policy_denied", "message": "above limit",
        "rule_id": "r1"}, "error": null, "server": "mock"});
    let session = |replay: &Replay| client(replay).session("ses_1").unwrap();
    let replay = Replay::new().answer(Recorded::json(200, mock.clone()));
    let result = session(&replay).execute("codespar_charge", &json!({})).send().unwrap();
    assert_eq!(result.verdict(), Verdict::Refused);
    assert!(matches!(result.outcome(), codespar_proto::ToolOutcome::Refused(_)));
    assert_eq!(serde_json::to_value(&result).unwrap()["verdict"], "refused");

    let args = ChargeArgs::pix("1.00".parse().unwrap(), "Order 42", Buyer::new("Maria"));
    let replay = Replay::new().answer(Recorded::json(200, mock));
    let error = session(&replay).charge(&args).send().unwrap_err();
    assert_eq!((error.code(), error.verdict()), (Some("policy_denied"), Verdict::Refused));

    let no_charge = json!({"success": true, "data": {"something": "else"}});
    let replay = Replay::new().answer(Recorded::json(200, no_charge));
    let error = session(&replay).charge(&args).send().unwrap_err();
    assert_eq!((error.kind().as_str(), error.verdict()), ("decode", Verdict::Unknown));
}

#[test]
fn a_tool_that_failed_is_unknown_unless_its_code_says_more() {
    for (result, expected) in [
        (json!({"success": false, "error": "provider_error"}), "unknown"),
        (json!({"success": false, "error": "the bank was slow"}), "unknown"),
        (json!({"success": false, "error": "Tool not registered: asaas/x"}), "refused"),
        (json!({"success": false, "error": "policy_engine_error: down"}), "refused"),
        (json!({"success": false, "error": "policy_denied: no"}), "refused"),
        (json!({"success": false, "error": "approval_required: ask"}), "held"),
        (
            json!({"success": false, "error": "approval_required", "data": {"code":
                "approval_required", "message": "ask", "approval_id": "apv_1", "expires_at": "x"}}),
            "held",
        ),
        (json!({"success": false, "error": "x", "data": {"approval_id": "apv_1"}}), "held"),
        (
            // What leaves more open counts.
            json!({"success": false, "error": "psp_dispatch_failed", "data":
                {"code": "psp_dispatch_uncertain"}}),
            "unknown",
        ),
        (json!({"success": true, "data": {"status": "rejected", "error_code": "x"}}), "refused"),
        (json!({"success": true, "data": {"status": "failed"}}), "unknown"),
        (json!({"success": true, "tool": "codespar_charge", "data": {"id": "p"}}), "issued"),
        (json!({"success": true, "tool": "codespar_pay", "data": {"id": "p"}}), "dispatched"),
        (json!({"success": true, "tool": "codespar_pay", "data": {"settled": true}}), "settled"),
        (json!({"success": true, "data": {"id": "p"}}), "completed"),
    ] {
        let read: codespar_proto::ToolResult = serde_json::from_value(result.clone()).unwrap();
        assert_eq!(read.verdict().as_str(), expected, "{result}");
    }
}

#[test]
fn a_read_that_fails_has_done_nothing() {
    for answer in [refusal(500, "internal_error"), refusal(404, "not_found")] {
        let replay = (0..3).fold(Replay::new(), |replay, _| replay.answer(answer.clone()));
        let error = client(&replay).charges().get("chg_1").send().unwrap_err();
        assert_eq!(error.verdict(), Verdict::Refused);
    }
    let lost = (0..3).fold(Replay::new(), |replay, _| replay.fail(TransportErrorKind::Io));
    let error = client(&lost).charges().get("chg_1").send().unwrap_err();
    assert_eq!(error.verdict(), Verdict::NothingSent);
    assert!(error.may_have_been_sent());
}

#[test]
fn an_error_as_json_says_what_happened() {
    let told = serde_json::to_value(spend(refusal(502, "psp_dispatch_uncertain"))).unwrap();
    let expected = json!({"kind": "api", "operation": "mandates.spend", "message": "no",
        "verdict": "unknown", "key_use": "same", "may_have_been_sent": true, "attempts": 1,
        "field": null, "status": 502, "code": "psp_dispatch_uncertain", "request_id": null,
        "approval_id": null});
    assert_eq!(told, expected);
}

#[test]
fn a_route_that_a_runtime_does_not_have_has_a_code() {
    let answer = json!({"message": "Route GET:/v1/charges/x not found", "error": "Not Found",
        "statusCode": 404});
    let replay = Replay::new().answer(Recorded::json(404, answer));
    let error = client(&replay).charges().get("x").send().unwrap_err();
    assert_eq!(error.code(), Some("not_supported_here"));
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
        let so_far = error.last::<codespar_proto::WorkflowResult>().unwrap();
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
        let steps = &error.last::<codespar_proto::WorkflowResult>().unwrap().results;
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
fn an_approval_is_found_wherever_and_however_it_is_named() {
    for body in [
        json!({"error": "policy_denied", "approval_id": 42}),
        json!({"error": {"code": "policy_denied", "approval_id": 42}}),
        json!({"error": "policy_denied", "approvalId": "42"}),
        json!({"error": "policy_denied", "data": {"approval_id": "42"}}),
        json!({"reason": "x", "ruleType": "approval", "ruleId": "r", "approval_id": 42}),
    ] {
        let error = spend(Recorded::json(403, body.clone()));
        assert_eq!(error.verdict(), Verdict::Held, "{body}");
        assert_eq!(error.approval().unwrap().id, "42", "{body}");
    }
}

#[test]
fn what_stands_beside_the_data_of_a_result_counts_too() {
    for (result, expected) in [
        (json!({"success": false, "error": "policy_denied: x", "approval_id": "apv_1"}), "held"),
        (
            json!({"success": false, "error": "policy_denied: x", "data": {"approval_id": 7}}),
            "held",
        ),
        (
            json!({"success": false, "error": "policy_denied: x", "code": "psp_dispatch_uncertain"}),
            "unknown",
        ),
    ] {
        let read: codespar_proto::ToolResult = serde_json::from_value(result.clone()).unwrap();
        assert_eq!(read.verdict().as_str(), expected, "{result}");
        assert_eq!(read.approval().is_some(), expected == "held", "{result}");
    }
}

#[test]
fn a_success_with_a_code_that_leaves_it_open_is_not_done() {
    let with = |data: Value| json!({"success": true, "tool": "codespar_pay", "data": data});
    for (result, expected) in [
        (with(json!({"status": "pending", "error_code": "psp_dispatch_uncertain"})), "unknown"),
        (with(json!({"status": "pending", "error": {"code": "psp_attempt_uncertain"}})), "unknown"),
        (with(json!({"status": "pending", "code": "insufficient_funds"})), "unknown"),
        (with(json!({"status": "rejected", "error_code": "psp_dispatch_uncertain"})), "unknown"),
        (with(json!({"status": "rejected", "error_code": "insufficient_funds"})), "refused"),
        (with(json!({"status": "awaiting_approval"})), "held"),
        (with(json!({"status": "requires-approval"})), "held"),
        (with(json!({"status": "pending", "code": "BR-17"})), "dispatched"),
    ] {
        let read: codespar_proto::ToolResult = serde_json::from_value(result.clone()).unwrap();
        assert_eq!(read.verdict().as_str(), expected, "{result}");
    }
}

#[test]
fn a_tool_of_its_own_type_that_is_held_is_no_success() {
    let args = ChargeArgs::pix("1.00".parse().unwrap(), "Order 42", Buyer::new("Maria"));
    for data in [
        json!({"approval_id": "apv_1"}),
        json!({"id": "p", "status": "pending", "approval_id": "apv_1"}),
    ] {
        let answer = Recorded::json(200, json!({"success": true, "data": data}));
        let replay = Replay::new().answer(answer);
        let session = client(&replay).session("ses_1").unwrap();
        let error = session.charge(&args).send().unwrap_err();
        assert_eq!(error.verdict(), Verdict::Held, "{data}");
        assert_eq!(error.approval().unwrap().id, "apv_1");
        assert!(error.last::<codespar_proto::ToolResult>().is_some());
    }
}

#[test]
fn a_charge_that_nobody_knows_to_be_issued_is_not_called_so() {
    for (charge, expected) in [
        (json!({"id": null, "issuance_unconfirmed": true}), Verdict::Unknown),
        (json!({"id": null, "status": "ERROR"}), Verdict::Unknown),
        (json!({"id": null, "status": "PENDING"}), Verdict::Done(Stage::Issued)),
    ] {
        let read: codespar_proto::ChargeRecord = serde_json::from_value(charge.clone()).unwrap();
        assert_eq!(read.reference().unwrap_err().verdict(), expected, "{charge}");
    }
}

#[test]
fn of_several_codes_the_one_that_leaves_more_open_counts() {
    for (status, body) in [
        (422, json!({"code": "UNPROCESSABLE", "error": "psp_attempt_uncertain"})),
        (422, json!({"code": "policy_denied", "error": {"code": "psp_dispatch_uncertain"}})),
        (400, json!({"error": "psp_dispatch_uncertain: the bank was slow"})),
        (400, json!({"error": {"message": "psp_dispatch_uncertain: the bank was slow"}})),
        (403, json!({"error": {"code": "x", "message": "psp_attempt_in_flight: wait"}})),
    ] {
        let error = spend(Recorded::json(status, body.clone()));
        assert_eq!(error.verdict(), Verdict::Unknown, "{body}");
    }
    let both = json!({"code": "psp_attempt_conflict", "error": "conflict"});
    assert_eq!(spend(Recorded::json(409, both)).key_use(), KeyUse::Spent);
}

#[test]
fn an_answer_that_tells_of_no_payment_is_no_success() {
    let held = json!({"status": "requires-approval", "approval_id": "apv_1", "attempt_id": "a"});
    let said = json!({"error": {"code": "policy_denied", "message": "no"}});
    for (status, body, expected) in [
        (200, json!({}), Verdict::Unknown),
        (200, said, Verdict::Unknown),
        (202, json!({"approval_id": "apv_1"}), Verdict::Held),
        (202, held, Verdict::Held),
    ] {
        let replay = (0..4)
            .fold(Replay::new(), |replay, _| replay.answer(Recorded::json(status, body.clone())));
        let client = client(&replay);
        let payment = PaymentArgs::new(
            Json::parse_str("{}").unwrap(),
            "s",
            "p",
            "att_1",
            Minor::new(100),
            "k@example.com",
        );
        let transfer = WalletTransferArgs::new(Currency::BRL, "k@example.com", Minor::new(100));
        let charge =
            CreateCharge::new("1.00".parse::<Major>().unwrap(), Currency::BRL, ChargeMethod::Pix);
        for error in [
            client.mandates().spend("m", &spend_args()).send().unwrap_err(),
            client.mandates().execute_payment(&payment).send().unwrap_err(),
            client.wallets().transfer("w", &transfer).send().unwrap_err(),
            client.charges().create(&charge).send().unwrap_err(),
        ] {
            assert_eq!(error.verdict(), expected, "{body}");
            assert_eq!(error.approval().is_some(), expected == Verdict::Held, "{body}");
        }
        replay.assert_done();
    }
    let replayed = json!({"status": "completed", "approval_id": "apv_1", "attempt_id": "att_1"});
    let replay = Replay::new().answer(Recorded::json(200, replayed));
    assert!(client(&replay).mandates().spend("m", &spend_args()).send().is_ok());
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

#[test]
fn a_payment_without_an_answer_keeps_its_id() {
    let spend = |replay: Replay| {
        client(&replay).mandates().spend("m", &spend_args()).retries(0).send().unwrap_err()
    };
    for (replay, expected) in [
        (Replay::new().fail(TransportErrorKind::Io), Verdict::Unknown),
        (Replay::new().fail(TransportErrorKind::Timeout), Verdict::Unknown),
        (Replay::new().answer(Recorded::text(200, "application/json", "{")), Verdict::Unknown),
        (Replay::new().fail(TransportErrorKind::Connect), Verdict::NothingSent),
    ] {
        let error = spend(replay);
        assert_eq!((error.verdict(), error.key_use()), (expected, KeyUse::Same), "{error}");
    }
    // Where the server honours none, none is kept.
    let lost = Replay::new().fail(TransportErrorKind::Io);
    let session = client(&lost).session("ses_1").unwrap();
    let error = session.execute("codespar_pay", &json!({})).send().unwrap_err();
    assert_eq!((error.verdict(), error.key_use()), (Verdict::Unknown, KeyUse::None));
}
