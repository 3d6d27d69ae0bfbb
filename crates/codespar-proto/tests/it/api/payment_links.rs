//! Payment links: in major units they go, in minor and atomic ones they come back.

use codespar_proto::{
    payment_links::{
        CreatePaymentLink, ListPaymentLinkPayments, NewPaymentLinkRail, PaymentLinkPayment,
        PaymentLinkPix, UpdatePaymentLink,
    },
    testing::{Recorded, Replay},
    types::Patch,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

fn link() -> Value {
    json!({"id": "pl_1", "slug": "e-book", "title": "E-book", "environment": "test",
        "pay_url": null, "gateway_unavailable_reason": "gateway_origin_not_configured",
        "accepts": [{"rail": "x402", "currency": "USDC", "amount_atomic": "9900000",
                "pay_to": "0xSECRET", "pay_to_kind": "byo"},
            {"rail": "pix", "currency": "BRL", "amount_minor": 4990, "pix_key": "SECRET"}],
        "status": "active", "one_time": true, "use_count": 0, "active": true})
}

#[test]
fn payment_links() {
    let rails = vec![
        NewPaymentLinkRail::x402_to("9.90".parse().unwrap(), "0xSECRET"),
        NewPaymentLinkRail::pix_to(
            "49.90".parse().unwrap(),
            PaymentLinkPix::default().key("loja@shop.example"),
        ),
    ];
    let args = CreatePaymentLink::new("E-book", rails).slug("e-book").one_time(true).max_uses(1);
    let args = args.expires_at("2026-12-31T12:00:00Z").metadata(json!({"a": 1}));
    let text = told(Recorded::json(201, link()), |client| client.payment_links().create(&args));
    assert_snapshot!(text);
    let text = told(Recorded::json(200, json!({"payment_links": [{"id": "pl_1"}]})), |client| {
        client.payment_links().list()
    });
    assert_snapshot!(text, @r#"
    GET /v1/payment-links
    [
        PaymentLink {
            id: "pl_1",
            accepts: [],
        },
    ]
    "#);
    let text = told(Recorded::json(200, json!({"id": "pl_1"})), |client| {
        client.payment_links().get("pl_1")
    });
    assert_snapshot!(text, @r#"
    GET /v1/payment-links/pl_1
    PaymentLink {
        id: "pl_1",
        accepts: [],
    }
    "#);
    let args = UpdatePaymentLink::default().active(false).description(Patch::Clear);
    let text = told(Recorded::json(200, json!({"id": "pl_1"})), |client| {
        client.payment_links().update("pl_1", &args)
    });
    assert_snapshot!(text, @r#"
    PATCH /v1/payment-links/pl_1
    {"description":null,"active":false}
    PaymentLink {
        id: "pl_1",
        accepts: [],
    }
    "#);
    let text =
        told(Recorded::json(204, json!(null)), |client| client.payment_links().delete("pl_1"));
    assert_snapshot!(text, @"
    DELETE /v1/payment-links/pl_1
    ()
    ");
    let stats = json!({"window": "30d", "payments": 3,
        "received": [{"currency": "BRL", "amount_minor": "4990", "previous_amount_minor": null}],
        "by_surface": {"agent_x402": 1, "agent_pix": 0, "page": 2, "whatsapp": 0},
        "links": [{"link_id": "pl_1", "payments": 3, "agent_payments": 1,
            "volume": [{"currency": "USDC", "amount_minor": "9900000"}]}]});
    let text = told(Recorded::json(200, stats), |client| client.payment_links().stats());
    assert_snapshot!(text, @r#"
    GET /v1/payment-links/stats
    PaymentLinkStats {
        window: Some("30d"),
        received: [
            PaymentLinkReceived {
                currency: Some(Currency("BRL")),
                amount_minor: Some("4990"),
            },
        ],
        payments: Some(3),
        by_surface: Some(
            PaymentLinkSurfaces {
                agent_x402: Some(1),
                agent_pix: Some(0),
                page: Some(2),
                whatsapp: Some(0),
            },
        ),
        links: [
            PaymentLinkTotals {
                link_id: Some("pl_1"),
                payments: Some(3),
                agent_payments: Some(1),
                volume: [
                    PaymentLinkVolume {
                        currency: Some(Currency("USDC")),
                        amount_minor: Some("9900000"),
                    },
                ],
            },
        ],
    }
    "#);
    let payment = json!({"id": "lpm_1", "surface": "agent_x402", "rail": "x402",
        "currency": "USDC", "amount_minor": "9900000", "payer": {"kind": "agent", "label": null},
        "txid": "0xabc", "settled_at": "2026-10-02T13:06:00Z"});
    let args = ListPaymentLinkPayments::default().limit(100).cursor("c");
    let text =
        told(Recorded::json(200, json!({"payments": [payment], "next_before": "n"})), |client| {
            client.payment_links().payments_page("pl_1", &args)
        });
    assert_snapshot!(text, @r#"
    GET /v1/payment-links/pl_1/payments?before=c&limit=100
    Page {
        items: [
            PaymentLinkPayment {
                id: Some("lpm_1"),
                surface: Some(AgentX402),
                rail: Some(X402),
                currency: Some(Currency("USDC")),
                amount_minor: Some("9900000"),
                payer: Some(
                    PaymentLinkPayer {
                        kind: Some(Agent),
                    },
                ),
                txid: Some("0xabc"),
                settled_at: Some(Timestamp("2026-10-02T13:06:00Z")),
            },
        ],
        next: Some("n"),
    }
    "#);
}

#[test]
fn an_amount_is_read_by_its_currency() {
    let amount = |currency: &str, amount: &str| {
        let payment = json!({"currency": currency, "amount_minor": amount});
        let payment: PaymentLinkPayment = serde_json::from_value(payment).unwrap();
        payment.amount().map(|amount| amount.to_string())
    };
    assert_eq!(amount("BRL", "4990").as_deref(), Some("49.90"));
    assert_eq!(amount("USDC", "9900000").as_deref(), Some("9.900000"));
    for (currency, text) in [("EUR", "1"), ("BRL", "1.5"), ("BRL", "x"), ("USDC", "")] {
        assert_eq!(amount(currency, text), None, "{currency} {text}");
    }
}

#[test]
fn payments_are_followed_from_page_to_page() {
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"payments": [{"id": "a"}], "next_before": "n"})))
        .answer(Recorded::json(200, json!({"payments": [{"id": "b"}], "next_before": null})));
    let client = client(&replay);
    let payments = client.payment_links().payments("pl_1", &ListPaymentLinkPayments::default());
    let ids: Vec<_> = payments.map(|payment| payment.unwrap().id.unwrap()).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/payment-links/pl_1/payments
    GET /v1/payment-links/pl_1/payments?before=n
    ");
}
