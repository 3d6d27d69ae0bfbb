//! What errors and results say about money, over whole conversations.

use std::time::Duration;

use codespar_proto::{
    Buyer, ChargeArgs, ChargeMethod, CreateCharge, Currency, Error, Json, KeyUse, Major, Minor,
    Stage, Verdict,
    driver::TransportErrorKind,
    mandates::{PaymentArgs, Spend, SpendArgs},
    payables::{Batch, PayBatch, PayPayable},
    testing::{Recorded, Replay},
    wallets::WalletTransferArgs,
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

pub(crate) fn refusal(status: u16, code: &str) -> Recorded {
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
fn a_key_that_is_used_up_is_not_tried_again() {
    let args = WalletTransferArgs::new(Currency::BRL, "k@example.com", Minor::new(100));
    let transfer = |replay: &Replay| client(replay).wallets().transfer("w", &args).send();
    // A 502 is repeated under the key, unless its code says that nothing good can come of it.
    let failed = Replay::new().answer(refusal(502, "send_failed"));
    let error = transfer(&failed).unwrap_err();
    assert_eq!((error.attempts(), error.verdict()), (1, Verdict::Refused));
    assert_eq!(error.key_use(), KeyUse::Spent);
    let held = json!({"error": "policy_denied", "approval_id": "apv_1"});
    let held = Replay::new().answer(Recorded::json(503, held));
    let error = transfer(&held).unwrap_err();
    assert_eq!((error.attempts(), error.verdict()), (1, Verdict::Held));
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
        let payment = PayPayable::new("m");
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
    let args = codespar_proto::payables::CreateBatch::default();
    let create = |replay: &Replay| client(replay).payables().batches().create(&args).send();
    let lost = Replay::new().fail(TransportErrorKind::Io).answer(refusal(403, "forbidden"));
    let error = create(&lost).unwrap_err();
    assert_eq!((error.verdict(), error.is_refusal()), (Verdict::Unknown, false));
    let busy = Replay::new().answer(refusal(503, "later")).answer(refusal(422, "invalid"));
    assert_eq!(create(&busy).unwrap_err().verdict(), Verdict::Unknown);
    let refused = Replay::new().answer(refusal(403, "forbidden"));
    assert_eq!(create(&refused).unwrap_err().verdict(), Verdict::Refused);
}

#[test]
fn data_that_refuses_is_a_refusal_whatever_success_says() {
    let mock = json!({"success": true, "data": {"code": "policy_denied", "message": "above limit",
        "rule_id": "r1"}, "error": null, "server": "mock"});
    let session = |replay: &Replay| client(replay).session("ses_1").unwrap();
    let replay = Replay::new().answer(Recorded::json(200, mock.clone()));
    let result = session(&replay).execute("codespar_charge", &json!({})).send().unwrap();
    assert_eq!(result.verdict(), Verdict::Refused);
    let codespar_proto::session::ToolOutcome::Refused(refusal) = result.outcome() else {
        panic!("{result:?}");
    };
    assert_eq!((refusal.code(), refusal.message()), ("policy_denied", "above limit"));
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
            json!({"success": false, "error": "policy_denied: x",
                "code": "psp_dispatch_uncertain"}),
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
        let read: codespar_proto::charges::ChargeRecord =
            serde_json::from_value(charge.clone()).unwrap();
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

#[test]
fn a_refusal_is_for_later_where_nothing_about_the_request_has_to_change() {
    use codespar_proto::operations::is_for_later;
    for (status, code, expected) in [
        (409, "insufficient_funds", true),
        (500, "mandate_cap_unresolved", true),
        (503, "policy_engine_error", true),
        (502, "psp_dispatch_failed", true),
        (403, "org_paused", true),
        (429, "rate_limited", true),
        (401, "unauthorized", true),
        (403, "policy_denied", false),
        (403, "never_heard_of", false),
        (422, "psp_refused", false),
        (404, "mandate_not_found", false),
        (409, "psp_attempt_conflict", false),
        (409, "psp_attempt_in_flight", false),
        (500, "internal_error", false),
    ] {
        assert_eq!(is_for_later(&spend(refusal(status, code))), expected, "{code}");
    }
    let held = json!({"error": "policy_denied", "approval_id": "apv_1"});
    assert!(!is_for_later(&spend(Recorded::json(403, held))));
}
