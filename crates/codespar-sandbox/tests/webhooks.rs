//! Webhook endpoints and the deliveries to them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::thread::JoinHandle;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use support::{Bench, managed};

/// Takes this many deliveries and answers each with the status.
fn receiver(deliveries: usize, status: u16) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/hook?a=1", listener.local_addr().unwrap());
    let take = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut text = String::new();
        let mut buffer = [0; 4096];
        while !complete(&text) {
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "cut short: {text}");
            text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").unwrap();
        text
    };
    (url, std::thread::spawn(move || (0..deliveries).map(|_| take()).collect()))
}

fn complete(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    header(head, "content-length").is_some_and(|length| length.parse() == Ok(body.len()))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

fn endpoint(bench: &Bench, url: &str) -> Value {
    let body = json!({ "name": "hook", "event": "trigger.test_fire", "webhook_url": url });
    let reply = bench.post("/v1/webhook-endpoints", body);
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.body
}

#[test]
fn an_endpoint_is_created_changed_and_deleted() {
    let bench = managed();
    let created = endpoint(&bench, "https://app.example.test/hook");
    assert_eq!(created["secret"].as_str().unwrap().len(), 64);
    let path = format!("/v1/webhook-endpoints/{}", created["id"].as_str().unwrap());
    // The old name of the route is the same route; the secret is shown once.
    let alias = path.replace("webhook-endpoints", "triggers");
    let read = bench.get(&alias).body;
    assert_eq!((&read["status"], read.get("secret")), (&json!("active"), None));
    assert_eq!(bench.patch(&path, json!({ "status": "paused" })).body["status"], "paused");
    assert_eq!(bench.patch(&path, json!({ "status": "error" })).status, 400);
    let list = bench.get("/v1/webhook-endpoints?status=paused").body;
    assert_eq!(list["triggers"].as_array().unwrap().len(), 1);
    let rotated = bench.post(&format!("{path}/rotate-secret"), json!({})).body;
    assert_ne!(rotated["secret"], created["secret"]);
    assert_eq!(bench.delete(&path).status, 204);
    assert_eq!(bench.get(&path).body["error"]["code"], "trigger_not_found");
}

#[test]
fn addresses_that_are_refused() {
    let bench = managed();
    let table = [
        ("nonsense", "invalid_url"),
        ("ftp://example.test", "invalid_url"),
        ("http://app.example.test", "not_https"),
        ("https://localhost/x", "reserved_host"),
    ];
    for (url, code) in table {
        let body = json!({ "name": "n", "event": "e", "webhook_url": url });
        let reply = bench.post("/v1/webhook-endpoints", body);
        assert_eq!((reply.status, &reply.body["error"]["code"]), (400, &json!(code)), "{url}");
    }
}

#[test]
fn a_delivery_is_signed_and_can_be_repeated() {
    let bench = managed();
    let (url, receiver) = receiver(3, 204);
    let created = endpoint(&bench, &url);
    let path = format!("/v1/webhook-endpoints/{}", created["id"].as_str().unwrap());
    let fired = bench.post(&format!("{path}/test-fire"), json!({ "payload": { "a": 1 } })).body;
    assert_eq!((&fired["status"], &fired["response_status"]), (&json!("delivered"), &json!(204)));

    let delivery = fired["delivery_id"].as_str().unwrap();
    let again = format!("/v1/webhook-endpoints/deliveries/{delivery}/redeliver");
    let again = bench.post(&again, json!({}));
    assert_eq!((again.status, &again.body["event_id"]), (202, &fired["event_id"]));
    let event = fired["event_id"].as_str().unwrap();
    let replay = bench.post(&format!("/v1/events/{event}/replay"), json!({}));
    assert_eq!((replay.status, &replay.body["dispatched"]), (202, &json!(1)));

    let rows = bench.get(&format!("{path}/deliveries")).body;
    assert_eq!(rows["deliveries"].as_array().unwrap().len(), 3);
    let full = bench.get(&format!("{path}/deliveries/{delivery}")).body;
    assert_eq!(full["event"]["data"], json!({ "a": 1, "test": true }));
    assert_eq!(bench.get(&path).body["total_runs"], 3);
    assert_eq!(bench.get(&format!("{path}/deliveries/x")).status, 400);

    for request in receiver.join().unwrap() {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /hook?a=1 "), "{head}");
        assert_eq!(header(head, "x-codespar-event-id"), fired["event_id"].as_str());
        let signature = header(head, "x-codespar-signature").unwrap();
        let (at, signature) =
            signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).unwrap();
        let secret = created["secret"].as_str().unwrap();
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        let expected = mac.chain_update(format!("{at}.{body}")).finalize().into_bytes();
        let expected: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(signature, expected);
    }
}

#[test]
fn failed_deliveries_say_why() {
    let bench = managed();
    let (url, receiver) = receiver(1, 500);
    let created = endpoint(&bench, &url);
    let path = format!("/v1/webhook-endpoints/{}/test-fire", created["id"].as_str().unwrap());
    let fired = bench.post(&path, json!({})).body;
    assert_eq!((&fired["status"], &fired["error"]), (&json!("failed"), &json!("http_500")));
    receiver.join().unwrap();
    // Nobody listens any more, and other machines are never called.
    assert_eq!(bench.post(&path, json!({})).body["response_status"], json!(null));
    let remote = endpoint(&bench, "https://app.example.test/hook");
    let path = format!("/v1/webhook-endpoints/{}/test-fire", remote["id"].as_str().unwrap());
    assert_eq!(bench.post(&path, json!({})).body["error"], "ssrf_blocked:sandbox");
}
