//! Connecting a provider, and waiting until it is connected.

use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::program::run;

const CONNECT: &[&str] =
    &["connect", "celcoin", "--user-id", "buyer-77", "--redirect-uri", "https://shop.example/back"];

#[test]
fn the_address_is_printed_and_nothing_else() {
    let sandbox = Sandbox::start().unwrap();
    let words = run(&sandbox, CONNECT);
    assert_eq!(words.code, 0, "{words:?}");
    assert!(words.stdout.starts_with("https://connect.example.test/oauth?state="), "{words:?}");
    assert_eq!(words.stdout.lines().count(), 1);
    let json = run(&sandbox, &[CONNECT, &["--output", "jsonl"]].concat());
    assert!(json.last()["authorize_url"].as_str().unwrap().starts_with("https://"), "{json:?}");
    assert!(json.last()["expires_at"].is_string());

    let list = run(&sandbox, &["connect", "list", "--output", "jsonl"]);
    assert_eq!((list.code, sandbox.requests().pop().unwrap().path), (0, "/v1/connections".into()));
    let bare = run(&sandbox, &["connect"]);
    assert_eq!(bare.code, 2, "{bare:?}");
    let http = [&CONNECT[..5], &["http://shop.example"]].concat();
    assert_eq!(run(&sandbox, &http).code, 2);
}

#[test]
fn a_provider_that_wants_a_key_says_what_to_do() {
    let sandbox = Sandbox::start().unwrap();
    let mut asaas = CONNECT.to_vec();
    asaas[1] = "asaas";
    let ended = run(&sandbox, &asaas);
    assert_eq!(ended.code, 4, "{ended:?}");
    let next = "codespar connections create --server-id asaas --input @FILE";
    assert!(ended.stderr.contains(next), "{ended:?}");
}

#[test]
fn waiting_ends_with_the_new_connection_or_when_the_time_is_up() {
    let sandbox = Sandbox::start().unwrap();
    let row = |at: &str| {
        let id = "ca_1";
        json!({ "id": id, "server_id": "celcoin", "status": "connected", "connected_at": at })
    };
    let (old, new) = (row("2026-10-02T13:00:00Z"), row("2026-10-02T13:09:00Z"));
    let answer = |rows: Value| {
        Fault::on("GET", "/v1/connections").answer(200, json!({ "connections": rows }))
    };
    sandbox.inject(answer(json!([old])).times(3));
    // A look that fails is a look.
    sandbox.inject(Fault::on("GET", "/v1/connections").answer(404, json!({})));
    sandbox.inject(answer(json!([new])).always());
    let wait = [CONNECT, &["--wait=60", "--interval", "0.01", "--output", "jsonl"]].concat();
    let done = run(&sandbox, &wait);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.last()["connected_at"], "2026-10-02T13:09:00Z", "{done:?}");
    let asked = sandbox.requests().into_iter().filter(|it| it.path == "/v1/connections");
    assert_eq!(asked.count(), 5);

    sandbox.clear_faults();
    let late = run(&sandbox, &[CONNECT, &["--wait=0.05", "--interval", "0.01"]].concat());
    assert_eq!(late.code, 6, "{late:?}");
    assert!(late.stderr.contains("next: codespar connect list"), "{late:?}");
}
