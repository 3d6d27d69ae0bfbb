//! Charges without a session, and money that is none.

use std::time::Duration;

use codespar_proto::{
    Buyer, ChargeMethod, CreateCharge, Currency, Json, Major, Minor, Verdict,
    charges::{ChargeRecord, ChargeSettlement, ChargeStatus, ListCharges},
    driver::TransportErrorKind,
    testing::{Recorded, Replay},
    types::ChargeReference,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

fn charge() -> Recorded {
    Recorded::json(
        200,
        json!({"id": "pay_81", "status": "PENDING", "local_status": "pending",
            "status_conflict": false, "method": "pix", "currency": "BRL", "amount": 125.5,
            "amount_minor": 12550, "due_date": null, "payable": true, "boleto_bar_code": null,
            "boleto_bank_line": null, "pix_copy_paste": "000201", "credit_correlation_armed": true,
            "payment_in_flight": false, "settlement": null, "issuance_unconfirmed": false,
            "branch": "0001"}),
    )
}

fn boleto() -> CreateCharge {
    CreateCharge::new("99.90".parse::<Major>().unwrap(), Currency::BRL, ChargeMethod::Boleto)
        .consumer_id("cons_1")
        .due_date("2026-12-31")
}

#[test]
fn a_buyer_is_charged_in_major_units() {
    let args = CreateCharge::new(Major::new(150), Currency::BRL, ChargeMethod::Pix)
        .description("Order 42")
        .buyer(Buyer::new("Maria Silva").document("11144477735"))
        .metadata(Json::parse_str(r#"{"shop":1}"#).unwrap());
    let text = told(charge(), |client| client.charges().create(&args));
    assert_snapshot!(text);
}

#[test]
fn a_charge_has_one_key() {
    let replay = Replay::new().answer(charge()).answer(charge());
    let charges = client(&replay).charges();
    charges.create(&boleto().idempotency_key("k1")).send().unwrap();
    charges.create(&boleto()).idempotency_key("k2").send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());

    let error = charges.create(&boleto()).send().unwrap_err();
    assert_eq!(error.field(), Some("idempotency_key"));
    let two = charges.create(&boleto().idempotency_key("k1")).idempotency_key("k2");
    assert_eq!(two.send().unwrap_err().field(), Some("idempotency_key"));
    replay.assert_done();
}

#[test]
fn a_charge_without_a_key_is_never_made_again() {
    let pix = CreateCharge::new(Major::new(150), Currency::BRL, ChargeMethod::Pix);
    let undated = CreateCharge::new(Major::new(150), Currency::BRL, ChargeMethod::Boleto);
    let undated = undated.consumer_id("cons_1");
    for args in [&pix, &pix.clone().due_date("2026-12-31"), &undated] {
        // A key would promise what the server does not keep.
        let replay = Replay::new();
        let charges = client(&replay).charges();
        let asked = charges.create(args).idempotency_key("order-42").send().unwrap_err();
        let told = charges.create(&args.clone().idempotency_key("k")).send().unwrap_err();
        for error in [asked, told] {
            assert_eq!(error.field(), Some("idempotency_key"));
            assert_eq!(error.verdict(), Verdict::NothingSent);
        }
        assert!(replay.requests().is_empty());

        let lost = Replay::new().fail(TransportErrorKind::Io);
        let mut call = client(&lost).charges().create(args);
        assert_eq!(call.key(), None);
        let error = call.send().unwrap_err();
        assert_eq!((error.attempts(), error.verdict()), (1, Verdict::Unknown));
        assert_eq!(lost.requests()[0].header("idempotency-key"), None);
    }
}

#[test]
fn a_dated_boleto_is_made_again_under_its_key() {
    let replay = Replay::new().fail(TransportErrorKind::Io).answer(charge());
    let mut call = client(&replay).charges().create(&boleto().idempotency_key("invoice-42"));
    assert_eq!(call.key(), Some("invoice-42"));
    call.send().unwrap();
    for request in replay.requests() {
        assert_eq!(request.header("idempotency-key"), Some("invoice-42"));
        assert!(sent(&request).contains(r#""idempotency_key":"invoice-42""#));
    }

    let replay = Replay::new().answer(charge());
    let mut call = client(&replay).charges().create(&boleto());
    let key = call.key().unwrap().to_owned();
    call.send().unwrap();
    assert_eq!(replay.requests()[0].header("idempotency-key"), Some(&*key));
}

fn record(members: serde_json::Value) -> ChargeRecord {
    serde_json::from_value(members).unwrap()
}

#[test]
fn what_is_paid_and_what_is_over_goes_by_precedence() {
    for (members, paid, over) in [
        (json!({"id": "a", "status": "PENDING"}), false, false),
        (json!({"id": "a", "status": "PROCESSING", "local_status": "pending"}), false, false),
        (json!({"id": "a", "status": "CONFIRMED"}), true, true),
        (json!({"id": "a", "status": "PENDING", "local_status": "settled"}), true, true),
        (json!({"id": "a", "status": "PENDING", "settlement": "confirmed"}), true, true),
        (json!({"id": "a", "status": "CANCELLED", "settlement": "confirmed"}), true, true),
        (json!({"id": "a", "status": "EXPIRED"}), false, true),
        (json!({"id": "a", "status": "PENDING", "local_status": "expired"}), false, true),
        (json!({"id": "a", "status": "CANCELLED"}), false, true),
        (json!({"id": "a", "status": "ERROR"}), false, true),
        (json!({"id": "a", "status": "SOMETHING_NEW"}), false, false),
        (json!({"id": "a", "status": "CONFIRMED", "issuance_unconfirmed": true}), false, false),
        (json!({"id": null, "status": "ERROR"}), false, false),
    ] {
        let charge = record(members.clone());
        assert_eq!((charge.is_paid(), charge.is_over()), (paid, over), "{members}");
    }
}

#[test]
fn a_charge_is_waited_for_until_it_is_over() {
    let stands = |status: &str| Recorded::json(200, json!({"id": "chg_1", "status": status}));
    let unconfirmed = json!({"error": {"code": "issuance_unconfirmed", "message": "soon"}});
    let replay = Replay::new()
        .answer(Recorded::json(409, unconfirmed))
        .answer(stands("PROCESSING"))
        .answer(stands("PENDING"))
        .answer(stands("CONFIRMED"));
    let charge = ChargeReference::from("chg_1");
    let paid = client(&replay).charges().settled(&charge).send().unwrap();
    assert!(paid.is_paid());
    assert_eq!(replay.elapsed(), Duration::from_secs(9));
    replay.assert_done();

    let replay = (0..3).fold(Replay::new(), |replay, _| replay.answer(stands("PENDING")));
    let wait = client(&replay).charges().settled(&charge).timeout(Duration::from_secs(5));
    let error = wait.send().unwrap_err();
    assert_eq!((error.operation(), error.is_timeout()), ("charges.settled", true));
    assert_eq!(error.last::<ChargeRecord>().unwrap().status, Some(ChargeStatus::Pending));
    // Nothing but reads: whatever happened to the charge, the wait has done nothing.
    assert_eq!(error.verdict(), Verdict::NothingSent);

    let gone = json!({"error": {"code": "charge_not_found", "message": "no"}});
    let replay = Replay::new().answer(stands("PENDING")).answer(Recorded::json(404, gone));
    let error = client(&replay).charges().settled(&charge).send().unwrap_err();
    assert_eq!(error.code(), Some("charge_not_found"));
    assert!(error.last::<ChargeRecord>().is_some() && error.is_refusal());
}

#[test]
fn charges_come_page_after_page() {
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"data": [{"id": "a"}], "next_cursor": "c 1"})))
        .answer(Recorded::json(200, json!({"data": [], "next_cursor": "c2"})))
        .answer(Recorded::json(200, json!({"data": [{"id": "b"}], "next_cursor": null})));
    let args = ListCharges::default()
        .status(ChargeStatus::Pending)
        .settlement(ChargeSettlement::Unconfirmable)
        .limit(2);
    let ids: Vec<_> = client(&replay).charges().list(&args).map(|row| row.unwrap().id).collect();
    assert_eq!(ids, [Some("a".to_owned()), Some("b".to_owned())]);
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/charges?limit=2&settlement=unconfirmable&status=PENDING
    GET /v1/charges?cursor=c%201&limit=2&settlement=unconfirmable&status=PENDING
    GET /v1/charges?cursor=c2&limit=2&settlement=unconfirmable&status=PENDING
    ");
}

#[test]
fn a_page_of_charges() {
    let answer = Recorded::json(200, json!({"data": [{"id": "a"}], "next_cursor": "c1"}));
    let text =
        told(answer, |client| client.charges().list_page(&ListCharges::default().cursor("c0")));
    assert_snapshot!(text, @r#"
    GET /v1/charges?cursor=c0
    Page {
        items: [
            ChargeRow {
                id: Some("a"),
            },
        ],
        next: Some("c1"),
    }
    "#);
}

#[test]
fn a_charge_is_looked_at_and_called_off() {
    let replay = Replay::new().answer(charge()).answer(charge());
    let charges = client(&replay).charges();
    charges.get("order-42").send().unwrap();
    charges.cancel("pay_81").send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/charges/order-42
    POST /v1/charges/pay_81/cancel
    ");
}

#[test]
fn test_projects_have_money_that_is_none() {
    let replay = Replay::new().answer(charge()).answer(charge());
    let money = client(&replay).test_money();
    money.pay_charge("order-42", None).send().unwrap();
    money.pay_charge("order-42", Some(Minor::new(1))).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    POST /v1/test/charges/order-42/pay
    {}
    POST /v1/test/charges/order-42/pay
    {"amount_minor":1}
    "#);
}
