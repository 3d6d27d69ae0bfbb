//! Tables of operations: each line a call with as few arguments as will do.

use std::collections::{BTreeMap, BTreeSet};

use codespar_proto::{Error, operations::Route};
use codespar_sandbox::{ReceivedRequest, Sandbox};
use serde::Deserialize;
use serde_json::Value;

/// One line of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// The operation.
    pub(crate) op: String,
    /// Its arguments; a text `$name` stands for what an earlier line has kept.
    #[serde(default = "nothing")]
    pub(crate) args: Value,
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

/// The lines of a table.
pub(crate) fn lines(table: &str) -> Vec<Line> {
    let lines = table.lines().map(|line| (line, serde_json::from_str(line)));
    lines.map(|(line, read)| read.unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Puts in what earlier lines have kept.
pub(crate) fn fill(value: &mut Value, kept: &BTreeMap<String, Value>) {
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
pub(crate) fn judge(line: &Line, result: Result<Value, Error>, kept: &mut BTreeMap<String, Value>) {
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

/// Whether a request went to a route below a prefix.
fn is_of(route: &Route, prefix: &str, request: &ReceivedRequest) -> bool {
    let Some(path) = request.path.strip_prefix(prefix) else { return false };
    let (wanted, got) = (route.path.split('/'), path.split('/'));
    request.method == route.method.as_str()
        && wanted.clone().count() == got.clone().count()
        && wanted.zip(got).all(|(wanted, got)| wanted.starts_with('{') || wanted == got)
}

/// Fails unless every operation is in the table, and every route was asked for.
pub(crate) fn is_complete(
    table: &[Line],
    operations: impl Iterator<Item = &'static str>,
    routes: impl Iterator<Item = &'static Route>,
    prefix: &str,
    sandbox: &Sandbox,
) {
    let called: BTreeSet<_> = table.iter().map(|line| &*line.op).collect();
    let missing: Vec<_> = operations.filter(|name| !called.contains(name)).collect();
    assert!(missing.is_empty(), "in no table of operations: {missing:?}");
    let requests = sandbox.requests();
    let asked = |route: &&Route| requests.iter().any(|request| is_of(route, prefix, request));
    let missing: Vec<_> = routes.filter(|route| !asked(route)).collect();
    assert!(missing.is_empty(), "never requested: {missing:?}");
}
