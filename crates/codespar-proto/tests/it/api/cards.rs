//! Cards for agents.

use codespar_proto::{
    Verdict,
    cards::{CardAddress, CardDocument, CardHolder, CreateCard, ListCards},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

fn args() -> CreateCard {
    let document = CardDocument::new("CPF", "12345678909", "BR");
    let address = CardAddress::new("Rua Augusta 1", "São Paulo", "01305-000", "BR").state("SP");
    let holder = CardHolder::new("Maria Silva", "m@example.com", "1990-12-31", document, address);
    CreateCard::new("BR", "BRL", holder, "mdt_1")
}

fn card() -> serde_json::Value {
    json!({"id": "crd_1", "issuer": "pomelo", "card_id": "c", "last4": "4242", "network": "visa",
        "status": "active", "token_id": null, "cde": "not_ingested",
        "created_at": "2026-10-01T00:00:00Z"})
}

#[test]
fn a_card_is_issued_under_a_key() {
    let answer = json!({"state": "issued", "flow_id": "imf_1", "card": card()});
    let text = told(Recorded::json(201, answer), |client| {
        client.cards().create(&args()).idempotency_key("key-1")
    });
    assert_snapshot!(text);
    let shown = format!("{:?}", args());
    for hidden in ["Maria", "m@example", "1990", "123456", "Augusta", "01305"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
}

#[test]
fn a_card_may_wait_for_its_holder() {
    let flow = json!({"flow_id": "imf_1", "state": "pending", "issuer": "bridge", "reason": null,
        "kyc_url": "https://kyc.test/SESAME", "created_at": "2026-10-01T00:00:00Z", "card": null});
    let text = told(Recorded::json(202, flow.clone()), |client| {
        client.cards().create(&args()).idempotency_key("key-1")
    });
    assert!(!text.contains("SESAME"));
    assert_snapshot!(text);
    let read = |answer| {
        let replay = Replay::new().answer(Recorded::json(200, answer));
        client(&replay).cards().get("x").send().unwrap()
    };
    assert_eq!(read(flow).flow_id.as_deref(), Some("imf_1"));
    let issue = read(card());
    assert_eq!((issue.state, issue.card.unwrap().last4.as_deref()), (None, Some("4242")));
    let args = ListCards::default().consumer_id("cons_1").limit(2);
    let text =
        told(Recorded::json(200, json!({"cards": [card()]})), |client| client.cards().list(&args));
    assert_snapshot!(text, @r#"
    GET /v1/cards?consumer_id=cons_1&limit=2
    [
        Card {
            id: Some("crd_1"),
            issuer: Some(Pomelo),
            card_id: Some("c"),
            last4: Some("4242"),
            network: Some(Visa),
            status: Some(Active),
            vaulting: Some(NotIngested),
            created_at: Some(Timestamp("2026-10-01T00:00:00Z")),
        },
    ]
    "#);
}

#[test]
fn a_card_that_failed_late_is_asked_for_under_the_same_key() {
    let failed = |status, code: &str| {
        let body = json!({"error": {"code": code, "message": "no", "details": {}}});
        let replay = (0..4)
            .fold(Replay::new(), |replay, _| replay.answer(Recorded::json(status, body.clone())));
        let error = client(&replay).cards().create(&args()).send().unwrap_err();
        let keys: std::collections::BTreeSet<_> = replay
            .requests()
            .iter()
            .map(|sent| sent.header("idempotency-key").unwrap().to_owned())
            .collect();
        assert_eq!(keys.len(), 1, "one card, one key");
        error.verdict()
    };
    for (status, code, verdict) in [
        (409, "mandate_not_active", Verdict::Refused),
        (409, "idempotency_key_conflict", Verdict::Unknown),
        (502, "issuer_ingest_failed", Verdict::Unknown),
        (502, "issuer_mint_failed", Verdict::Unknown),
        (500, "issuer_card_unknown", Verdict::Unknown),
    ] {
        assert_eq!(failed(status, code), verdict, "{code}");
    }
}
