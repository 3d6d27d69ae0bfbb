//! The log of received requests, which nobody can fill without end.

use codespar_sandbox::Sandbox;
use serde_json::json;

use crate::support::{bench, managed};

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
