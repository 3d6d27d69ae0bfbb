//! Calls without a driver: every operation makes the request that a driver sends, and reads the
//! answer alike.

use std::convert::Infallible;

use codespar_engine::kit::Retry;
use serde_json::{Map, Value, json};
use testing_support::embedding::Api;
use upivia_proto::{
    Client, Config,
    registry::{operations, route, start},
    routes,
};

fn config() -> Config {
    Config::new("http://replay.test").api_key("agent_key_1").pat("upivia_pat_1")
}

/// What cannot be made up from the description of the arguments.
fn arguments(name: &str, args: &mut Map<String, Value>) {
    let more = match name {
        "chat.turn" => json!({"message": "x"}),
        "knowledge.documents.create" | "knowledge.documents.create_and_wait" => {
            json!({"stored_object_id": "x1"})
        }
        "swarms.create" => json!({"agent_ids": ["x1", "x2"]}),
        "storage.objects.presign" | "storage.objects.put" => json!({"content_type": "text/plain"}),
        "triggers.update" => json!({"patch": {"disabled": true}}),
        _ => return,
    };
    if let Value::Object(more) = more {
        args.extend(more);
    }
}

/// Operations that make no request, or may make several.
const SEVERAL: [&str; 13] = [
    "agents.activity_iter",
    "audit_logs.iter",
    "knowledge.collections.iter",
    "knowledge.documents.create_and_wait",
    "knowledge.documents.wait",
    "langgraph.call_tool",
    "langgraph.format_tool_result",
    "service_requests.create_and_wait",
    "service_requests.decided",
    "storage.objects.iter",
    "storage.objects.upload_large",
    "triggers.iter",
    "workflows.run_and_wait",
];

/// All operations, over a replay and without a transport.
fn api() -> Api<Infallible, Infallible> {
    Api {
        operations: operations().collect(),
        replayed: |replay, name, args| {
            start(&Client::with_transport(config(), replay.clone())?, name, args).expect(name)
        },
        offline: |name, args| start(&Client::offline(config())?, name, args).expect(name),
        arguments,
    }
}

#[test]
fn every_row_is_repeated_as_it_says() {
    // It goes to the store that the server named, and puts the same bytes there again.
    let seen = api().repeats(route, &[("storage.objects.put", Retry::Safe)]);
    let unseen: Vec<_> =
        routes().map(|row| row.operation).filter(|name| !seen.contains(name)).collect();
    assert_eq!(unseen, [] as [&str; 0]);
}

#[test]
fn every_operation_is_the_same_without_a_driver() {
    let seen = api().compare();
    assert_eq!(seen.several.into_iter().collect::<Vec<_>>(), SEVERAL);
    assert!(seen.streams.contains("chat.turn"), "{:?}", seen.streams);
    assert!(seen.read.len() >= 60, "{:?}", seen.compared.difference(&seen.read));
}
