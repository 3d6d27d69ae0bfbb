//! Links that collect money: made, published, paid, owed back.

use codespar_proto::{
    Minor,
    collect::{
        CollectAddress, CollectDraft, CollectPayer, CollectState, CollectSurface,
        CreateCollectAttempt, CreateCollectLink, CreatePageAttempt, ListCollectLinks,
        NewCollectItem, PublishCollectLink, UpdateCollectLink,
    },
    testing::{Recorded, Replay},
    types::Patch,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

fn draft() -> CollectDraft {
    let items = vec![NewCollectItem::new("Bolo", 2, Minor::new(3_500))];
    CollectDraft::new("Encomenda 42", items, vec![CollectSurface::Page, CollectSurface::Agent], 3)
}

fn link() -> Value {
    json!({"id": "cl_1", "object": "collect_link", "state": "published", "environment": "test",
        "consumer_id": "con_1", "receiver": {"name": "Padaria Sol"}, "paid": false,
        "current_version": 1, "url": "https://pay.test/cl_1", "payer_prefilled": ["name"],
        "payer_document_masked": "***.444.777-**", "changed": true,
        "version": {"version": 1, "status": "published", "title": "Encomenda 42",
            "items": [{"name": "Bolo", "quantity": 2, "unit_amount_minor": 3500}],
            "total_minor": 7000, "currency": "BRL", "surfaces": ["page", "agent"],
            "due_in_days": 3, "payer_fields": {"name": "required", "contact": "off"},
            "usdc_price": "12.500000", "usdc_price_atomic": "12500000"},
        "agent": {"status": "refused", "refusal": {"code": "x", "message": "y", "http_status": 402},
            "usdc": {"price": "12.500000", "amount": "12500000", "payable": false}}})
}

fn short() -> Value {
    json!({"id": "cl_1", "state": "draft", "changed": false})
}

fn attempt() -> Value {
    json!({"id": "cla_1", "link_id": "cl_1", "version": 1, "surface": "whatsapp",
        "state": "issuing", "charge_id": null, "amount_minor": 7000, "currency": "BRL",
        "due_date": "2026-10-12", "expires_at": "2026-10-12T23:59:59Z", "replay": false,
        "superseded": "cla_0"})
}

#[test]
fn links_are_made_and_changed() {
    let address = CollectAddress::new("Rua A", "1", "Centro", "São Paulo", "SP", "01310-100");
    let payer = CollectPayer::default().name("Maria").document("11144477735").address(address);
    let args = CreateCollectLink::new("con_1", draft().usdc_price("12.500000".parse().unwrap()));
    let args = args.valid_until("2026-12-31T12:00:00Z").payer(payer);
    let text = told(Recorded::json(201, link()), |client| client.collect().links().create(&args));
    assert_snapshot!(text);
    let text = told(Recorded::json(200, short()), |client| client.collect().links().get("cl_1"));
    assert_snapshot!(text, @r#"
    GET /v1/collect/links/cl_1
    CollectLink {
        id: "cl_1",
        state: Some(Draft),
        payer_prefilled: [],
        changed: Some(false),
    }
    "#);
    let args = UpdateCollectLink::default().valid_until(Patch::Clear).consumer_id("con_2");
    let text =
        told(Recorded::json(200, short()), |client| client.collect().links().update("cl_1", &args));
    assert_snapshot!(text, @r#"
    PATCH /v1/collect/links/cl_1
    {"valid_until":null,"consumer_id":"con_2"}
    CollectLink {
        id: "cl_1",
        state: Some(Draft),
        payer_prefilled: [],
        changed: Some(false),
    }
    "#);
    let text = told(Recorded::json(200, short()), |client| {
        client.collect().links().put_draft("cl_1", &draft())
    });
    assert_snapshot!(text);
    let args = PublishCollectLink::default().confirm_usdc_price("12.500000".parse().unwrap());
    let text = told(Recorded::json(200, short()), |client| {
        client.collect().links().publish("cl_1", &args)
    });
    assert_snapshot!(text, @r#"
    POST /v1/collect/links/cl_1/publish
    {"confirm_usdc_price":"12.500000"}
    CollectLink {
        id: "cl_1",
        state: Some(Draft),
        payer_prefilled: [],
        changed: Some(false),
    }
    "#);
    let text = told(Recorded::json(200, short()), |client| client.collect().links().pause("cl_1"));
    assert_snapshot!(text, @r#"
    POST /v1/collect/links/cl_1/pause
    CollectLink {
        id: "cl_1",
        state: Some(Draft),
        payer_prefilled: [],
        changed: Some(false),
    }
    "#);
    let text = told(Recorded::json(200, short()), |client| client.collect().links().resume("cl_1"));
    assert_snapshot!(text, @r#"
    POST /v1/collect/links/cl_1/resume
    CollectLink {
        id: "cl_1",
        state: Some(Draft),
        payer_prefilled: [],
        changed: Some(false),
    }
    "#);
    let text =
        told(Recorded::json(200, short()), |client| client.collect().links().archive("cl_1"));
    assert_snapshot!(text, @r#"
    POST /v1/collect/links/cl_1/archive
    CollectLink {
        id: "cl_1",
        state: Some(Draft),
        payer_prefilled: [],
        changed: Some(false),
    }
    "#);
}

#[test]
fn links_are_listed_and_counted() {
    let args = ListCollectLinks::default().state(CollectState::Draft).limit(2).cursor("c");
    let text =
        told(Recorded::json(200, json!({"data": [short()], "next_cursor": "n"})), |client| {
            client.collect().links().list_page(&args)
        });
    assert_snapshot!(text, @r#"
    GET /v1/collect/links?before=c&limit=2&state=draft
    Page {
        items: [
            CollectLink {
                id: "cl_1",
                state: Some(Draft),
                payer_prefilled: [],
                changed: Some(false),
            },
        ],
        next: Some("n"),
    }
    "#);
    let stats = json!({"window": "30d", "currency": "BRL", "received_minor": 7000, "payments": 1,
        "previous_received_minor": null, "by_surface": {"page": 1, "whatsapp": 0},
        "links": [{"link_id": "cl_1", "received_minor": 7000, "attempts": 2, "paid": true}]});
    let text = told(Recorded::json(200, stats), |client| client.collect().links().stats());
    assert_snapshot!(text, @r#"
    GET /v1/collect/links/stats
    CollectStats {
        window: Some("30d"),
        currency: Some(Currency("BRL")),
        received_minor: Some(Minor(7000)),
        payments: Some(1),
        by_surface: Some(
            CollectBySurface {
                page: Some(1),
                whatsapp: Some(0),
            },
        ),
        links: [
            CollectLinkStats {
                link_id: Some("cl_1"),
                received_minor: Some(Minor(7000)),
                attempts: Some(2),
                paid: Some(true),
            },
        ],
    }
    "#);
    let receivers = json!({"object": "list", "environment": "test", "data": [
        {"consumer_id": "con_1", "label": "Padaria Sol", "eligible": true,
            "identity": "shared_sandbox", "reason": null}]});
    let text = told(Recorded::json(200, receivers), |client| client.collect().receivers());
    assert_snapshot!(text, @r#"
    GET /v1/collect/receivers
    [
        CollectReceiver {
            consumer_id: Some("con_1"),
            label: Some([redacted]),
            eligible: Some(true),
            identity: Some(SharedSandbox),
        },
    ]
    "#);
}

#[test]
fn attempts_are_issued_and_paid() {
    let payer = CollectPayer::default().name("Maria").contact("maria@shop.example");
    let args = CreateCollectAttempt::default().surface(CollectSurface::Whatsapp).payer(payer);
    let args = args.renew(true);
    let text = told(Recorded::json(201, attempt()), |client| {
        client.collect().attempts().create("cl_1", &args).idempotency_key("order-42")
    });
    assert_snapshot!(text, @r#"
    POST /v1/collect/links/cl_1/attempts
    idempotency-key: order-42
    {"surface":"whatsapp","payer":{"name":"Maria","contact":"maria@shop.example"},"renew":true}
    CollectAttempt {
        id: "cla_1",
        link_id: Some("cl_1"),
        version: Some(1),
        surface: Some(Whatsapp),
        state: Some(Issuing),
        amount_minor: Some(Minor(7000)),
        currency: Some(Currency("BRL")),
        due_date: Some("2026-10-12"),
        expires_at: Some(Timestamp("2026-10-12T23:59:59Z")),
        replay: Some(false),
        superseded: Some("cla_0"),
    }
    "#);
    let text = told(Recorded::json(200, json!({"data": [attempt()]})), |client| {
        client.collect().attempts().list("cl_1")
    });
    assert_snapshot!(text, @r#"
    GET /v1/collect/links/cl_1/attempts
    [
        CollectAttempt {
            id: "cla_1",
            link_id: Some("cl_1"),
            version: Some(1),
            surface: Some(Whatsapp),
            state: Some(Issuing),
            amount_minor: Some(Minor(7000)),
            currency: Some(Currency("BRL")),
            due_date: Some("2026-10-12"),
            expires_at: Some(Timestamp("2026-10-12T23:59:59Z")),
            replay: Some(false),
            superseded: Some("cla_0"),
        },
    ]
    "#);
    let artifact = json!({"id": "cla_1", "state": "open", "amount_minor": 7000,
        "copy_paste": "00020126SECRET", "qr_png_base64": "SECRET", "qr_mime_type": "image/png",
        "fallback_url": "https://pay.test/cl_1", "sent": false, "retry_after": 5});
    let text =
        told(Recorded::json(200, artifact), |client| client.collect().attempts().artifact("cla_1"));
    assert_snapshot!(text, @r#"
    GET /v1/collect/attempts/cla_1/artifact
    CollectArtifact {
        id: Some("cla_1"),
        state: Some(Open),
        amount_minor: Some(Minor(7000)),
        copy_paste: Some([redacted]),
        qr_png_base64: Some([redacted]),
        qr_mime_type: Some("image/png"),
        fallback_url: Some("https://pay.test/cl_1"),
        sent: Some(false),
        retry_after: Some(5),
    }
    "#);
    let paid = json!({"object": "collect_test_payment", "attempt_id": "cla_1",
        "amount_minor": 7000, "status": "PROCESSING", "end_to_end_id": null});
    let text =
        told(Recorded::json(200, paid), |client| client.collect().attempts().test_pay("cla_1"));
    assert_snapshot!(text, @r#"
    POST /v1/collect/attempts/cla_1/test-pay
    CollectTestPayment {
        object: Some("collect_test_payment"),
        attempt_id: Some("cla_1"),
        amount_minor: Some(Minor(7000)),
        status: Some("PROCESSING"),
    }
    "#);
}

#[test]
fn payments_and_what_is_owed_back() {
    let payment = json!({"id": "cp_1", "kind": "exception", "exception": "late", "rail": "pix",
        "amount_minor": 7000, "paid_at": "2026-10-13T00:00:00Z", "receipt": {"id": "crc_1",
            "document": {"v": 1, "amount_minor": 7000, "rail": "pix"}, "digest": "ab", "sig": "cd",
            "kid": "did:web:id.codespar.dev#1", "recipe": {}}});
    let text = told(Recorded::json(200, json!({"data": [payment]})), |client| {
        client.collect().payments().list("cl_1")
    });
    assert_snapshot!(text, @r#"
    GET /v1/collect/links/cl_1/payments
    [
        CollectPayment {
            id: Some("cp_1"),
            kind: Some(Exception),
            exception: Some(Late),
            amount_minor: Some(Minor(7000)),
            paid_at: Some(Timestamp("2026-10-13T00:00:00Z")),
            rail: Some(Pix),
            receipt: Some(
                CollectReceipt {
                    id: Some("crc_1"),
                    document: Some(
                        CollectReceiptDocument {
                            v: Some(1),
                            amount_minor: Some(Minor(7000)),
                            rail: Some(Pix),
                        },
                    ),
                    digest: Some("ab"),
                    sig: Some("cd"),
                    kid: Some("did:web:id.codespar.dev#1"),
                    recipe: Some(Json(object, 2 bytes)),
                },
            ),
        },
    ]
    "#);
    let refund = json!({"id": "crf_1", "payment_id": "cp_1", "reason": "late",
        "refund_method": "pix", "state": "awaiting_collector", "amount_minor": 7000,
        "decide_by": "2026-10-16T00:00:00Z"});
    let text = told(Recorded::json(200, json!({"data": [refund.clone()]})), |client| {
        client.collect().refunds().list("cl_1")
    });
    assert_snapshot!(text, @r#"
    GET /v1/collect/links/cl_1/refunds
    [
        CollectRefund {
            id: Some("crf_1"),
            payment_id: Some("cp_1"),
            reason: Some(Late),
            refund_method: Some(Pix),
            state: Some(AwaitingCollector),
            amount_minor: Some(Minor(7000)),
            decide_by: Some(Timestamp("2026-10-16T00:00:00Z")),
        },
    ]
    "#);
    let text =
        told(Recorded::json(200, refund), |client| client.collect().payments().honor("cp_1"));
    assert_snapshot!(text, @r#"
    POST /v1/collect/payments/cp_1/honor
    CollectRefund {
        id: Some("crf_1"),
        payment_id: Some("cp_1"),
        reason: Some(Late),
        refund_method: Some(Pix),
        state: Some(AwaitingCollector),
        amount_minor: Some(Minor(7000)),
        decide_by: Some(Timestamp("2026-10-16T00:00:00Z")),
    }
    "#);
}

#[test]
fn a_payer_sends_no_key() {
    let text = told(Recorded::json(200, json!({"receiver": {"name": "Padaria Sol"}})), |client| {
        client.collect().pages().get("cl_1")
    });
    assert_snapshot!(text, @"
    GET /v1/collect/cl_1
    (no credentials)
    Json(object, 35 bytes)
    ");
    let args = CreatePageAttempt::new("page-session-1").payer(CollectPayer::default().name("M"));
    let text = told(Recorded::json(200, attempt()), |client| {
        client.collect().pages().create_attempt("cl_1", &args)
    });
    assert_snapshot!(text, @r#"
    POST /v1/collect/cl_1/attempts
    (no credentials)
    {"page_session":"page-session-1","payer":{"name":"M"}}
    CollectPageAttempt {
        id: Some("cla_1"),
        state: Some(Issuing),
        surface: Some(Whatsapp),
        amount_minor: Some(Minor(7000)),
        currency: Some(Currency("BRL")),
        due_date: Some("2026-10-12"),
        expires_at: Some(Timestamp("2026-10-12T23:59:59Z")),
        replay: Some(false),
        extra: {
            "charge_id",
            "link_id",
            "superseded",
            "version",
        },
    }
    "#);
}

#[test]
fn a_success_that_says_nothing_is_none() {
    for status in [200, 201] {
        let replay = Replay::new().answer(Recorded::json(status, json!({"ok": true})));
        let error =
            client(&replay).collect().links().publish("cl_1", &PublishCollectLink::default());
        assert_eq!(error.send().unwrap_err().verdict().as_str(), "unknown");
    }
}

#[test]
fn a_list_is_followed_from_page_to_page() {
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"data": [short()], "next_cursor": "c 1"})))
        .answer(Recorded::json(200, json!({"data": [short()], "next_cursor": null})));
    let client = client(&replay);
    let links = client.collect().links().list(&ListCollectLinks::default());
    let ids: Vec<_> = links.map(|link| link.unwrap().id).collect();
    assert_eq!(ids, ["cl_1", "cl_1"]);
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>(), @"
    GET /v1/collect/links
    GET /v1/collect/links?before=c%201
    ");
}
