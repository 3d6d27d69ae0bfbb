//! What cannot work is said by the field's name, before anything is sent.

use codespar_proto::{
    Call, Client, Currency, ErrorKind, Json, Sensitive,
    api_keys::CreateApiKey,
    connections::{ConnectionSecret, CreateConnection, StartConnection},
    projects::{CreateProject, UpdateProject},
    sessions::ListSessions,
    testing::Replay,
    tool_calls::ListToolCalls,
    tools::{Intent, PlanRoute, SearchTools},
    webhook_endpoints::{
        CreateWebhookEndpoint, ListWebhookEndpoints, TestFire, UpdateWebhookEndpoint, WebhookStatus,
    },
};
use serde_json::json;

use crate::support::client;

type Made = Call<Replay, ()>;

/// Makes a call that must fail at this field. The script is empty: sending would panic.
fn refuses(field: &str, make: impl FnOnce(&Client<Replay>) -> Made) {
    let error = make(&client(&Replay::new())).send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)), "{error}");
    assert!(!error.operation().is_empty(), "{error}");
    assert!(!error.may_have_been_sent());
}

macro_rules! refused {
    ($($field:literal: $client:ident => $call:expr;)*) => {
        $( refuses($field, |$client| $call.map(drop)); )*
    };
}

#[test]
fn ids_that_lead_elsewhere() {
    for id in ["", ".", ".."] {
        refused! {
            "session": client => client.sessions().get(id);
            "tool_call": client => client.tool_calls().get(id);
            "provider": client => client.providers().get(id);
            "provider": client => client.providers().auth_schema(id);
            "provider": client => client.providers().verify_connection(id);
            "connection": client => client.connections().get(id);
            "connection": client => client.connections().revoke(id);
            "connection": client => client.connections().delete(id);
            "connection": client => client.connections().update_metadata(id, &json!({}));
            "connection": client => client.connections().set_webhook_secret(id, "s");
            "project": client => client.projects().get(id);
            "project": client => client.projects().delete(id);
            "project": client => client.projects().settings(id);
            "project": client => client.projects().settings_history(id);
            "organization": client => client.organization(id);
            "endpoint": client => client.webhook_endpoints().get(id);
            "endpoint": client => client.webhook_endpoints().delete(id);
            "endpoint": client => client.webhook_endpoints().rotate_secret(id);
            "endpoint": client => client.webhook_endpoints().dlq(id);
            "endpoint": client => client.webhook_endpoints().delivery(id, "1");
            "delivery": client => client.webhook_endpoints().delivery("trg_1", id);
            "delivery": client => client.webhook_endpoints().redeliver(id);
            "event": client => client.events().replay(id, None);
        }
    }
    refused! { "endpoint": client => client.events().replay("evt_1", Some("")); }
}

#[test]
fn limits_out_of_range() {
    refused! {
        "limit": client => client.sessions().page(&ListSessions::default().limit(0));
        "limit": client => client.tool_calls().page(&ListToolCalls::default().limit(0));
        "limit": client => client.webhook_endpoints().page(&ListWebhookEndpoints::default().limit(0));
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
    let metadata = |text: &str| secret("k").connection_metadata(Json::parse_str(text).unwrap());
    let big = json!({"note": "x".repeat(32 * 1024)});
    refused! {
        "server_id": client => client.connections().start(&StartConnection::new("", "u1", "https://a.test"));
        "user_id": client => client.connections().start(&StartConnection::new("asaas", " ", "https://a.test"));
        "redirect_uri": client => client.connections().start(&start("http://shop.example"));
        "redirect_uri": client => client.connections().start(&start("/back"));
        "redirect_uri": client => client.connections().start(&start("https://"));
        "server_id": client => client.connections().create(&CreateConnection::new("", "k"));
        "secret": client => client.connections().create(&secret(""));
        "secret": client => client.connections().create(&secret(&"k".repeat(4097)));
        "secret": client => client.connections().create(&named(""));
        "secret": client => client.connections().create(&CreateConnection::new("asaas", ConnectionSecret::named(none)));
        "connection_metadata": client => client.connections().create(&metadata("[1]"));
        "connection_metadata": client => client.connections().update_metadata("ca_1", &[1]);
        "connection_metadata": client => client.connections().update_metadata("ca_1", &big);
        "secret": client => client.connections().set_webhook_secret("ca_1", "");
        "secret": client => client.connections().set_webhook_secret("ca_1", Sensitive::from("k".repeat(1025)));
    }
}

#[test]
fn catalog() {
    let intent = || Intent::new("charge", Currency::from("BRL"), "BR");
    refused! {
        "intent": client => client.tools().search(&SearchTools::new(" "));
        "intent": client => client.tools().plan(&PlanRoute::default());
        "intent": client => client.tools().plan(&PlanRoute::default().intent(intent()).description("x"));
        "intent.operation": client => client.tools().plan(&PlanRoute::default().intent(Intent::new("", Currency::from("BRL"), "BR")));
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
        "is_default": client => client.projects().update("prj_1", &UpdateProject::default().is_default(false));
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
        "webhook_url": client => client.webhook_endpoints().create(&made("n", "e", "http://a.test"));
        "webhook_url": client => client.webhook_endpoints().create(&made("n", "e", "shop"));
        "endpoint": client => client.webhook_endpoints().update("trg_1", &change());
        "webhook_url": client => client.webhook_endpoints().update("trg_1", &change().webhook_url("ftp://a"));
        "name": client => client.webhook_endpoints().update("trg_1", &change().name(""));
        "status": client => client.webhook_endpoints().update("trg_1", &change().status(WebhookStatus::Error));
        "payload": client => client.webhook_endpoints().test_fire("trg_1", &TestFire::default().payload(payload));
    }
}
