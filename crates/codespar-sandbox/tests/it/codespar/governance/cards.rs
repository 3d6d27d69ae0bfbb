//! Cards: issued once per key, and bound to a mandate.

use std::time::Duration;

use codespar_sandbox::{EffectKind, Sandbox};
use serde_json::{Value, json};

use super::{is, refused, text};
use crate::support::{bench, consent::mandate, managed};

fn asked(mandate: &str, country: &str, currency: &str) -> Value {
    json!({
        "country": country, "currency": currency, "mandate_id": mandate,
        "holder": {
            "full_name": "Maria", "email": "m@x.test", "birthdate": "1990-12-31",
            "document": { "type": "CPF", "value": "1", "issuing_country": "BR" },
            "address": {
                "line1": "R", "city": "C", "postal_code": "0", "country": country,
                "street_number": "7", "municipality": "3550308",
            },
        },
    })
}

#[test]
fn one_key_is_one_card() {
    let bench = managed().with("idempotency-key", "k-1");
    let mandate = mandate(&bench);
    let body = asked(&mandate, "BR", "BRL");
    let first = bench.post("/v1/cards", body.clone());
    assert_eq!((first.status, &first.body["state"]), (201, &json!("issued")));
    let again = bench.post("/v1/cards", body.clone());
    assert_eq!((again.status, &again.body), (200, &first.body));
    let mut other = body.clone();
    other["holder"]["full_name"] = json!("João");
    assert_eq!(refused(&bench.post("/v1/cards", other)), is(409, "idempotency_key_conflict"));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Card), 1);
    assert_eq!(bench.sandbox.effects().count_with_key("k-1"), 1);
    // Without a key each request is a card.
    let bench = bench.without("idempotency-key");
    assert_eq!(bench.post("/v1/cards", body).status, 201);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Card), 2);
    let cards = bench.get("/v1/cards?consumer_id=c1").body["cards"].clone();
    assert_eq!(cards.as_array().unwrap().len(), 2);
    assert_eq!(bench.get("/v1/cards?consumer_id=c2").body["cards"], json!([]));
    let card = bench.get(&format!("/v1/cards/{}", text(&cards[1]["id"]))).body;
    assert_eq!(card, first.body["card"]);
    assert_eq!(refused(&bench.get("/v1/cards/imf_x")), is(404, "issuer_card_unknown"));
}

#[test]
fn an_issuer_abroad_looks_at_the_holder_first() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(3_600)));
    let mandate = mandate(&bench);
    let asked = bench.post("/v1/cards", asked(&mandate, "US", "USD"));
    assert_eq!((asked.status, asked.body["kyc_url"].is_string()), (202, true));
    let flow = format!("/v1/cards/{}", text(&asked.body["flow_id"]));
    assert_eq!(bench.get(&flow).body, asked.body);
    assert_eq!(bench.get("/v1/cards").body["cards"], json!([]));
    assert_eq!(bench.sandbox.effects().len(), 0);
    bench.sandbox.advance(Duration::from_secs(3_600));
    let issued = bench.get(&flow).body;
    assert_eq!((&issued["state"], &issued["card"]["issuer"]), (&json!("issued"), &json!("bridge")));
    assert_eq!(bench.sandbox.effects().count(EffectKind::Card), 1);
}

#[test]
fn a_card_is_refused_for_what_it_lacks() {
    let bench = managed();
    let mandate = mandate(&bench);
    let mut homeless = asked(&mandate, "BR", "BRL");
    homeless["holder"]["address"]["street_number"] = json!(null);
    assert_eq!(refused(&bench.post("/v1/cards", homeless)), is(400, "invalid_holder"));
    let post = |mandate: &str, country: &str, currency: &str| {
        refused(&bench.post("/v1/cards", asked(mandate, country, currency)))
    };
    assert_eq!(post(&mandate, "FR", "EUR"), is(400, "issuer_corridor_unsupported"));
    assert_eq!(post("mnd_x", "BR", "BRL"), is(404, "mandate_not_found"));
    bench.post(&format!("/v1/mandates/{mandate}/pause"), json!({}));
    assert_eq!(post(&mandate, "BR", "BRL"), is(409, "mandate_not_active"));
    assert_eq!(bench.sandbox.effects().len(), 0);
}

#[test]
fn a_card_spends_under_its_mandate_until_it_is_unbound() {
    let bench = managed();
    let mandate = mandate(&bench);
    let path = format!("/v1/consumers/mandates/{mandate}/card");
    assert_eq!(bench.get(&path).body["card"], json!(null));
    let card = bench.post("/v1/cards", asked(&mandate, "BR", "BRL")).body["card"].clone();
    let bound = bench.get(&path).body;
    assert_eq!(
        (&bound["card"]["card_id"], &bound["card"]["consumer_id"]),
        (&card["card_id"], &json!("c1"))
    );
    let unbound = bench.delete(&path).body;
    assert_eq!((&unbound["revoked"], &unbound["card_id"]), (&json!(true), &card["card_id"]));
    assert_eq!(refused(&bench.delete(&path)), is(404, "no_active_card"));
    assert_eq!(bench.get(&path).body["card"], json!(null));
    // The issuer has not been told.
    assert_eq!(bench.get("/v1/cards").body["cards"][0]["status"], "active");
    let nowhere = bench.get("/v1/consumers/mandates/mnd_x/card");
    assert_eq!(refused(&nowhere), is(404, "mandate_not_found"));
}
