//! Calls without a driver: every operation makes the request that a driver sends, and reads the
//! answer alike.

mod accounts;
mod commerce;
mod governance;
mod selling;
mod session;

use codespar_engine::kit::Retry;
use codespar_proto::{
    Client, Config, Error, Json, Session,
    driver::{NoTransport, Transport},
    operations::routes,
    registry::{Started, operations, route, start_on_client, start_on_session},
    testing::Replay,
};
use serde_json::{Map, Value};
use testing_support::embedding::Api;

fn started<T: Transport>(client: &Client<T>, name: &str, args: &Json) -> Result<Started<T>, Error> {
    match start_on_client(client, name, args) {
        Some(started) => started,
        None => start_on_session(&client.session("ses_1")?, name, args).expect(name),
    }
}

fn config() -> Config {
    Config::new("csk_test_1").base_url("http://replay.test")
}

/// What cannot be made up from the description of the arguments.
fn arguments(name: &str, args: &mut Map<String, Value>) {
    let more = accounts::arguments(name)
        .or_else(|| governance::arguments(name))
        .or_else(|| selling::arguments(name))
        .or_else(|| commerce::arguments(name))
        .or_else(|| session::arguments(name));
    if let Some(Value::Object(more)) = more {
        args.extend(more);
    }
    if name == "tools.plan" {
        args.remove("intent");
    }
}

/// Operations that make no request, or may make several.
const SEVERAL: &[&[&str]] = &[
    accounts::SEVERAL,
    governance::SEVERAL,
    selling::SEVERAL,
    commerce::SEVERAL,
    session::SEVERAL,
];

/// Event streams.
const STREAMS: &[&[&str]] = &[
    accounts::STREAMS,
    governance::STREAMS,
    selling::STREAMS,
    commerce::STREAMS,
    session::STREAMS,
];

/// All operations, over a replay and without a transport.
fn api() -> Api<Session<Replay>, Session<NoTransport>> {
    Api {
        operations: operations().collect(),
        replayed: |replay, name, args| {
            started(&Client::with_transport(config(), replay.clone())?, name, args)
        },
        offline: |name, args| started(&Client::offline(config())?, name, args),
        arguments,
    }
}

#[test]
fn every_row_is_repeated_as_it_says() {
    // The charge that is made up is an immediate Pix, for which the server honours no key.
    let seen = api().repeats(route, &[("charges.create", Retry::Once)]);
    let unseen: Vec<_> =
        routes().map(|row| row.operation).filter(|name| !seen.contains(name)).collect();
    assert_eq!(unseen, [] as [&str; 0]);
}

#[test]
fn every_operation_is_the_same_without_a_driver() {
    let seen = api().compare();
    let all = |lists: &[&[&'static str]]| lists.iter().copied().flatten().copied().collect();
    assert_eq!(seen.several, all(SEVERAL));
    assert_eq!(seen.streams, all(STREAMS));
    assert!(seen.read.len() >= 90, "{:?}", seen.compared.difference(&seen.read));
}
