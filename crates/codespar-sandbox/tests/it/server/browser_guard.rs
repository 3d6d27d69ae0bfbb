//! Safe beside a browser: no page of any site drives the sandbox, and none fills its memory.

use codespar_sandbox::Sandbox;
use serde_json::json;

use crate::support::{bench, managed, raw};

/// The status of a request with these header lines, which a browser or a program would send.
fn ask(sandbox: &Sandbox, request: &str, headers: &str) -> u16 {
    let key = sandbox.api_key();
    let request = format!(
        "{request} HTTP/1.1\r\n{headers}authorization: Bearer {key}\r\nconnection: close\r\n\r\n"
    );
    let answer = String::from_utf8(raw(sandbox, &request)).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn only_names_of_this_machine_are_answered() {
    let sandbox = Sandbox::start().unwrap();
    let get = "GET /v1/whoami";
    for host in ["127.0.0.1", "localhost", "LOCALHOST:8787", "[::1]:1", "127.0.0.1:99", "127.1.2.3"]
    {
        assert_eq!(ask(&sandbox, get, &format!("host: {host}\r\n")), 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8787",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "192.168.0.1",
        "0.0.0.0",
        "[::]",
        "sandbox",
        "",
    ] {
        assert_eq!(ask(&sandbox, get, &format!("host: {host}\r\n")), 421, "{host}");
    }
    assert_eq!(ask(&sandbox, get, ""), 421);
    assert_eq!(ask(&sandbox, get, "host: localhost\r\nhost: evil.example\r\n"), 421);
    let absolute = "GET http://evil.example/v1/whoami";
    assert_eq!(ask(&sandbox, absolute, "host: localhost\r\n"), 421);
}

#[test]
fn web_pages_are_refused_and_leave_nothing_behind() {
    let sandbox = Sandbox::start().unwrap();
    for origin in ["http://evil.example", "null", "http://127.0.0.1:8787", "https://localhost", ""]
    {
        let headers = format!("host: localhost\r\norigin: {origin}\r\n");
        for path in ["/v1/whoami", "/health", "/upivia/api/v1/x", "/nowhere"] {
            assert_eq!(ask(&sandbox, &format!("GET {path}"), &headers), 403, "{origin} {path}");
        }
    }
    assert_eq!((sandbox.requests().len(), sandbox.request_count()), (0, 0));
}

#[test]
fn the_log_is_bounded_by_bytes_and_counts_on() {
    let bench = bench(Sandbox::builder().request_log(10_000));
    let body = |size: usize| json!({ "name": "x".repeat(size) });
    for _ in 0..20 {
        bench.post("/v1/consumers", body(2_000));
    }
    let kept = bench.sandbox.requests();
    assert!((1..5).contains(&kept.len()), "{}", kept.len());
    assert!(kept.iter().all(|request| request.body.len() > 2_000));
    assert_eq!(bench.sandbox.request_count(), 20);
    // One that is too large by itself is kept without its body, and pushes nothing else out.
    bench.post("/v1/consumers", body(50_000));
    let kept = bench.sandbox.requests();
    assert!(kept.last().unwrap().body.is_empty() && kept.len() > 1);
    assert_eq!(bench.sandbox.request_count(), 21);
}

#[test]
fn bodies_for_routes_that_are_not_there_are_not_kept() {
    let bench = managed();
    let body = || Some(vec![b'x'; 100_000]);
    for path in ["/nowhere", "/v1/nowhere", "/upivia/api/v1/x", "/upivia", "/v1/charges/a/b/c"] {
        let reply = bench.send("POST", path, body(), Some("text/plain")).unwrap();
        assert_eq!(reply.status, 404, "{path}");
        let last = bench.sandbox.requests().pop().unwrap();
        assert_eq!((&*last.path, last.body.len()), (path, 0));
    }
    // The service has this route, so what was sent to it can be looked at.
    bench.post("/v1/cards", json!({ "a": 1 }));
    assert_eq!(bench.sandbox.requests().pop().unwrap().json(), Some(json!({ "a": 1 })));
}
