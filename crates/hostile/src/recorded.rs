//! Recorded answers, as bytes of a body.

use std::{fs, path::Path};

use serde_json::Value;

/// The recordings of one API, a case per line.
fn lines() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire/codespar.jsonl");
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The bodies of the answers of a recorded case, in order.
///
/// # Panics
/// When there is no such case.
pub fn recorded(case: &str) -> Vec<Vec<u8>> {
    let lines = lines();
    let line = lines.iter().find(|line| line["case"] == case);
    bodies(line.unwrap_or_else(|| panic!("no case {case}")))
}

/// All bodies of answers that were recorded, with their case.
pub fn recorded_bodies() -> Vec<(String, Vec<u8>)> {
    let lines = lines();
    let named = |line: &Value| {
        let case = line["case"].as_str().unwrap_or_default().to_owned();
        bodies(line).into_iter().map(move |body| (case.clone(), body)).collect::<Vec<_>>()
    };
    lines.iter().flat_map(named).collect()
}

fn bodies(line: &Value) -> Vec<Vec<u8>> {
    let exchanges = line["exchanges"].as_array();
    exchanges.into_iter().flatten().map(|exchange| body(&exchange["response"])).collect()
}

fn body(response: &Value) -> Vec<u8> {
    if let Some(chunks) = response["sse_chunks"].as_array() {
        let text: Vec<&str> = chunks.iter().filter_map(Value::as_str).collect();
        return text.concat().into_bytes();
    }
    match (&response["body_json"], &response["body_text"]) {
        (Value::Null, Value::String(text)) => text.clone().into_bytes(),
        (Value::Null, _) => Vec::new(),
        (json, _) => json.to_string().into_bytes(),
    }
}
