// Every operation of the registry once more, with as few arguments as will do: what is added to the
// product and not to `operations.jsonl` is noticed here.

use std::collections::{BTreeMap, BTreeSet};

use codespar_proto::{
    Error, Json, Route,
    registry::{self, Started, Target},
};
use codespar_sandbox::{ReceivedRequest, Sandbox};
use serde::Deserialize;
use serde_json::Value;

use super::bench::client_of;

const TABLE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/operations.jsonl"));

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
    let (wanted, got) = (route.path.split('/'), request.path.split('/'));
    request.method == route.method.as_str()
        && wanted.clone().count() == got.clone().count()
        && wanted.zip(got).all(|(wanted, got)| wanted.starts_with('{') || wanted == got)
}

scenario! { every_operation_reaches_the_server {
    let sandbox = Sandbox::start()?;
    let client = client_of(&sandbox);
    let (mut session, mut kept) = (None, BTreeMap::new());
    let table = table();
    for line in &table {
        let mut args = line.args.clone();
        fill(&mut args, &kept);
        let args = Json::from(args);
        let started = match line.op.starts_with("session.") {
            true => registry::start_on_session(session.as_ref().unwrap(), &line.op, &args),
            false => registry::start_on_client(&client, &line.op, &args),
        };
        let started = started.unwrap_or_else(|| panic!("no operation {}", line.op));
        let result: Result<Value, Error> =
            match started.map_err(|error| format!("{}: {error}", line.op))? {
                Started::Call(call) => run!(call).map(|json| json.to_value()),
                Started::Items(items) => {
                    let (items, failed) = all!(items);
                    let items = items.iter().map(Json::to_value).collect();
                    failed.map_or(Ok(Value::Array(items)), Err)
                }
                Started::Session(call) => run!(call).map(|made| {
                    session = Some(made);
                    Value::Null
                }),
                other => panic!("{}: {other:?}", line.op),
            };
        judge(line, result, &mut kept);
    }

    let called: BTreeSet<_> = table.iter().map(|line| &*line.op).collect();
    let online = registry::operations().filter(|operation| operation.on != Target::Nothing);
    let missing: Vec<_> = online.filter(|it| !called.contains(it.name)).map(|it| it.name).collect();
    assert!(missing.is_empty(), "not in operations.jsonl: {missing:?}");
    let unnamed: Vec<_> =
        codespar_proto::routes().filter(|it| !called.contains(it.operation)).collect();
    assert!(unnamed.is_empty(), "not in the registry: {unnamed:?}");
    let requests = sandbox.requests();
    let asked = |route: &&Route| requests.iter().any(|request| is_of(route, request));
    let missing: Vec<_> = codespar_proto::routes().filter(|route| !asked(route)).collect();
    assert!(missing.is_empty(), "never requested: {missing:?}");
}}
