//! Refunds on the Pix rail.

use codespar_proto::{
    Client, KeyUse, Minor, Stage, Verdict,
    devolutions::{CreateDevolution, Devolution, PaymentDirection},
    driver::TransportErrorKind,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, told};

fn refund() -> CreateDevolution {
    let payment = "E18236120202610241200s0123456789";
    CreateDevolution::new(payment, PaymentDirection::Outbound, "refund-42")
        .amount_minor(Minor::new(7_500))
        .reason("MD06")
        .description("One item missing")
}

fn answer(status: &str) -> Value {
    json!({"devolution_id": "dev_1", "status": status, "payment_direction": "outbound",
        "end_to_end_id": "E18236120202610241200s0123456789", "amount_minor": 7500,
        "currency": "BRL", "reason": "MD06", "client_code": "c1",
        "return_identification": "D18236120", "original_payment_id": null, "wallet_id": null,
        "charge_id": null, "failure_reason": null, "created_at": "2026-10-24T12:00:00Z",
        "settled_at": null, "idempotent_replay": false, "status_message": "sent"})
}

#[test]
fn a_refund_says_its_key_and_whose_money_it_is() {
    let text = told(Recorded::json(201, answer("accepted")), |client| {
        client.devolutions().create("con_1", &refund())
    });
    assert_snapshot!(text);
    assert!(!format!("{:?}", refund()).contains("missing"));
}

#[test]
fn a_refund_that_is_read() {
    let mut settled = answer("settled");
    settled["settled_at"] = json!("2026-10-24T12:01:00Z");
    settled["provider_truth"] = json!("statement");
    let text =
        told(Recorded::json(200, settled), |client| client.devolutions().get("con_1", "dev_1"));
    assert_snapshot!(text);
}

#[test]
fn only_what_the_statement_shows_is_settled() {
    for (status, verdict, is_over) in [
        ("pending", Verdict::Unknown, false),
        ("accepted", Verdict::Done(Stage::Dispatched), false),
        ("settled", Verdict::Done(Stage::Settled), true),
        ("failed", Verdict::Refused, true),
        ("uncertain", Verdict::Unknown, false),
        ("reversed", Verdict::Unknown, false),
    ] {
        let refund: Devolution = serde_json::from_value(answer(status)).unwrap();
        assert_eq!((refund.verdict(), refund.is_over()), (verdict, is_over), "{status}");
    }
}

/// Makes a refund, and never again.
fn once(client: &Client<Replay>) -> codespar_proto::Error {
    client.devolutions().create("con_1", &refund()).retries(0).send().unwrap_err()
}

#[test]
fn what_the_codes_of_refunds_say() {
    use KeyUse::{PersonDecides, Same};
    use Verdict::{Done, Refused, Unknown};
    for (status, code, verdict, key) in [
        (400, "amount_required", Refused, Same),
        (404, "devolution_source_not_found", Refused, Same),
        (409, "devolution_already_reversed", Unknown, PersonDecides),
        (409, "devolution_in_progress", Unknown, Same),
        (409, "idempotency_key_conflict", Unknown, PersonDecides),
        (409, "insufficient_funds", Refused, Same),
        (409, "devolution_ledger_exhausted", Unknown, PersonDecides),
        (409, "funding_source_unavailable", Refused, Same),
        (409, "devolution_correlation_unavailable", Refused, Same),
        (409, "devolution_ledger_unavailable", Refused, Same),
        (409, "devolution_charge_unsettled", Refused, Same),
        (409, "devolution_failed", Refused, PersonDecides),
        (409, "something_new", Unknown, Same),
        (422, "devolution_amount_exceeds_received", Refused, Same),
        (422, "devolution_refused", Refused, Same),
        (403, "org_paused", Refused, Same),
        (500, "wallet_reverse_failed", Done(Stage::Dispatched), Same),
        (500, "devolution_error", Unknown, Same),
        (502, "psp_dispatch_uncertain", Unknown, Same),
        (503, "statement_unavailable", Refused, Same),
        (503, "credential_unavailable", Refused, Same),
    ] {
        let body = json!({"error": {"code": code, "message": "no"}});
        let error = once(&client(&Replay::new().answer(Recorded::json(status, body))));
        assert_eq!((error.verdict(), error.key_use()), (verdict, key), "{status} {code}");
    }
    let lost = Replay::new().fail(TransportErrorKind::Io);
    assert_eq!(once(&client(&lost)).verdict(), Unknown);
}

#[test]
fn a_refund_is_repeated_under_its_key_alone() {
    let uncertain = json!({"error": {"code": "psp_dispatch_uncertain", "message": "no answer"}});
    let replay = Replay::new()
        .answer(Recorded::json(502, uncertain))
        .answer(Recorded::json(200, answer("accepted")));
    client(&replay).devolutions().create("con_1", &refund()).send().unwrap();
    let requests = replay.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["idempotency_key"], "refund-42");
        assert_eq!(body["payment_direction"], "outbound");
    }
    let mut call = client(&Replay::new()).devolutions().create("con_1", &refund());
    assert_eq!(call.key(), Some("refund-42"));
}
