//! Paywalls: whom they pay, what they cost, what they earned.

use codespar_proto::{
    paywalls::{
        CreatePaywall, NewPaywallMetering, NewPaywallTier, PaywallPayTo, PaywallPricing,
        UpdatePaywall,
    },
    testing::Recorded,
    types::AtomicText,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::told;

fn paywall() -> Value {
    json!({"id": "pw_1", "slug": "quotes", "name": "Quotes", "price": "0.050000",
        "price_atomic": "50000", "currency": "USDC", "payto_kind": "byo",
        "payto_address": "0xSECRET", "methods": null, "pricing_model": "tiered",
        "pricing_tiers": [{"up_to": 100, "price_atomic": "50000"},
            {"up_to": null, "price_atomic": "40000"}],
        "metered_config": {"basis": "tokens", "base_atomic": "10", "min_mult": 1, "max_mult": 2.5,
            "units_header": "x-tokens"}, "active": true})
}

#[test]
fn paywalls() {
    let (url, price) = ("https://api.shop.example", "0.05".parse().unwrap());
    let args = CreatePaywall::new("quotes", "Quotes", url, price, PaywallPayTo::byo("0xSECRET"));
    let tiers = vec![
        NewPaywallTier::below(100, AtomicText::new(50_000)),
        NewPaywallTier::rest(AtomicText::new(40_000)),
    ];
    let args = args.pricing_model(PaywallPricing::Tiered).pricing_tiers(tiers);
    let text = told(Recorded::json(201, paywall()), |client| client.paywalls().create(&args));
    assert_snapshot!(text);
    let price = "0.05".parse().unwrap();
    let args = CreatePaywall::new("quotes", "Quotes", url, price, PaywallPayTo::provisioned());
    let metering = NewPaywallMetering::new("tokens", AtomicText::new(10), 1.0, 2.5, "x-tokens");
    let args = args.consumer_id("con_1").metered_config(metering).methods(vec!["GET".to_owned()]);
    let text =
        told(Recorded::json(201, json!({"id": "pw_1"})), |client| client.paywalls().create(&args));
    assert_snapshot!(text);
    let text = told(Recorded::json(200, json!({"paywalls": [{"id": "pw_1"}]})), |client| {
        client.paywalls().list()
    });
    assert_snapshot!(text, @r#"
    GET /v1/paywalls
    [
        Paywall {
            id: "pw_1",
            methods: [],
            pricing_tiers: [],
        },
    ]
    "#);
    let text =
        told(Recorded::json(200, json!({"id": "pw_1"})), |client| client.paywalls().get("pw_1"));
    assert_snapshot!(text, @r#"
    GET /v1/paywalls/pw_1
    Paywall {
        id: "pw_1",
        methods: [],
        pricing_tiers: [],
    }
    "#);
    let args = UpdatePaywall::default().price("0.06".parse().unwrap()).active(false);
    let text = told(Recorded::json(200, json!({"id": "pw_1"})), |client| {
        client.paywalls().update("pw_1", &args)
    });
    assert_snapshot!(text, @r#"
    PATCH /v1/paywalls/pw_1
    {"price":"0.06","active":false}
    Paywall {
        id: "pw_1",
        methods: [],
        pricing_tiers: [],
    }
    "#);
    let text = told(Recorded::json(204, json!(null)), |client| client.paywalls().delete("pw_1"));
    assert_snapshot!(text, @"
    DELETE /v1/paywalls/pw_1
    ()
    ");
    let stats = json!({"paywall_id": "pw_1", "settled_count": 2, "gross_atomic": "100000",
        "gross": "0.100000", "refunded_atomic": "0", "net_atomic": "100000", "net": "0.100000"});
    let text = told(Recorded::json(200, stats), |client| client.paywalls().stats("pw_1"));
    assert_snapshot!(text, @r#"
    GET /v1/paywalls/pw_1/stats
    PaywallStats {
        paywall_id: Some("pw_1"),
        settled_count: Some(2),
        gross_atomic: Some(100000),
        gross: Some(0.100000),
        refunded_atomic: Some(0),
        net_atomic: Some(100000),
        net: Some(0.100000),
    }
    "#);
}
