//! A payment under a mandate as one thing: what it sends, in which order, and how it ends.

use std::time::Duration;

use codespar_proto::{
    Error, ErrorKind, Json, KeyUse, Minor, Stage, Verdict,
    approvals::ApprovalRecord,
    driver::TransportErrorKind,
    mandates::{GovernedSpend, MandateRecord, PaymentArgs, SpendArgs, SpendOutcome, SpendQuote},
    testing::{Recorded, Replay, refusal},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent};

const WAIT: Duration = Duration::from_secs(60);

fn args() -> SpendArgs {
    let (amount, payee) = (Minor::new(5_000), "seller@example.com");
    SpendArgs::new("att_1", amount, payee).quote(SpendQuote::new(
        "Seller",
        "invoice 42",
        amount,
        payee,
    ))
}

fn payment() -> GovernedSpend {
    GovernedSpend::new("mdt_1", args()).honours_attempts(true)
}

fn mandate(status: &str, org_paused: Value) -> Recorded {
    Recorded::json(200, json!({"id": "mdt_1", "status": status, "org_paused": org_paused}))
}

fn open() -> Replay {
    Replay::new().answer(mandate("active", json!(false)))
}

fn spent(is_replay: bool) -> Recorded {
    Recorded::json(
        200,
        json!({"status": "completed", "payment": {"transactionId": "tx_1"},
            "receipt": {"id": "rcpt_1", "state": "paid"}, "attempt_id": "att_1",
            "idempotent_replay": is_replay}),
    )
}

fn receipt() -> Recorded {
    Recorded::json(200, json!({"receipt_id": "rcpt_1", "state": "paid"}))
}

fn failed(status: u16, code: &str) -> Recorded {
    Recorded::json(status, json!({"error": {"code": code, "message": "no"}}))
}

fn held() -> Recorded {
    Recorded::json(
        403,
        json!({"error": "approval_required", "approval_id": "apv_1", "attempt_id": "att_1",
            "expires_at": "2026-10-08T12:00:00Z", "payment_state": "awaiting_approval"}),
    )
}

fn approval(status: &str) -> Recorded {
    Recorded::json(200, json!({"approval_id": "apv_1", "approval_status": status}))
}

fn pay(replay: &Replay, payment: &GovernedSpend) -> Result<SpendOutcome, Error> {
    let outcome = client(replay).mandates().pay(payment).send();
    replay.assert_done();
    outcome
}

fn look_up(replay: &Replay, payment: &GovernedSpend) -> Result<SpendOutcome, Error> {
    let outcome = client(replay).mandates().look_up(payment).send();
    replay.assert_done();
    outcome
}

/// The outcome in a few words, and the requests in as many lines.
fn told(outcome: &SpendOutcome) -> String {
    let kind = outcome.as_str().replace('_', " ");
    let code = outcome.error().and_then(Error::code).unwrap_or("-");
    format!("{kind}: {} {} {code}", outcome.verdict(), outcome.key_use().as_str())
}

fn routes(replay: &Replay) -> String {
    let line = |sent: &codespar_proto::testing::Sent| {
        format!("{} {}", sent.method, sent.uri.path().trim_start_matches("/v1/"))
    };
    replay.requests().iter().map(line).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_payment_is_made_between_a_look_at_its_mandate_and_one_at_its_receipt() {
    let replay = open().answer(spent(false)).answer(receipt());
    let outcome = pay(&replay, &payment()).unwrap();
    assert_eq!(told(&outcome), "settled: settled same -");
    assert_eq!(outcome.verdict(), Verdict::Done(Stage::Settled));
    let paid = outcome.paid().unwrap();
    assert_eq!(paid.receipt.as_ref().unwrap().receipt_id.as_deref(), Some("rcpt_1"));
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());

    let replay = open().answer(spent(true));
    let outcome = pay(&replay, &payment().without_receipt()).unwrap();
    assert_eq!(told(&outcome), "replayed: settled same -");
    assert!(outcome.paid().unwrap().receipt.is_none());

    // A receipt that is not there yet takes nothing from the payment.
    let replay = open().answer(spent(false)).answer(failed(404, "receipt_not_found"));
    let outcome = pay(&replay, &payment()).unwrap();
    assert_eq!(told(&outcome), "settled: settled same -");
    assert!(outcome.paid().unwrap().receipt_error.is_some());
}

#[test]
fn a_mandate_in_hand_pays_in_the_same_way() {
    let envelope = Json::parse_str(r#"{"format_version":4}"#).unwrap();
    let args = PaymentArgs::new(envelope, "00ff", "food", "att_1", Minor::new(5_000), "k");
    let replay = open().answer(spent(false)).answer(receipt());
    let payment = GovernedSpend::signed("mdt_1", args);
    assert_eq!(payment.attempt_id(), "att_1");
    let outcome = pay(&replay, &payment).unwrap();
    assert_eq!(told(&outcome), "settled: settled same -");
    assert_eq!(
        routes(&replay),
        "GET mandates/mdt_1, POST consumer-payments/execute, GET consumers/receipts/rcpt_1"
    );
}

/// What is looked at is what is paid under.
#[test]
fn a_signed_mandate_that_is_another_is_refused_before_anything_is_sent() {
    let signed = |mandate: &str| {
        let envelope = Json::parse_str(mandate).unwrap();
        let args = PaymentArgs::new(envelope, "00ff", "food", "att_1", Minor::new(5_000), "k");
        GovernedSpend::signed("mdt_1", args).honours_attempts(true).without_receipt()
    };
    for mandate in [r#"{"id":"mdt_2"}"#, r#"{"id":""}"#, r#"{"id":7}"#, r#"{"id":["mdt_1"]}"#] {
        let payment = signed(mandate);
        assert_eq!(payment.check().unwrap_err().field(), Some("mandate.id"));
        for outcome in [pay(&Replay::new(), &payment), look_up(&Replay::new(), &payment)] {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("mandate.id")));
            assert_eq!(error.verdict(), Verdict::NothingSent);
        }
    }
    for mandate in [r#"{"id":"mdt_1"}"#, r#"{"id":null}"#, "{}"] {
        let replay = open().answer(spent(false));
        assert_eq!(told(&pay(&replay, &signed(mandate)).unwrap()), "settled: settled same -");
    }
}

#[test]
fn a_quote_that_is_about_another_payment_is_refused_before_anything_is_sent() {
    let quote = |minor, payee: &str| SpendQuote::new("Seller", "r", Minor::new(minor), payee);
    for (args, field) in [
        (args().quote(quote(5_001, "seller@example.com")), "quote.price_minor"),
        (args().quote(quote(5_000, "other@example.com")), "quote.payee"),
        (SpendArgs::new("", Minor::new(1), "k"), "attempt_id"),
    ] {
        let payment = GovernedSpend::new("mdt_1", args).honours_attempts(true);
        for outcome in [pay(&Replay::new(), &payment), look_up(&Replay::new(), &payment)] {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)));
            assert_eq!(error.verdict(), Verdict::NothingSent);
        }
    }
    let nameless = GovernedSpend::new("", args());
    assert_eq!(pay(&Replay::new(), &nameless).unwrap_err().field(), Some("mandate_id"));
    let mandates = client(&Replay::new()).mandates();
    for keyed in [mandates.pay(&payment()), mandates.look_up(&payment())] {
        let error = keyed.idempotency_key("k").send().unwrap_err();
        assert_eq!(error.field(), Some("idempotency_key"));
    }
}

#[test]
fn only_an_active_mandate_of_an_organization_that_goes_on_is_paid_under() {
    for (status, org_paused) in [
        ("paused", json!(false)),
        ("revoked", json!(false)),
        ("expired", json!(false)),
        ("new_status", json!(false)),
        ("active", json!(true)),
        ("active", json!(null)),
    ] {
        let replay = Replay::new().answer(mandate(status, org_paused.clone()));
        let error = pay(&replay, &payment()).unwrap_err();
        assert_eq!(error.field(), Some("mandate_id"), "{status} {org_paused}");
        assert_eq!((error.verdict(), error.operation()), (Verdict::NothingSent, "mandates.pay"));
        assert_eq!(error.last::<MandateRecord>().unwrap().id.as_deref(), Some("mdt_1"));
        assert_eq!(routes(&replay), "GET mandates/mdt_1");
    }
    let replay = Replay::new().answer(failed(404, "mandate_not_found"));
    let error = pay(&replay, &payment()).unwrap_err();
    assert_eq!((error.code(), error.verdict()), (Some("mandate_not_found"), Verdict::Refused));
    let replay = Replay::new().answer(Recorded::json(200, json!({"id": "mdt_1"})));
    assert_eq!(pay(&replay, &payment()).unwrap_err().field(), Some("mandate_id"));
}

#[test]
fn every_end_of_a_first_presentation_has_the_verdict_of_its_error() {
    for (answer, expected) in [
        (failed(403, "policy_denied"), "not moved: refused same policy_denied"),
        (failed(422, "psp_refused"), "not moved: refused same psp_refused"),
        (failed(409, "insufficient_funds"), "not moved: refused same insufficient_funds"),
        (failed(502, "psp_dispatch_failed"), "not moved: refused same psp_dispatch_failed"),
        (failed(409, "psp_attempt_conflict"), "not moved: refused spent psp_attempt_conflict"),
        (held(), "held: held same approval_required"),
        (failed(409, "psp_attempt_in_flight"), "unknown: unknown same psp_attempt_in_flight"),
        (failed(409, "psp_attempt_uncertain"), "unknown: unknown same psp_attempt_uncertain"),
        (failed(502, "psp_dispatch_uncertain"), "unknown: unknown same psp_dispatch_uncertain"),
        (failed(409, "attempt_id_conflict"), "unknown: unknown person_decides attempt_id_conflict"),
        (failed(500, "internal_error"), "unknown: unknown same internal_error"),
        (Recorded::json(200, json!({"status": "pending"})), "unknown: unknown same -"),
        (Recorded::json(200, json!({"new": 1})), "unknown: unknown same -"),
    ] {
        let replay = open().answer(answer);
        let outcome = pay(&replay, &payment()).unwrap();
        assert_eq!(told(&outcome), expected);
        assert_eq!(Some(outcome.verdict()), outcome.error().map(Error::verdict));
    }
    let replay = open().fail(TransportErrorKind::Io);
    let outcome = pay(&replay, &payment().patience(WAIT)).unwrap();
    assert_eq!(told(&outcome), "unknown: unknown same -");
    let replay = (0..3).fold(open(), |replay, _| replay.fail(TransportErrorKind::Connect));
    assert_eq!(pay(&replay, &payment()).unwrap_err().verdict(), Verdict::NothingSent);
}

#[test]
fn a_payment_that_is_held_is_presented_again_once_a_person_has_approved() {
    let replay = open()
        .answer(held())
        .answer(approval("pending"))
        .fail(TransportErrorKind::Connect)
        .fail(TransportErrorKind::Connect)
        .fail(TransportErrorKind::Connect)
        .answer(approval("approved"))
        .answer(failed(409, "psp_attempt_in_flight"))
        .answer(spent(true))
        .answer(receipt());
    let outcome = pay(&replay, &payment().patience(WAIT)).unwrap();
    assert_eq!(told(&outcome), "settled: settled same -");
    let spend = "POST consumers/mandates/mdt_1/spend";
    assert_eq!(routes(&replay).matches(spend).count(), 3);
    let bodies: Vec<_> = replay.requests().into_iter().filter(|it| it.method == "POST").collect();
    assert!(bodies.iter().all(|it| it.body == bodies[0].body));
}

#[test]
fn a_decision_against_a_payment_and_one_that_never_comes() {
    for (status, expected) in [
        ("denied", "not moved: refused same denied"),
        ("expired", "not moved: refused same expired"),
        ("execution_failed", "unknown: unknown same execution_failed"),
    ] {
        let replay = open().answer(held()).answer(approval(status));
        let outcome = pay(&replay, &payment().patience(WAIT)).unwrap();
        assert_eq!(told(&outcome), expected);
        let error = outcome.error().unwrap();
        assert_eq!(error.operation(), "mandates.spend");
        assert!(error.last::<ApprovalRecord>().is_some());
        assert_eq!(outcome.approval().unwrap().id, "apv_1");
    }
    // Looks after 3, 6 and 9 seconds; the next would be too late.
    let looks = (0..3).fold(open().answer(held()), |all, _| all.answer(approval("pending")));
    let outcome = pay(&looks, &payment().patience(Duration::from_secs(11))).unwrap();
    assert_eq!(told(&outcome), "held: held same approval_required");
    assert_eq!(looks.elapsed(), Duration::from_secs(9));
    // A look that is refused says nothing of the payment.
    let replay = open().answer(held()).answer(failed(404, "approval_not_found"));
    let outcome = pay(&replay, &payment().patience(WAIT)).unwrap();
    assert_eq!(told(&outcome), "held: held same approval_required");
}

/// A status that nobody knows here is waited with, and it is not said to be held.
#[test]
fn an_approval_that_stands_in_no_known_way_leaves_it_unknown() {
    let patient = |seconds| payment().patience(Duration::from_secs(seconds));
    let replay = open().answer(held()).answer(approval("escalated"));
    let outcome = pay(&replay, &patient(5)).unwrap();
    assert_eq!(told(&outcome), "unknown: unknown same escalated");
    assert_eq!(outcome.approval().unwrap().id, "apv_1");
    let record = outcome.error().unwrap().last::<ApprovalRecord>().unwrap();
    assert_eq!((record.verdict(), record.is_decided()), (Verdict::Unknown, false));

    // A look that fails afterwards makes it no clearer; one that succeeds does.
    let replay = open()
        .answer(held())
        .answer(approval("escalated"))
        .answer(failed(404, "approval_not_found"));
    assert_eq!(told(&pay(&replay, &patient(60)).unwrap()), "unknown: unknown same escalated");
    let replay = open().answer(held()).answer(approval("escalated")).answer(approval("pending"));
    assert_eq!(told(&pay(&replay, &patient(8)).unwrap()), "held: held same approval_required");
    let replay = open().answer(held()).answer(approval("escalated")).answer(approval("denied"));
    assert_eq!(told(&pay(&replay, &patient(60)).unwrap()), "not moved: refused same denied");
    let replay = open()
        .answer(held())
        .answer(approval("escalated"))
        .answer(approval("approved"))
        .answer(spent(true));
    let outcome = pay(&replay, &patient(60).without_receipt()).unwrap();
    assert_eq!(told(&outcome), "settled: settled same -");
}

#[test]
fn where_it_is_not_known_that_a_second_presentation_is_no_second_payment_there_is_none() {
    let unsaid = GovernedSpend::new("mdt_1", args()).patience(WAIT);
    let replay = open().answer(held()).answer(approval("approved"));
    let outcome = pay(&replay, &unsaid).unwrap();
    assert_eq!(told(&outcome), "unknown: unknown same approved");
    let error = look_up(&Replay::new(), &unsaid).unwrap_err();
    assert_eq!(error.field(), Some("honours_attempts"));
}

#[test]
fn a_look_up_presents_the_same_payment_until_it_is_known() {
    let replay = Replay::new().answer(spent(true)).answer(receipt());
    let outcome = look_up(&replay, &payment()).unwrap();
    // Nobody else has paid it: it was presented before.
    assert_eq!(told(&outcome), "settled: settled same -");
    let expected = "POST consumers/mandates/mdt_1/spend, GET consumers/receipts/rcpt_1";
    assert_eq!(routes(&replay), expected);

    let replay = Replay::new()
        .answer(failed(409, "psp_attempt_in_flight"))
        .fail(TransportErrorKind::Io)
        .answer(failed(429, "rate_limited").header("retry-after", "20"))
        .answer(failed(502, "psp_dispatch_failed"))
        .answer(failed(409, "psp_attempt_conflict"));
    let outcome = look_up(&replay, &payment().patience(WAIT)).unwrap();
    assert_eq!(told(&outcome), "not moved: refused spent psp_attempt_conflict");
    assert_eq!(outcome.key_use(), KeyUse::Spent);
    assert_eq!(replay.elapsed(), Duration::from_secs(3 + 3 + 20 + 3));

    let replay = Replay::new().answer(failed(409, "psp_attempt_in_flight"));
    let outcome = look_up(&replay, &payment()).unwrap();
    assert_eq!(told(&outcome), "unknown: unknown same psp_attempt_in_flight");
    let replay = Replay::new().answer(held()).answer(approval("approved")).answer(spent(true));
    let held_before = payment().patience(WAIT).without_receipt();
    assert_eq!(told(&look_up(&replay, &held_before).unwrap()), "settled: settled same -");
}

#[test]
fn a_look_up_that_is_refused_does_not_undo_what_was_presented_before() {
    for (answer, expected) in [
        (failed(403, "policy_denied"), "unknown: unknown same policy_denied"),
        (failed(401, "unauthorized"), "unknown: unknown same unauthorized"),
        (
            failed(409, "attempt_id_unavailable"),
            "unknown: unknown person_decides attempt_id_unavailable",
        ),
    ] {
        // There is no point in asking again for what will not pass.
        let replay = Replay::new().answer(answer);
        let outcome = look_up(&replay, &payment().patience(WAIT)).unwrap();
        assert_eq!(told(&outcome), expected);
    }
    let replay = (0..3).fold(Replay::new(), |all, _| all.fail(TransportErrorKind::Connect));
    let outcome = look_up(&replay, &payment()).unwrap();
    assert_eq!(told(&outcome), "unknown: unknown same -");
    assert!(outcome.error().unwrap().may_have_been_sent());
}

#[test]
fn who_cancels_is_told_what_is_known() {
    let replay = Replay::new();
    let mut call = client(&replay).mandates().pay(&payment());
    call.cancel_handle().cancel();
    let error = call.send().unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Canceled, Verdict::NothingSent));
    let mut call = client(&replay).mandates().look_up(&payment().patience(WAIT));
    call.cancel_handle().cancel();
    let outcome = call.send().unwrap();
    assert_eq!(told(&outcome), "unknown: unknown same -");
    assert_eq!(outcome.error().unwrap().kind(), ErrorKind::Canceled);
}

#[test]
fn a_payment_that_was_presented_elsewhere_has_an_outcome_as_well() {
    let spend: codespar_proto::mandates::Spend =
        serde_json::from_value(json!({"status": "completed"})).unwrap();
    assert_eq!(told(&SpendOutcome::of(Ok(spend)).unwrap()), "settled: settled same -");
    let outcome = SpendOutcome::of(Err(refusal(422, "psp_refused", "no"))).unwrap();
    assert_eq!(told(&outcome), "not moved: refused none psp_refused");
    let none = SpendArgs::new("", Minor::new(1), "k");
    let error = client(&Replay::new()).mandates().spend("m", &none).send();
    assert_eq!(SpendOutcome::of(error).unwrap_err().field(), Some("attempt_id"));
}

#[test]
fn nothing_about_people_is_shown() {
    let shown = format!("{:?}", payment());
    assert!(shown.contains("att_1") && !shown.contains("seller@"), "{shown}");
    let replay = open().answer(held());
    let shown = format!("{:?}", pay(&replay, &payment()).unwrap());
    assert!(!shown.contains("seller@"), "{shown}");
}
