//! Charges without a session, and money that is none.

use codespar_proto::{
    Buyer, ChargeMethod, ChargeSettlement, ChargeStatus, CreateCharge, Currency, Json, ListCharges,
    Major, Minor,
    testing::{Recorded, Replay},
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
    let text = told(charge(), |client| client.charges().create(&args).idempotency_key("order-42"));
    assert_snapshot!(text, @r#"
    POST /v1/charges
    idempotency-key: order-42
    {"amount":150,"currency":"BRL","method":"pix","description":"Order 42","buyer":{"name":"Maria Silva","document":"11144477735"},"metadata":{"shop":1}}
    ChargeRecord {
        id: Some("pay_81"),
        status: Some(Pending),
        local_status: Some(Pending),
        status_conflict: Some(false),
        method: Some(Pix),
        currency: Some(Currency("BRL")),
        amount: Some(Major(125.5)),
        amount_minor: Some(Minor(12550)),
        payable: Some(true),
        pix_copy_paste: Some([redacted]),
        credit_correlation_armed: Some(true),
        payment_in_flight: Some(false),
        issuance_unconfirmed: Some(false),
        extra: {
            "branch",
        },
    }
    "#);
}

#[test]
fn a_charge_has_one_key() {
    let replay = Replay::new().answer(charge()).answer(charge());
    let charges = client(&replay).charges();
    charges.create(&boleto().idempotency_key("k1")).send().unwrap();
    charges.create(&boleto()).idempotency_key("k2").send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    POST /v1/charges
    idempotency-key: k1
    {"amount":99.9,"currency":"BRL","method":"boleto","consumer_id":"cons_1","due_date":"2026-12-31","idempotency_key":"k1"}
    POST /v1/charges
    idempotency-key: k2
    {"amount":99.9,"currency":"BRL","method":"boleto","consumer_id":"cons_1","due_date":"2026-12-31"}
    "#);

    let error = charges.create(&boleto()).send().unwrap_err();
    assert_eq!(error.field(), Some("idempotency_key"));
    let two = charges.create(&boleto().idempotency_key("k1")).idempotency_key("k2");
    assert_eq!(two.send().unwrap_err().field(), Some("idempotency_key"));
    replay.assert_done();
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
    let text = told(answer, |client| client.charges().page(&ListCharges::default().cursor("c0")));
    assert_snapshot!(text, @r#"
    GET /v1/charges?cursor=c0
    Page {
        items: [
            ChargeRecord {
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
    let ok = || Recorded::json(200, json!({"ok": true}));
    let replay =
        Replay::new().answer(ok()).answer(ok()).answer(ok()).answer(charge()).answer(charge());
    let money = client(&replay).test_money();
    let free = Json::parse_str(r#"{"free":1}"#).unwrap();
    money.fund("sbx_prj_1", Minor::new(100_000)).send().unwrap();
    money.pix_in(&free).send().unwrap();
    money.settle_pix_in(&free).send().unwrap();
    money.pay_charge("order-42", None).send().unwrap();
    money.pay_charge("order-42", Some(Minor::new(1))).send().unwrap();
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @r#"
    POST /v1/test/fund
    {"consumer_id":"sbx_prj_1","amount_minor":100000}
    POST /v1/test/pix-in
    {"free":1}
    POST /v1/test/settle-pix-in
    {"free":1}
    POST /v1/test/charges/order-42/pay
    {}
    POST /v1/test/charges/order-42/pay
    {"amount_minor":1}
    "#);
}
