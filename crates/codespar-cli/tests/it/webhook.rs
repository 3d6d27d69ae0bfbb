//! Events as they are delivered: endpoints made and deleted, signatures, forwarding.
#![cfg(unix)]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::SystemTime,
};

use codespar_blocking::webhook::Verifier;
use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::{
    program::{Home, at, end, program, run},
    running::Running,
};

const PAID: &str = "commerce.charge.paid";

fn listen(sandbox: &Sandbox, home: &Home, more: &[&str]) -> Running {
    let mut command = program(home);
    at(&mut command, sandbox).args(["webhook", "listen"]).args(more);
    Running::start(&mut command)
}

/// Where it listens.
fn url(listening: &Running) -> String {
    let line = listening.note("listening on ");
    line.split(' ').nth(2).unwrap().trim_end_matches(';').to_owned()
}

fn endpoints(sandbox: &Sandbox) -> usize {
    let ended = run(sandbox, &["webhook-endpoints", "list", "--output", "jsonl"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    ended.stdout.lines().count()
}

/// Posts to the listener by hand; the head of the answer.
fn post(url: &str, head: &str, body: &[u8]) -> String {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let head = format!("{head}\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n");
    // It may answer, and close, before it has read all.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn events_are_verified_shown_and_the_endpoint_goes_at_the_end() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let other = "commerce.charge.expired";
    let events = ["--event", PAID, "--event", other, "--count", "2", "--output", "jsonl"];
    let mut listening = listen(&sandbox, &home, &events);
    url(&listening);
    assert_eq!(endpoints(&sandbox), 2);
    let data = json!({ "payment_id": "ch_1", "amount_minor": 15000, "payer": "Maria Silva" });
    for event in [PAID, other] {
        assert_eq!(sandbox.deliver(event, data.clone()), 1);
        let line: Value = serde_json::from_str(&listening.line()).unwrap();
        assert_eq!((&line["type"], &line["delivery"]["verified"]), (&json!(event), &json!(true)));
        assert_eq!(line["data"]["amount_minor"], 15000, "{line}");
        // What is not known not to be personal is not shown.
        assert_eq!(line["data"]["payer"], "[redacted]", "{line}");
        assert_eq!(line["delivery"]["answered"], 204, "{line}");
    }
    assert_eq!(listening.end(), 0);
    assert_eq!(endpoints(&sandbox), 0);
}

#[test]
fn an_interrupt_and_the_request_to_end_delete_the_endpoint() {
    let sandbox = Sandbox::start().unwrap();
    for signal in ["INT", "TERM"] {
        let home = Home::new();
        let mut listening = listen(&sandbox, &home, &[]);
        url(&listening);
        assert_eq!(endpoints(&sandbox), 1);
        listening.signal(signal);
        assert_eq!(listening.end(), 0, "{signal}");
        assert_eq!(endpoints(&sandbox), 0, "{signal}");
    }
}

#[test]
fn an_endpoint_that_could_not_be_deleted_is_named() {
    let sandbox = Sandbox::start().unwrap();
    let fault = Fault::on("DELETE", "/v1/webhook-endpoints/").always();
    sandbox.inject(fault.answer(403, json!({ "error": "no" })));
    let home = Home::new();
    let mut listening = listen(&sandbox, &home, &["--output", "jsonl"]);
    url(&listening);
    listening.signal("INT");
    assert_eq!(listening.end(), 1);
    let failure: Value = serde_json::from_str(&listening.line()).unwrap();
    let next = failure["error"]["next"].as_str().unwrap();
    assert!(next.starts_with("codespar webhook-endpoints delete trg_"), "{failure}");
}

#[test]
fn what_is_not_rightly_signed_is_refused_and_not_shown() {
    let sandbox = Sandbox::start().unwrap();
    let home = Home::new();
    let mut listening = listen(&sandbox, &home, &["--count", "1"]);
    let url = url(&listening);
    let (wrong, data) = ("0123456789abcdef0123456789abcdef", json!({ "payment_id": "ch_1" }));
    sandbox.deliver_to(&url, wrong, PAID, data.clone());
    listening.note("refused a delivery: signature_mismatch");
    let event = br#"{"id":"evt_1","type":"commerce.charge.paid"}"#;
    let unsigned = post(&url, "POST / HTTP/1.1", event);
    assert!(unsigned.starts_with("HTTP/1.1 401"), "{unsigned}");
    listening.note("refused a delivery: signature_missing");
    assert!(post(&url, "GET / HTTP/1.1", b"").starts_with("HTTP/1.1 405"));
    // What is too large is not read to its end, so that its answer may be lost on the way.
    let large = post(&url, "POST / HTTP/1.1", &vec![b' '; 1024 * 1024 + 1]);
    assert!(large.is_empty() || large.starts_with("HTTP/1.1 413"), "{large}");
    let head = format!("POST / HTTP/1.1\r\nx-long: {}", "a".repeat(300 * 1024));
    let long = post(&url, &head, b"");
    assert!(long.is_empty() || long.starts_with("HTTP/1.1 431"), "{long}");
    // And the next one is the first that is shown.
    assert_eq!(sandbox.deliver(PAID, data), 1);
    assert!(listening.line().contains("verified"));
    assert_eq!(listening.end(), 0);
}

#[test]
fn deliveries_are_passed_on_as_they_came_and_answered_as_they_are() {
    let (sandbox, app) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    let home = Home::new();
    let to = format!("{}/v1/charges", app.base_url());
    let options = ["--forward-to", &to, "--show-secrets", "--count", "2", "--output", "jsonl"];
    let mut listening = listen(&sandbox, &home, &options);
    let secret = listening.note("its secret: ").replace("its secret: ", "");
    url(&listening);
    let verifier = Verifier::new(&secret).unwrap();
    for status in [200, 503] {
        app.inject(Fault::on("POST", "/v1/charges").answer(status, json!({})));
        assert_eq!(sandbox.deliver(PAID, json!({ "payment_id": "ch_1" })), 1);
        let line: Value = serde_json::from_str(&listening.line()).unwrap();
        assert_eq!(line["delivery"]["answered"], status, "{line}");
        let request = app.requests().pop().unwrap();
        let passed_on = verifier.verify(&request.headers, &request.body, SystemTime::now());
        assert_eq!(passed_on.unwrap().event.id, line["id"].as_str().unwrap());
    }
    assert_eq!(listening.end(), 0);
    // The sandbox was told so: what failed is to come again.
    let posts = sandbox.requests();
    assert!(posts.iter().any(|it| it.method == "DELETE"), "{posts:?}");
}

#[test]
fn only_this_machine_is_passed_on_to_and_only_a_tunnel_is_reached_from_elsewhere() {
    let sandbox = Sandbox::start().unwrap();
    for to in ["https://127.0.0.1/", "http://shop.example/hook", "hook"] {
        let ended = run(&sandbox, &["webhook", "listen", "--forward-to", to]);
        assert_eq!((ended.code, sandbox.request_count()), (2, 0), "{to}: {ended:?}");
    }
    let home = Home::new();
    let mut command = program(&home);
    command.env("CODESPAR_API_KEY", "csk_test_1").args(["webhook", "listen"]);
    let ended = end(command.args(["--base-url", "https://api.codespar.example"]));
    assert_eq!(ended.code, 2, "{ended:?}");
    assert!(ended.stderr.contains("--public-url"), "{ended:?}");
    let tunnel = ["webhook", "listen", "--public-url", "https://tunnel.example/x"];
    assert_eq!(run(&sandbox, &tunnel).code, 2);
    assert_eq!(sandbox.request_count(), 0);

    // Behind a tunnel, the endpoint has its address.
    let home = Home::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let free = free.port().to_string();
    let tunnel = [&tunnel[2..], &["--port", free.as_str()]].concat();
    let mut listening = listen(&sandbox, &home, &tunnel);
    assert!(url(&listening).ends_with(&format!(":{free}/")));
    let made = sandbox.requests().remove(0);
    assert!(String::from_utf8(made.body.to_vec()).unwrap().contains("https://tunnel.example/x"));
    listening.signal("INT");
    assert_eq!(listening.end(), 0);
}

#[test]
fn polling_reads_deliveries_and_says_that_nothing_is_verified() {
    let sandbox = Sandbox::start().unwrap();
    let make = [
        "webhook-endpoints",
        "create",
        "--name",
        "n",
        "--event",
        PAID,
        "--webhook-url",
        "https://shop.example/hook",
        "--output",
        "jsonl",
    ];
    let made = run(&sandbox, &make).last();
    assert_eq!(sandbox.deliver(PAID, json!({ "payment_id": "ch_0" })), 1);
    let deliveries = ["webhook-endpoints", "deliveries", made["id"].as_str().unwrap()];
    while run(&sandbox, &[&deliveries[..], &["--output", "jsonl"]].concat()).stdout.len() < 10 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let home = Home::new();
    let often = ["--poll", "--interval", "0.02", "--retries", "0"];
    let poll = [&often[..], &["--count", "1", "--output", "jsonl"]].concat();
    let mut polling = listen(&sandbox, &home, &poll);
    polling.note("reads the deliveries of 1 endpoints");
    // What fails for a moment is asked again.
    let fault = Fault::on("GET", "/v1/webhook-endpoints/");
    sandbox.inject(fault.answer(503, json!({ "error": "no" })));
    polling.note("asked again later");
    assert_eq!(sandbox.deliver(PAID, json!({ "payment_id": "ch_1" })), 1);
    let line: Value = serde_json::from_str(&polling.line()).unwrap();
    assert_eq!(line["data"]["payment_id"], "ch_1", "{line}");
    assert_eq!(line["delivery"]["verified"], false);
    assert_eq!(line["delivery"]["why"], "not verified: signature redacted");
    assert_eq!(polling.end(), 0);
    // It makes no endpoint, and takes none away.
    assert_eq!(endpoints(&sandbox), 1);
    let none = run(&sandbox, &["webhook", "listen", "--poll", "--event", "no.such"]);
    assert_eq!(none.code, 2, "{none:?}");
}
