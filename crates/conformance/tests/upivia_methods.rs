//! Every Upivia operation of the registry, end to end over sockets against the sandbox, through both
//! drivers: what is added to the product and not to `upivia/operations.jsonl` is noticed here.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};

use codespar_sandbox::{ReceivedRequest, Sandbox};
use futures_util::TryStreamExt as _;
use serde::Deserialize;
use serde_json::Value;
use upivia_proto::registry::{self, Started};
use upivia_proto::{Client, Config, Error, Json, Route};

const TABLE: &str = include_str!("upivia/operations.jsonl");

/// One line of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The operation.
    op: String,
    /// Its arguments; a text `$name` stands for what an earlier line has kept.
    #[serde(default = "nothing")]
    args: Value,
    /// What later lines need, by pointers into the result.
    #[serde(default)]
    keep: BTreeMap<String, String>,
    /// The code with which the sandbox refuses it.
    refused: Option<String>,
    /// Why it does.
    why: Option<String>,
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

fn table() -> Vec<Line> {
    let lines = TABLE.lines().map(|line| (line, serde_json::from_str(line)));
    lines.map(|(line, read)| read.unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Puts in what earlier lines have kept.
fn fill(value: &mut Value, kept: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('$') {
                *value = kept.get(name).unwrap_or_else(|| panic!("no {name} was kept")).clone();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| fill(value, kept)),
        Value::Object(members) => members.values_mut().for_each(|value| fill(value, kept)),
        _ => {}
    }
}

/// Whether it went as the line says; keeps what later lines need.
fn judge(line: &Line, result: Result<Value, Error>, kept: &mut BTreeMap<String, Value>) {
    let op = &line.op;
    assert_eq!(line.refused.is_some(), line.why.is_some(), "{op}: why?");
    match (result, &line.refused) {
        (Ok(value), None) => {
            for (name, pointer) in &line.keep {
                let part = value.pointer(pointer);
                let part = part.unwrap_or_else(|| panic!("{op}: no {pointer} in {value}"));
                kept.insert(name.clone(), part.clone());
            }
        }
        (Err(error), Some(code)) => assert_eq!(error.code(), Some(&**code), "{op}: {error}"),
        (result, _) => panic!("{op}: {result:?}"),
    }
}

fn is_of(route: &Route, request: &ReceivedRequest) -> bool {
    let Some(path) = request.path.strip_prefix("/upivia") else { return false };
    let (wanted, got) = (route.path.split('/'), path.split('/'));
    request.method == route.method.as_str()
        && wanted.clone().count() == got.clone().count()
        && wanted.zip(got).all(|(wanted, got)| wanted.starts_with('{') || wanted == got)
}

fn config_of(sandbox: &Sandbox) -> Config {
    Config::new(sandbox.upivia_url())
        .api_key(sandbox.upivia_agent_key())
        .pat(sandbox.upivia_pat())
        .session_cookie(sandbox.upivia_session_cookie())
}

/// Calls everything in the table with what carries a started operation out, and looks at what has
/// reached the server.
fn go_through(
    sandbox: &Sandbox,
    mut carry_out: impl FnMut(&str, &Json) -> Option<Result<Value, Error>>,
) {
    let mut kept = BTreeMap::new();
    let table = table();
    for line in &table {
        let mut args = line.args.clone();
        fill(&mut args, &kept);
        let result = carry_out(&line.op, &Json::from(args));
        judge(line, result.unwrap_or_else(|| panic!("no operation {}", line.op)), &mut kept);
    }
    let called: BTreeSet<_> = table.iter().map(|line| &*line.op).collect();
    let missing: Vec<_> = registry::operations().filter(|name| !called.contains(name)).collect();
    assert!(missing.is_empty(), "not in operations.jsonl: {missing:?}");
    let requests = sandbox.requests();
    let asked = |route: &&Route| requests.iter().any(|request| is_of(route, request));
    let missing: Vec<_> = upivia_proto::routes().filter(|route| !asked(route)).collect();
    assert!(missing.is_empty(), "never requested: {missing:?}");
}

#[test]
fn every_operation_works_blocking() {
    let sandbox = Sandbox::start().unwrap();
    let client =
        Client::<codespar_blocking::UreqTransport>::with_config(config_of(&sandbox)).unwrap();
    go_through(&sandbox, |name, args| {
        Some(registry::start(&client, name, args)?.and_then(|started| match started {
            Started::Call(call) => call.send().map(|json| json.to_value()),
            Started::Items(items) => items.map(|item| item.map(|json| json.to_value())).collect(),
            other => panic!("{name}: {other:?}"),
        }))
    });
}

#[test]
fn every_operation_works_asynchronously() {
    let sandbox = Sandbox::start().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client =
        Client::<codespar_async::HyperTransport>::with_config(config_of(&sandbox)).unwrap();
    go_through(&sandbox, |name, args| {
        let started = registry::start(&client, name, args)?;
        Some(started.and_then(|started| match started {
            Started::Call(call) => {
                runtime.block_on(async { call.await }).map(|json| json.to_value())
            }
            Started::Items(items) => {
                let items = items.map_ok(|json| json.to_value()).try_collect::<Vec<_>>();
                runtime.block_on(items).map(Value::from)
            }
            other => panic!("{name}: {other:?}"),
        }))
    });
}
