//! Charging and collecting: arguments that cannot work.

use codespar_proto::{
    Minor,
    collect::{
        CollectDraft, CollectSurface, CreateCollectLink, CreatePageAttempt, ListCollectLinks,
        NewCollectItem, PublishCollectLink, UpdateCollectLink,
    },
    meters::{CreateMeter, MeterAggregation, MeterChannel, MeterPeriod, RecordMeterEvent},
    oauth::{RegisterOAuthClient, RequestOAuthToken},
    payment_links::{
        CreatePaymentLink, ListPaymentLinkPayments, NewPaymentLinkRail, UpdatePaymentLink,
    },
    paywalls::{CreatePaywall, NewPaywallTier, PaywallPayTo, UpdatePaywall},
    types::{AtomicText, DecimalText},
};

use crate::check::{client_refuses as refuses, refused};

fn text(amount: &str) -> DecimalText {
    serde_json::from_value(amount.into()).unwrap()
}

#[test]
fn ids_that_lead_elsewhere() {
    for id in ["", ".", ".."] {
        refused! {
            "link_id": client => client.collect().links().get(id);
            "link_id": client =>
                client.collect().links().publish(id, &PublishCollectLink::default());
            "link_id": client => client.collect().links().pause(id);
            "link_id": client => client.collect().links().resume(id);
            "link_id": client => client.collect().links().archive(id);
            "link_id": client => client.collect().attempts().create(id, &Default::default());
            "link_id": client => client.collect().attempts().list(id);
            "attempt_id": client => client.collect().attempts().artifact(id);
            "attempt_id": client => client.collect().attempts().test_pay(id);
            "link_id": client => client.collect().payments().list(id);
            "payment_id": client => client.collect().payments().honor(id);
            "link_id": client => client.collect().refunds().list(id);
            "link_id": client => client.collect().pages().get(id);
            "meter_id": client => client.meters().get(id, &MeterPeriod::default());
            "meter_id": client => client.meters().usage(id, &MeterPeriod::default());
            "meter_id": client => client.meters().events(id, None);
            "link_id": client => client.payment_links().get(id);
            "link_id": client => client.payment_links().delete(id);
            "paywall_id": client => client.paywalls().get(id);
            "paywall_id": client => client.paywalls().delete(id);
            "paywall_id": client => client.paywalls().stats(id);
        }
    }
}

#[test]
fn collect() {
    let item = |name: &str, quantity, amount| {
        vec![NewCollectItem::new(name, quantity, Minor::new(amount))]
    };
    let draft = |items| CollectDraft::new("Order", items, vec![CollectSurface::Page], 3);
    let good = || draft(item("Cake", 1, 500));
    let agent = || CollectDraft::new("x", item("x", 1, 1), vec![CollectSurface::Agent], 3);
    let make = |version| CreateCollectLink::new("con_1", version);
    let no_surface = || CollectDraft::new("Order", item("Cake", 1, 500), vec![], 3);
    refused! {
        "limit": client =>
            client.collect().links().list_page(&ListCollectLinks::default().limit(0));
        "consumer_id": client =>
            client.collect().links().create(&CreateCollectLink::new("", good()));
        "version.title": client => client.collect().links().create(&make(CollectDraft::new(
            " ", item("Cake", 1, 500), vec![CollectSurface::Page], 3)));
        "version.items": client => client.collect().links().create(&make(draft(vec![])));
        "version.items[0].name": client =>
            client.collect().links().create(&make(draft(item("", 1, 500))));
        "version.items[0].quantity": client =>
            client.collect().links().create(&make(draft(item("Cake", 0, 500))));
        "version.items[0].unit_amount_minor": client =>
            client.collect().links().create(&make(draft(item("Cake", 1, 0))));
        "version.surfaces": client => client.collect().links().create(&make(no_surface()));
        "version.usdc_price": client =>
            client.collect().links().create(&make(good().usdc_price(text("1.50"))));
        "usdc_price": client =>
            client.collect().links().put_draft("cl_1", &agent().usdc_price(text("0")));
        "consumer_id": client =>
            client.collect().links().update("cl_1", &UpdateCollectLink::default());
        "consumer_id": client =>
            client.collect().links().update("cl_1", &UpdateCollectLink::default().consumer_id(""));
        "confirm_usdc_price": client => client.collect().links().publish(
            "cl_1", &PublishCollectLink::default().confirm_usdc_price(text("x")));
        "page_session": client =>
            client.collect().pages().create_attempt("cl_1", &CreatePageAttempt::new(""));
    }
}

#[test]
fn meters() {
    let month = |month: &str| MeterPeriod::default().period(month);
    let meter = |name: &str, price: &str| {
        CreateMeter::new(name, MeterAggregation::Sum, text(price), MeterChannel::Gate)
    };
    let event = |value: &str| RecordMeterEvent::new("e", "c", "i").value(value);
    for wrong in ["", "2026", "2026-13", "2026-10-01", "10-2026"] {
        refused! {
            "period": client => client.meters().list(&month(wrong));
            "period": client => client.meters().cycle(&month(wrong));
        }
    }
    for wrong in ["", "x", "-1", "0.1234567"] {
        refused! { "value": client => client.meters().record_event(&event(wrong)); }
    }
    refused! {
        "event_name": client => client.meters().create(&meter("", "1"));
        "price": client => client.meters().create(&meter("e", "0"));
        "per_units": client => client.meters().create(&meter("e", "1").per_units(10));
        "limit": client => client.meters().events("mtr_1", Some(51));
        "limit": client => client.meters().events("mtr_1", Some(0));
        "event": client => client.meters().record_event(&RecordMeterEvent::new("", "c", "i"));
        "customer": client => client.meters().record_event(&RecordMeterEvent::new("e", "", "i"));
        "event_id": client => client.meters().record_event(&RecordMeterEvent::new("e", "c", ""));
    }
}

#[test]
fn payment_links() {
    let pix = || NewPaymentLinkRail::pix(text("1.50"));
    let one = |rail| CreatePaymentLink::new("E-book", vec![rail]);
    let to = |address: &str| NewPaymentLinkRail::x402_to(text("1.50"), address);
    let page = |limit| ListPaymentLinkPayments::default().limit(limit);
    let read = |json: serde_json::Value| serde_json::from_value::<CreatePaymentLink>(json).unwrap();
    let nowhere = || {
        read(serde_json::json!({"title": "t",
        "accepts": [{"rail": "x402", "amount": "1"}]}))
    };
    refused! {
        "title": client => client.payment_links().create(&CreatePaymentLink::new("", vec![pix()]));
        "accepts": client => client.payment_links().create(&CreatePaymentLink::new("t", vec![]));
        "accepts[1]": client =>
            client.payment_links().create(&CreatePaymentLink::new("t", vec![pix(), pix()]));
        "accepts[0].amount": client =>
            client.payment_links().create(&one(NewPaymentLinkRail::pix(text("0"))));
        "accepts[0].pay_to": client => client.payment_links().create(&nowhere());
        "accepts[0].pay_to.address": client => client.payment_links().create(&one(to("")));
        "accepts[0].pay_to.consumer_id": client => client.payment_links().create(&one(
            NewPaymentLinkRail::x402_for(text("1.50"), "")));
        "metadata": client =>
            client.payment_links().create(&one(pix()).metadata(serde_json::json!([])));
        "title": client => client.payment_links().update("pl_1", &UpdatePaymentLink::default());
        "title": client =>
            client.payment_links().update("pl_1", &UpdatePaymentLink::default().title(""));
        "limit": client => client.payment_links().payments_page("pl_1", &page(0));
        "limit": client => client.payment_links().payments_page("pl_1", &page(101));
    }
}

#[test]
fn paywalls() {
    let wall = |slug: &str, name: &str, url: &str, price: &str, address: &str| {
        CreatePaywall::new(slug, name, url, text(price), PaywallPayTo::byo(address))
    };
    let good = || wall("s", "n", "https://x.test", "0.05", "0x1");
    let kept =
        || CreatePaywall::new("s", "n", "https://x.test", text("1"), PaywallPayTo::provisioned());
    let tiers = || vec![NewPaywallTier::rest(AtomicText::new(0))];
    refused! {
        "slug": client => client.paywalls().create(&wall("A b", "n", "https://x", "1", "0x1"));
        "slug": client => client.paywalls().create(&wall("", "n", "https://x", "1", "0x1"));
        "name": client => client.paywalls().create(&wall("s", "", "https://x", "1", "0x1"));
        "upstream_url": client => client.paywalls().create(&wall("s", "n", "", "1", "0x1"));
        "price": client => client.paywalls().create(&wall("s", "n", "https://x", "0", "0x1"));
        "payto.address": client => client.paywalls().create(&wall("s", "n", "https://x", "1", ""));
        "consumer_id": client => client.paywalls().create(&kept());
        "pricing_tiers[0].price_atomic": client =>
            client.paywalls().create(&good().pricing_tiers(tiers()));
        "dynamic_price_url": client =>
            client.paywalls().create(&good().dynamic_price_url("http://x.test"));
        "name": client => client.paywalls().update("pw_1", &UpdatePaywall::default());
        "price": client =>
            client.paywalls().update("pw_1", &UpdatePaywall::default().price(text("-1")));
    }
}

#[test]
fn oauth_and_health() {
    let register = |uris: &[&str]| {
        RegisterOAuthClient::new(uris.iter().map(|uri| (*uri).to_owned()).collect())
    };
    let code = |code: &str, verifier: &str, uri: &str, client: &str| {
        RequestOAuthToken::code(code, verifier, uri, client)
    };
    refused! {
        "redirect_uris": client => client.oauth().register(&register(&[]));
        "redirect_uris": client => client.oauth().register(&register(&["http://shop.example"]));
        "code": client => client.oauth().token(&code("", "v", "u", "c"));
        "code_verifier": client => client.oauth().token(&code("c", "", "u", "c"));
        "redirect_uri": client => client.oauth().token(&code("c", "v", "", "c"));
        "client_id": client => client.oauth().token(&code("c", "v", "u", ""));
        "refresh_token": client => client.oauth().token(&RequestOAuthToken::refresh(""));
        "days": client => client.health_history(Some(0));
        "days": client => client.health_history(Some(31));
    }
}
