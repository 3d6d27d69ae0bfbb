//! Making a client and opening a session: what is sent, what is taken from the answer, and what
//! is refused before anything is sent.

use std::{collections::BTreeMap, time::Duration};

use codespar_proto::{
    Buyer, ChargeArgs, ChargeMethod, Client, Config, CreateSession, Currency, Error, ErrorKind,
    Minor, Preset,
    config::TransportSettings,
    meta_tools::PayArgs,
    session::{Mock, ServerSpec, SessionStatus},
    testing::{Recorded, Replay, request_text},
};
use insta::assert_snapshot;
use serde_json::json;

const PROJECT: &str = "prj_0123456789abcdef";

fn config() -> Config {
    Config::new("local").base_url("http://replay.test/")
}

fn client(replay: &Replay) -> Client<Replay> {
    Client::with_transport(config(), replay.clone()).unwrap()
}

fn made() -> Recorded {
    Recorded::json(201, json!({"id": "ses_1", "status": "active"}))
}

/// The body a session is opened with.
fn asked(args: &CreateSession) -> String {
    let replay = Replay::new().answer(made());
    client(&replay).create(args).send().unwrap();
    replay.requests().first().unwrap().json().to_string()
}

/// Fails with a `Config` error that names the field.
#[track_caller]
fn refused<O: std::fmt::Debug>(field: &str, outcome: Result<O, Error>) {
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)), "{error}");
    assert!(!error.may_have_been_sent() && error.attempts() == 0);
}

#[test]
fn the_whole_request() {
    let replay = Replay::new().answer(made());
    let config = config().project(PROJECT).user_agent("shop/1.0").header("x-team", "till");
    let client = Client::with_transport(config, replay.clone()).unwrap();
    client.create(&CreateSession::new("buyer-77")).send().unwrap();
    let sent = replay.requests();
    let headers: BTreeMap<_, _> =
        sent[0].headers.iter().map(|(name, _)| (name.as_str(), ())).collect();
    let names: Vec<_> = headers.into_keys().collect();
    assert_eq!(
        names,
        ["accept", "authorization", "content-type", "user-agent", "x-codespar-project", "x-team"]
    );
    let text = format!("{:?}", sent[0]);
    assert!(!text.contains("local"), "{text}");
    assert_eq!(sent[0].header("x-codespar-project"), Some(PROJECT));
    assert!(sent[0].header("user-agent").unwrap().starts_with("shop/1.0 codespar-rust/"));
    let (mut flow, options) = client.create(&CreateSession::new("buyer-77")).into_flow();
    let tick = codespar_proto::driver::Clock::tick(client.transport());
    let codespar_proto::driver::Step::Open(exchange) = codespar_proto::driver::Flow::resume(
        &mut flow,
        tick,
        codespar_proto::driver::Event::Start(options),
    ) else {
        panic!("expected a request");
    };
    assert!(request_text(&exchange.request).starts_with("POST http://replay.test/v1/sessions"));
}

#[test]
fn everything_that_can_be_asked_for() {
    let args = CreateSession::new("buyer-77")
        .server("echo")
        .preset(Preset::Argentinian)
        .metadata("order", "BR-7721")
        .mock("asaas/create_payment", Mock::always(&json!({"id": "pay_1"})).unwrap())
        .mock("asaas/get_payment", Mock::in_turn(&[json!({"status": "PENDING"})]).unwrap())
        .agent("till-1")
        .server_spec("echo", ServerSpec::stdio(["node", "echo.js"]));
    assert_snapshot!(asked(&args));
}

#[test]
fn nothing_an_empty_list_and_a_preset_are_three_things() {
    let servers = |args: CreateSession| {
        let body: serde_json::Value = serde_json::from_str(&asked(&args)).unwrap();
        body["servers"].to_string()
    };
    let args = || CreateSession::new("u");
    assert_eq!(servers(args()), r#"["zoop","nuvem-fiscal"]"#);
    assert_eq!(servers(args().servers(Vec::<String>::new())), "[]");
    assert_eq!(servers(args().preset(Preset::Colombian)), r#"["wompi","siigo","coordinadora"]"#);
    let both = args().servers(["siigo", "asaas", "asaas"]).preset(Preset::Colombian);
    assert_eq!(servers(both), r#"["siigo","asaas","wompi","coordinadora"]"#);
    let none = args().mocks(BTreeMap::new());
    assert!(asked(&none).contains(r#""mocks":{}"#), "no mocks and an empty table differ");
}

#[test]
fn a_thin_answer_is_filled_with_what_was_asked_for() {
    let replay = Replay::new().answer(made());
    let session =
        client(&replay).create(&CreateSession::new("buyer-77").server("afip")).send().unwrap();
    let info = session.info();
    assert_eq!((info.user_id.expose(), &info.status), ("buyer-77", &SessionStatus::Active));
    assert_eq!(info.servers.iter().map(|server| server.id.as_str()).collect::<Vec<_>>(), ["afip"]);
    assert_eq!(info.created_at, None);
}

#[test]
fn a_full_answer_is_taken_whole() {
    let answer = json!({
        "id": "ses_1", "org_id": "org_1", "project_id": PROJECT, "user_id": "someone",
        "servers": ["asaas", {"id": "z-api", "name": "Z-API"}], "status": "hibernating",
        "created_at": "not a date", "closed_at": null, "expires_at": "2026-10-02T13:35:11Z",
    });
    let replay = Replay::new().answer(Recorded::json(200, answer));
    let session = client(&replay).create(&CreateSession::new("buyer-77")).send().unwrap();
    let info = session.info();
    assert_eq!(info.user_id.expose(), "someone");
    assert_eq!(info.servers[1].id, "z-api");
    assert_eq!(info.status.as_str(), "hibernating");
    assert_eq!(info.created_at.as_ref().unwrap().as_str(), "not a date");
    assert_eq!(info.extra.get("expires_at").unwrap().as_str(), r#""2026-10-02T13:35:11Z""#);
}

#[test]
fn a_session_without_an_id_is_no_session() {
    for answer in [json!({}), json!({"id": ""}), json!({"id": ".."}), json!({"id": 7.5}), json!([])]
    {
        let replay = Replay::new().answer(Recorded::json(201, answer.clone()));
        let error = client(&replay).create(&CreateSession::new("u")).send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{answer}");
        assert!(error.may_have_been_sent());
    }
}

#[test]
fn settings_that_cannot_work_are_named() {
    let make = |config: Config| Client::with_transport(config, Replay::new());
    let long = Duration::from_secs(25 * 60 * 60);
    for (field, config) in [
        ("api_key", Config::new("")),
        ("api_key", Config::new("sk_live_1")),
        ("api_key", Config::new("local")),
        ("api_key", Config::new("csk_test_1\r\nx-evil: 1")),
        ("api_key", Config::new("csk_test_ü")),
        ("api_key", Config::new("k").base_url("https://api.staging.codespar.dev")),
        ("base_url", config().base_url("")),
        ("base_url", config().base_url("localhost:3000")),
        ("base_url", config().base_url("ftp://example.test")),
        ("base_url", config().base_url("http://user:pw@example.test")),
        ("base_url", config().base_url("http://example.test/?x=1")),
        ("base_url", config().base_url("http://exa mple.test")),
        ("project", config().project("not-a-project")),
        ("project", config().project("prj_tooshort")),
        ("project", config().project("prj_0123456789abcde/")),
        ("timeout", config().timeout(Duration::ZERO)),
        ("timeout", config().timeout(long)),
        ("idle_timeout", config().idle_timeout(Duration::ZERO)),
        ("user_agent", config().user_agent("a\nb")),
        ("headers", config().header("x y", "z")),
        ("headers", config().header("x", "a\nb")),
        ("headers", config().header("Idempotency-Key", "k1")),
    ] {
        refused(field, make(config));
    }
    let mut settings = TransportSettings::default();
    settings.connect_timeout = Duration::ZERO;
    refused("connect_timeout", make(config().transport(settings)));
    refused("CODESPAR_API_KEY", Config::from_vars(|_| None));
}

#[test]
fn the_variables_of_an_environment() {
    let config = Config::from_vars(|name| {
        Some(match name {
            "CODESPAR_API_KEY" => "csk_test_1".to_owned(),
            "CODESPAR_BASE_URL" => "http://localhost:8080//".to_owned(),
            "CODESPAR_PROJECT" => PROJECT.to_owned(),
            _ => return None,
        })
    });
    let client = Client::with_transport(config.unwrap(), Replay::new()).unwrap();
    assert_eq!((client.base_url(), client.project()), ("http://localhost:8080", Some(PROJECT)));
    let empty = Config::from_vars(|name| {
        Some(if name == "CODESPAR_API_KEY" { "csk_1" } else { "" }.to_owned())
    });
    let client = Client::with_transport(empty.unwrap(), Replay::new()).unwrap();
    assert_eq!((client.base_url(), client.project()), (codespar_proto::config::MANAGED_URL, None));
}

#[test]
fn arguments_that_cannot_work_are_named() {
    let replay = Replay::new();
    let client = client(&replay);
    let create = |args: CreateSession| client.create(&args).send();
    let args = || CreateSession::new("u");
    refused("user_id", create(CreateSession::new("")));
    refused("user_id", create(CreateSession::new("u".repeat(129))));
    refused("servers", create(args().server(" ")));
    refused("project", create(args().project("prj_1")));
    refused("wait_for_connections", create(args().wait_for_connections(Duration::ZERO)));
    refused("mocks", Mock::always(&json!([1])));
    for id in ["", ".", ".."] {
        refused("session_id", client.session(id));
    }
    let session = client.session("ses_1").unwrap();
    refused("tool", session.execute("", &json!({})).send());
    refused("input", session.execute("a/b", &json!([1])).send());
    refused("input", session.execute("a/b", "text").send());
    let not_a_number = BTreeMap::from([("value", f64::NAN)]);
    refused("input", session.execute("a/b", &not_a_number).send());
    refused("message", session.send(" ").send());
    refused("message", session.send_stream("").next().unwrap());
    refused("tool_call_id", session.payment_status("..").send());
    refused("tool_call_id", session.settled(&"".into()).send());
    refused("timeout", session.close().timeout(Duration::ZERO).send());

    let charge = |amount: &str, currency: &str| {
        let (amount, currency) = (amount.parse().unwrap(), Currency::from(currency));
        let buyer = Buyer::new("Maria Silva");
        session.charge(&ChargeArgs::new(amount, currency, ChargeMethod::Pix, "x", buyer)).send()
    };
    refused("amount", charge("0", "BRL"));
    refused("amount", charge("-1", "BRL"));
    refused("amount", charge("1.005", "BRL"));
    refused("amount", charge("0.5", "JPY"));
    refused("currency", charge("1", "REAL"));
    refused("currency", charge("1", "brl"));
    let due = ChargeArgs::pix("1".parse().unwrap(), "x", Buyer::new("M")).due_date("soon");
    refused("due_date", session.charge(&due).send());
    refused("amount", session.pay(&PayArgs::to("k", Minor::new(0), Currency::BRL, "x")).send());
    refused("recipient", session.pay(&PayArgs::to(" ", Minor::new(1), Currency::BRL, "x")).send());
    assert!(replay.requests().is_empty(), "nothing was sent");
}
