//! Arguments of clients that cannot work.

use codespar_proto::{
    ChargeMethod, Client, CreateCharge, Currency, Json, Major, Minor, Sensitive,
    agents::RegisterAgent,
    api_keys::CreateApiKey,
    charges::ListCharges,
    connections::{ConnectionSecret, CreateConnection, StartConnection},
    consents::{ConsentIntent, ConsentRail, CreateConsent, SubmitConsent},
    consumers::TransferArgs,
    devolutions::{CreateDevolution, PaymentDirection},
    mandates::{PaymentArgs, SpendArgs},
    payables::{
        AddItems, CreateBatch, NewItem, PayBatch, PayPayable, ReviewPayable, UpdateItem, Upload,
    },
    projects::{CreateProject, UpdateProject},
    sessions::ListSessions,
    testing::Replay,
    tool_calls::ListToolCalls,
    tools::{Intent, PlanRoute, SearchTools},
    wallet::{KeyDeletion, PixKeyType, RegisterPixKey},
    wallets::WalletTransferArgs,
    webhook_endpoints::{
        CreateWebhookEndpoint, ListWebhookEndpoints, TestFire, UpdateWebhookEndpoint, WebhookStatus,
    },
};
use serde_json::json;

use crate::{
    check::{client_refuses as refuses, refused},
    support::client,
};

#[test]
fn ids_that_lead_elsewhere() {
    for id in ["", ".", ".."] {
        refused! {
            "session_id": client => client.sessions().get(id);
            "tool_call_id": client => client.tool_calls().get(id);
            "provider": client => client.providers().get(id);
            "provider": client => client.providers().auth_schema(id);
            "provider": client => client.providers().verify_connection(id);
            "connection_id": client => client.connections().get(id);
            "connection_id": client => client.connections().revoke(id);
            "connection_id": client => client.connections().delete(id);
            "connection_id": client => client.connections().update_metadata(id, &json!({}));
            "connection_id": client => client.connections().set_webhook_secret(id, "s");
            "project_id": client => client.projects().get(id);
            "project_id": client => client.projects().delete(id);
            "project_id": client => client.projects().settings(id);
            "project_id": client => client.projects().settings_history(id);
            "organization_id": client => client.organization(id);
            "endpoint_id": client => client.webhook_endpoints().get(id);
            "endpoint_id": client => client.webhook_endpoints().delete(id);
            "endpoint_id": client => client.webhook_endpoints().rotate_secret(id);
            "endpoint_id": client => client.webhook_endpoints().dlq(id, None);
            "endpoint_id": client => client.webhook_endpoints().delivery(id, "1");
            "delivery_id": client => client.webhook_endpoints().delivery("trg_1", id);
            "delivery_id": client => client.webhook_endpoints().redeliver(id);
            "event_id": client => client.events().replay(id, None);
        }
    }
    refused! { "endpoint_id": client => client.events().replay("evt_1", Some("")); }
}

#[test]
fn limits_out_of_range() {
    refused! {
        "limit": client => client.sessions().list_page(&ListSessions::default().limit(0));
        "limit": client => client.tool_calls().list_page(&ListToolCalls::default().limit(0));
        "limit": client =>
            client.webhook_endpoints().list_page(&ListWebhookEndpoints::default().limit(0));
        "limit": client => client.webhook_endpoints().deliveries("trg_1", Some(0));
        "limit": client => client.webhook_endpoints().deliveries("trg_1", Some(201));
        "limit": client => client.tools().search(&SearchTools::new("pay").limit(6));
    }
    let replay = Replay::new();
    let mut items = client(&replay).sessions().list(&ListSessions::default().limit(0));
    assert_eq!(items.next().unwrap().unwrap_err().field(), Some("limit"));
    assert!(items.next().is_none());
}

#[test]
fn connections() {
    let start = |redirect: &str| StartConnection::new("asaas", "u1", redirect);
    let secret = |secret: &str| CreateConnection::new("asaas", secret);
    let named =
        |value: &str| CreateConnection::new("asaas", ConnectionSecret::named([("a", value)]));
    let none: [(&str, &str); 0] = [];
    let no_secret = || CreateConnection::new("asaas", ConnectionSecret::named(none));
    let metadata = |text: &str| secret("k").connection_metadata(Json::parse_str(text).unwrap());
    let big = json!({"note": "x".repeat(32 * 1024)});
    refused! {
        "server_id": client =>
            client.connections().start(&StartConnection::new("", "u1", "https://a.test"));
        "user_id": client =>
            client.connections().start(&StartConnection::new("asaas", " ", "https://a.test"));
        "redirect_uri": client => client.connections().start(&start("http://shop.example"));
        "redirect_uri": client => client.connections().start(&start("/back"));
        "redirect_uri": client => client.connections().start(&start("https://"));
        "server_id": client => client.connections().create(&CreateConnection::new("", "k"));
        "secret": client => client.connections().create(&secret(""));
        "secret": client => client.connections().create(&secret(&"k".repeat(4097)));
        "secret": client => client.connections().create(&named(""));
        "secret": client => client.connections().create(&no_secret());
        "connection_metadata": client => client.connections().create(&metadata("[1]"));
        "connection_metadata": client => client.connections().update_metadata("ca_1", &[1]);
        "connection_metadata": client => client.connections().update_metadata("ca_1", &big);
        "secret": client => client.connections().set_webhook_secret("ca_1", "");
        "secret": client =>
            client.connections().set_webhook_secret("ca_1", Sensitive::from("k".repeat(1025)));
    }
}

#[test]
fn catalog() {
    let plan = |operation: &str| {
        PlanRoute::default().intent(Intent::new(operation, Currency::from("BRL"), "BR"))
    };
    refused! {
        "intent": client => client.tools().search(&SearchTools::new(" "));
        "intent": client => client.tools().plan(&PlanRoute::default());
        "intent": client => client.tools().plan(&plan("charge").description("x"));
        "intent.operation": client => client.tools().plan(&plan(""));
        "description": client => client.tools().plan(&PlanRoute::default().description(""));
    }
}

#[test]
fn keys_and_projects() {
    let project = |name: &str, slug: &str| CreateProject::new(name, slug);
    let settings = Json::parse_str("3").unwrap();
    refused! {
        "name": client => client.api_keys().create(&CreateApiKey::new(""));
        "name": client => client.projects().create(&project("", "shop"));
        "name": client => client.projects().create(&project(&"x".repeat(129), "shop"));
        "slug": client => client.projects().create(&project("Shop", ""));
        "slug": client => client.projects().create(&project("Shop", "Shop"));
        "slug": client => client.projects().create(&project("Shop", "shop br"));
        "slug": client => client.projects().create(&project("Shop", "default"));
        "slug": client => client.projects().create(&project("Shop", &"x".repeat(65)));
        "settings": client => client.projects().create(&project("Shop", "shop").settings(settings));
        "project": client => client.projects().update("prj_1", &UpdateProject::default());
        "is_default": client =>
            client.projects().update("prj_1", &UpdateProject::default().is_default(false));
        "slug": client => client.projects().update("prj_1", &UpdateProject::default().slug("A"));
        "settings": client => client.projects().update_settings("prj_1", "text");
    }
}

#[test]
fn webhook_endpoints() {
    let made = |name: &str, event: &str, url: &str| CreateWebhookEndpoint::new(name, event, url);
    let payload = Json::parse_str("[]").unwrap();
    let change = UpdateWebhookEndpoint::default;
    refused! {
        "name": client => client.webhook_endpoints().create(&made("", "e", "https://a.test"));
        "event": client => client.webhook_endpoints().create(&made("n", "", "https://a.test"));
        "webhook_url": client =>
            client.webhook_endpoints().create(&made("n", "e", "http://a.test"));
        "webhook_url": client => client.webhook_endpoints().create(&made("n", "e", "shop"));
        "endpoint": client => client.webhook_endpoints().update("trg_1", &change());
        "webhook_url": client =>
            client.webhook_endpoints().update("trg_1", &change().webhook_url("ftp://a"));
        "name": client => client.webhook_endpoints().update("trg_1", &change().name(""));
        "status": client =>
            client.webhook_endpoints().update("trg_1", &change().status(WebhookStatus::Error));
        "payload": client =>
            client.webhook_endpoints().test_fire("trg_1", &TestFire::default().payload(payload));
    }
}

#[test]
fn ids_of_money_that_lead_elsewhere() {
    for id in ["", ".", ".."] {
        refused! {
            "batch_id": client => client.payables().batches().get(id);
            "batch_id": client => client.payables().batches().pay(id, &PayBatch::new(1, "h"));
            "batch_id": client =>
                client.payables().batches().update_item(id, "i", &UpdateItem::new(1));
            "item_id": client =>
                client.payables().batches().update_item("b", id, &UpdateItem::new(1));
            "payable_id": client => client.payables().documents().get(id);
            "payable_id": client =>
                client.payables().documents().review(id, &ReviewPayable::default());
            "payable_id": client => client.payables().documents().pay(id, &PayPayable::new("m"));
            "consumer_id": client => client.wallet().pix_keys().list(id);
            "consumer_id": client =>
                client.wallet().pix_keys().register(id, &RegisterPixKey::random());
            "consumer_id": client =>
                client.wallet().pix_keys().delete(id, "k", KeyDeletion::Confirmed);
            "key": client => client.wallet().pix_keys().delete("c", id, KeyDeletion::Confirmed);
            "charge_id": client => client.charges().get(id);
            "charge_id": client => client.charges().cancel(id);
            "charge_id": client => client.test_money().pay_charge(id, None);
            "consumer_id": client => client.consumers().wallet(id);
            "consumer_id": client => client.consumers().receipts(id);
            "receipt_id": client => client.consumers().receipt(id);
            "consumer_id": client => client.devolutions().create(id, &refund("k"));
            "consumer_id": client => client.devolutions().get(id, "d");
            "devolution_id": client => client.devolutions().get("c", id);
            "wallet_id": client => client.wallets().get(id);
            "wallet_id": client => client.wallets().receive(id, &Currency::USD);
            "token": client => client.consents().get(id);
            "mandate_id": client => client.mandates().get(id);
            "mandate_id": client => client.mandates().pause(id, None);
            "mandate_id": client => client.mandates().resume(id, None);
            "mandate_id": client => client.mandates().revoke(id, None);
            "mandate_id": client => client.mandates().card(id, None);
            "mandate_id": client => client.mandates().delete_card(id);
            "did": client => client.agents().did_document(id);
        }
    }
}

#[test]
fn bills_that_say_nowhere_or_twice_whom_to_pay() {
    let some = Minor::new(1);
    let mut two = NewItem::boleto("2379");
    two.br_code = Some("000201".into());
    let mut bare = NewItem::pix_key("k", some);
    bare.amount_minor = None;
    for (item, field) in [
        (NewItem::default(), "items[1]"),
        (two, "items[1]"),
        (bare, "items[1].amount_minor"),
        (NewItem::pix_key("k", Minor::new(-1)), "items[1].amount_minor"),
        (NewItem::pix_key("k", Minor::new(0)), "items[1].amount_minor"),
        (NewItem::boleto(" "), "items[1].boleto_line"),
    ] {
        let items = vec![NewItem::boleto("2379"), item];
        let args = CreateBatch::default().items(items.clone());
        refuses(field, |client| client.payables().batches().create(&args).map(drop));
        let args = AddItems::new(1_u64).items(items);
        refuses(field, |client| client.payables().batches().add_items("b", &args).map(drop));
    }
}

#[test]
fn payables() {
    let no_id = || CreateBatch::default().file_ids(vec![String::new()]);
    let amount = |minor: i64| UpdateItem::new(1).amount_minor(Minor::new(minor));
    refused! {
        "content_type": client =>
            client.payables().files().upload(&Upload::bytes("x").typed("pdf"));
        "content_type": client =>
            client.payables().files().upload(&Upload::bytes("x").typed("a/b\r\nc: d"));
        "file_ids": client => client.payables().batches().create(&no_id());
        "items": client => client.payables().batches().add_items("b", &AddItems::new(1_u64));
        "items": client =>
            client.payables().batches().add_items("b", &AddItems::new(1_u64).items(vec![]));
        "amount_minor": client => client.payables().batches().update_item("b", "i", &amount(-1));
        "list_hash": client => client.payables().batches().pay("b", &PayBatch::new(1, ""));
        "mandate_id": client =>
            client.payables().batches().pay("b", &PayBatch::new(1, "h").mandate_id(""));
        "idempotency_key": client =>
            client.payables().batches().pay("b", &PayBatch::new(1, "h")).idempotency_key("a b");
    }
}

#[test]
fn pix_keys() {
    let keys = |args: RegisterPixKey| {
        move |client: &Client<Replay>| client.wallet().pix_keys().register("c", &args).map(drop)
    };
    refuses("key", keys(RegisterPixKey::new(PixKeyType::Evp, "k")));
    refuses("key", keys(RegisterPixKey::new(PixKeyType::Email, " ")));
    let mut none = RegisterPixKey::random();
    none.key_type = PixKeyType::Phone;
    refuses("key", keys(none));
}

#[test]
fn charges() {
    let charge = |amount: &str, method| {
        CreateCharge::new(amount.parse::<Major>().unwrap(), Currency::BRL, method)
    };
    let pix = |amount| charge(amount, ChargeMethod::Pix);
    let boleto = charge("1", ChargeMethod::Boleto);
    let mut currency = pix("1");
    currency.currency = "reais".into();
    refused! {
        "amount": client => client.charges().create(&pix("0"));
        "amount": client => client.charges().create(&pix("-1"));
        "amount": client => client.charges().create(&pix("1.005"));
        "currency": client => client.charges().create(&currency);
        "due_date": client => client.charges().create(&pix("1").due_date("31/12/2026"));
        "consumer_id": client => client.charges().create(&boleto);
        "idempotency_key": client =>
            client.charges().create(&boleto.clone().consumer_id("c").due_date("2026-12-31"));
        "limit": client => client.charges().list_page(&ListCharges::default().limit(0));
        "limit": client => client.charges().list_page(&ListCharges::default().limit(201));
        "amount_minor": client => client.test_money().pay_charge("c", Some(Minor::new(-1)));
    }
}

/// All of a payment that came in.
fn refund(key: &str) -> CreateDevolution {
    CreateDevolution::new("E18236120202610241200s01", PaymentDirection::Inbound, key)
}

#[test]
fn refunds() {
    let of = |end_to_end: &str, direction: &str| {
        CreateDevolution::new(end_to_end, direction.into(), "k").amount_minor(Minor::new(1))
    };
    let outbound =
        CreateDevolution::new("E18236120202610241200s01", PaymentDirection::Outbound, "k");
    for (field, args) in [
        ("end_to_end_id", of("E1823612020", "inbound")),
        ("end_to_end_id", of("E18236120202610241200-s01", "inbound")),
        ("end_to_end_id", of(&"E".repeat(65), "inbound")),
        ("payment_direction", of("E18236120202610241200s01", "back")),
        ("payment_direction", of("E18236120202610241200s01", "")),
        ("idempotency_key", refund("")),
        ("idempotency_key", refund(&"k".repeat(129))),
        ("amount_minor", refund("k").amount_minor(Minor::new(0))),
        ("amount_minor", outbound),
        ("reason", refund("k").reason("MD6")),
        ("reason", refund("k").reason("0606")),
        ("description", refund("k").description("")),
        ("description", refund("k").description("x".repeat(141))),
    ] {
        assert_eq!(args.check().unwrap_err().field(), Some(field));
        refuses(field, |client| client.devolutions().create("c", &args).map(drop));
    }
    // One refund has one key.
    refuses("idempotency_key", |client| {
        client.devolutions().create("c", &refund("k")).idempotency_key("other").map(drop)
    });
    assert!(refund(&"k".repeat(128)).reason("MD06").description("x".repeat(140)).check().is_ok());
}

#[test]
fn transfers_consents_and_spending() {
    let one = Minor::new(1);
    let intent = |cap, once, seconds: u64| {
        CreateConsent::new("a", ConsentIntent::new("p", cap, once, Currency::BRL, seconds))
    };
    let spend = |attempt: &str, amount, payee: &str| SpendArgs::new(attempt, amount, payee);
    let list = Json::parse_str("[]").unwrap();
    let transfer = |amount| WalletTransferArgs::new(Currency::BRL, "k@example.com", amount);
    refused! {
        "from_currency": client =>
            client.consumers().transfer("c", &TransferArgs::new("", "USDC", one));
        "amount_minor": client => client.wallets().transfer("w", &transfer(Minor::new(0)));
        "intent.cap_minor": client => client.consents().create(&intent(Minor::new(0), one, 1));
        "intent.per_tx_cap_minor": client =>
            client.consents().create(&intent(one, Minor::new(-1), 1));
        "intent.mandate_ttl_seconds": client => client.consents().create(&intent(one, one, 0));
        "consumer_id": client =>
            client.consents().submit("t", &SubmitConsent::new("", ConsentRail::PixConsent, "p"));
        "provider_token": client =>
            client.consents().submit("t", &SubmitConsent::new("c", ConsentRail::PixConsent, ""));
        "attempt_id": client => client.mandates().spend("m", &spend("", one, "k"));
        "amount_minor": client => client.mandates().spend("m", &spend("a", Minor::new(-5), "k"));
        "payee": client => client.mandates().spend("m", &spend("a", one, ""));
        "mandate": client =>
            client.mandates().execute_payment(&PaymentArgs::new(list, "s", "p", "a", one, "k"));
        "agent_id": client => client.agents().register(&RegisterAgent::new("", "p"));
        "principal_ref": client => client.agents().register(&RegisterAgent::new("a", ""));
    }
}
