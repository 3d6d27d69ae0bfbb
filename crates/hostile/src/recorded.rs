//! Recorded answers, as bytes of a body.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

/// The recordings of one API, a case per line.
fn lines(api: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire");
    let text = fs::read_to_string(folder.join(format!("{api}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The bodies of the answers of a recorded case, in order.
///
/// # Panics
/// When there is no such case.
pub fn recorded(case: &str) -> Vec<Vec<u8>> {
    let lines = lines("codespar");
    let line = lines.iter().find(|line| line["case"] == case);
    bodies(line.unwrap_or_else(|| panic!("no case {case}")))
}

/// All bodies of answers that were recorded of an API, `codespar` or `upivia`.
pub fn recorded_bodies(api: &str) -> Vec<Vec<u8>> {
    lines(api).iter().flat_map(bodies).collect()
}

/// All objects that were recorded, at any depth: arguments, requests, answers, events.
pub fn recorded_objects() -> Vec<Value> {
    let mut objects = Vec::new();
    for line in lines("codespar").into_iter().chain(lines("upivia")) {
        gather(&line["call"]["args"], &mut objects);
        for exchange in line["exchanges"].as_array().into_iter().flatten() {
            gather(&exchange["request"]["body_json"], &mut objects);
        }
        for body in bodies(&line) {
            let text = String::from_utf8_lossy(&body);
            let events = text.lines().filter_map(|line| line.strip_prefix("data:"));
            for json in events.chain([&*text]) {
                gather(&serde_json::from_str(json).unwrap_or_default(), &mut objects);
            }
        }
    }
    objects
}

fn gather(value: &Value, objects: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, objects)),
        Value::Object(members) => {
            objects.push(value.clone());
            members.values().for_each(|value| gather(value, objects));
        }
        _ => {}
    }
}

fn bodies(line: &Value) -> Vec<Vec<u8>> {
    let exchanges = line["exchanges"].as_array();
    exchanges.into_iter().flatten().map(|exchange| body(&exchange["response"])).collect()
}

/// A chunk is a text, or base64 where it is none.
fn chunk(chunk: &Value) -> Vec<u8> {
    match chunk["base64"].as_str() {
        Some(base64) => STANDARD.decode(base64).unwrap(),
        None => chunk.as_str().unwrap_or_default().into(),
    }
}

fn body(response: &Value) -> Vec<u8> {
    if let Some(chunks) = response["sse_chunks"].as_array() {
        return chunks.iter().flat_map(chunk).collect();
    }
    match (&response["body_json"], &response["body_text"]) {
        (Value::Null, Value::String(text)) => text.clone().into_bytes(),
        (Value::Null, _) => Vec::new(),
        (json, _) => json.to_string().into_bytes(),
    }
}
