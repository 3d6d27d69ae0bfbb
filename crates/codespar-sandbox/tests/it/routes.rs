//! The whole table: every route answers, and none fails on nonsense.

use codespar_sandbox::{Dialect, Sandbox};
use serde_json::json;

use crate::support::{bench, managed};

#[test]
fn no_route_fails_on_nonsense() {
    for dialect in [Dialect::Managed, Dialect::SelfHosted] {
        let bench = bench(Sandbox::builder().dialect(dialect));
        let bodies = [
            None,
            Some(json!({})),
            Some(json!([1])),
            Some(json!(null)),
            Some(json!({ "name": 1, "servers": {}, "tool": [], "items": "x", "input": 7 })),
            Some(json!({ "amount": 1e300, "amount_minor": i64::MAX, "method": "pix" })),
        ];
        for (method, pattern) in bench.sandbox.routes() {
            let path: Vec<&str> = pattern
                .split('/')
                .map(|segment| if segment.starts_with('{') { "%C3%A4%20b%2F" } else { segment })
                .collect();
            for body in &bodies {
                if ["GET", "DELETE"].contains(&method) && body.is_some() {
                    continue;
                }
                let reply = bench.call(method, &path.join("/"), body.clone());
                assert!(reply.status < 500, "{method} {pattern} {body:?}: {}", reply.text);
                let routed = !reply.text.contains(" not found\",\"statusCode\":404");
                assert!(routed, "{method} {pattern}: {}", reply.text);
            }
        }
    }
}

#[test]
fn paths_are_decoded_once_and_never_climb() {
    let bench = managed();
    let not_found = |path: &str| {
        let reply = bench.get(path);
        (reply.status, reply.body["error"].clone())
    };
    assert_eq!(not_found("/v1/tool-calls/..%2F1"), (400, json!("invalid_tool_call_id")));
    assert_eq!(not_found("/v1/sessions/%2e%2e"), (404, json!("not_found")));
    assert_eq!(not_found("/v1/sessions//mocks"), (404, json!("Not Found")));
    assert_eq!(not_found("/v1/sessions/%ff"), (404, json!("Not Found")));
    assert_eq!(not_found("/v1/sessions/x/mocks/"), (404, json!("Not Found")));
}

#[test]
fn an_asynchronous_test_can_hold_it_too() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::start().unwrap();
        let stream = tokio::net::TcpStream::connect(sandbox.address()).await.unwrap();
        drop(sandbox);
        let mut byte = [0; 1];
        stream.readable().await.unwrap();
        assert!(matches!(stream.try_read(&mut byte), Ok(0) | Err(_)));
    });
}

#[test]
fn no_route_stands_there_twice() {
    let plain = |part: &str| if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() };
    let sandbox = managed().sandbox;
    let absent = sandbox.routes_not_here().into_iter().map(|(method, path, _)| (method, path));
    let mut seen = std::collections::BTreeSet::new();
    for (method, path) in sandbox.routes().into_iter().chain(absent) {
        let shape: Vec<_> = path.split('/').map(plain).collect();
        assert!(seen.insert((method, shape)), "{method} {path}");
    }
}

/// What the documentation says of the routes that the sandbox does not have.
const NOT_HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/not_here.md");

#[test]
fn the_documentation_lists_the_routes_that_are_not_here() {
    let mut table = "| route | why |\n|---|---|\n".to_owned();
    for (method, path, why) in managed().sandbox.routes_not_here() {
        table.push_str(&format!("| `{method} {path}` | {why} |\n"));
    }
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(NOT_HERE, table).unwrap();
    } else {
        let written = std::fs::read_to_string(NOT_HERE).unwrap_or_default();
        assert!(written == table, "{NOT_HERE} is out of date; UPDATE_FIXTURES=1 writes it again");
    }
}
