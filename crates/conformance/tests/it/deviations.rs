//! Recordings as others would make them: the recorded ones with something changed that means
//! nothing, or whose meaning is plain. Whatever agreed before agrees still.

use crate::support::{fixture, recordings};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use conformance::deviations::{Deviations, words};
use conformance::operations::Driver;
use conformance::recording::Chunk;
use conformance::runner::{CaseResult, Verdict, run};
use conformance::sdk::Sdk;
use serde::Deserialize as _;
use serde_json::{Value, json};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all.get(self.below(all.len())).cloned().unwrap()
    }
}

fn cases() -> Vec<Value> {
    [recordings("codespar"), recordings("upivia")].concat()
}

/// The cases as `change` made them, where it made something of them.
fn changed(change: impl Fn(&mut Value, &mut Dice) -> bool) -> Vec<Value> {
    let mut dice = Dice(7);
    let mut all = cases();
    all.retain_mut(|case| change(case, &mut dice));
    all
}

fn agree(cases: &[Value], at_least: usize) {
    assert!(cases.len() >= at_least, "{} cases", cases.len());
    let deviations = Deviations::parse(&fixture("deviations.toml")).unwrap();
    let result = run(&Sdk, &deviations, cases, &[Driver::Blocking], 8);
    let wrong =
        |result: &&CaseResult| matches!(result.verdict, Verdict::Failed(_) | Verdict::Unknown);
    let wrong: Vec<_> = result.iter().filter(wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn responses(case: &mut Value) -> Vec<&mut Value> {
    let exchanges = case["exchanges"].as_array_mut().into_iter().flatten();
    exchanges.map(|exchange| &mut exchange["response"]).collect()
}

#[test]
fn with_members_that_nobody_knows() {
    let cases = changed(|case, dice| {
        let value = dice.one_of(&[json!(1.5), json!("x"), json!({ "a": [null] }), json!([])]);
        let mut added = false;
        for response in responses(case) {
            if let Some(body) = response.get_mut("body_json").and_then(Value::as_object_mut) {
                added |= body.insert("nobody_knows".to_owned(), value.clone()).is_none();
            }
        }
        added
    });
    agree(&cases, 400);
}

#[test]
fn with_other_successes_and_headers() {
    let cases = changed(|case, dice| {
        let mut changed = false;
        for response in responses(case) {
            response["headers"]["x-ratelimit-remaining"] = json!("3");
            response["headers"]["server-timing"] = json!(["a", "b"]);
            if response.get("body_json").is_some_and(|body| !body.is_null())
                && response["status"].as_u64().is_some_and(|status| status / 100 == 2)
            {
                response["status"] = dice.one_of(&[json!(200), json!(201), json!(202), json!(203)]);
                changed = true;
            }
        }
        changed
    });
    agree(&cases, 350);
}

#[test]
fn with_streams_in_other_pieces() {
    let cases = changed(|case, dice| {
        let mut split = false;
        for response in responses(case) {
            let Some(chunks) = response.get("sse_chunks") else { continue };
            let chunks = Vec::<Chunk>::deserialize(chunks).unwrap();
            let bytes: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.bytes().unwrap()).collect();
            let mut pieces = Vec::new();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let (piece, left) = rest.split_at(rest.len().min(1 + dice.below(40)));
                pieces.push(json!({ "base64": STANDARD.encode(piece) }));
                rest = left;
            }
            split |= pieces.len() > 1;
            response["sse_chunks"] = Value::Array(pieces);
        }
        split
    });
    agree(&cases, 60);
}

#[test]
fn under_the_names_of_another_language() {
    fn camel(name: &str) -> String {
        let mut up = false;
        let letters = name.chars().filter_map(|letter| {
            let raised = std::mem::replace(&mut up, letter == '_');
            (letter != '_').then(|| if raised { letter.to_ascii_uppercase() } else { letter })
        });
        letters.collect()
    }
    let cases = changed(|case, _| {
        let call = &mut case["call"];
        for name in ["on", "method"] {
            call[name] = camel(call[name].as_str().unwrap()).into();
        }
        let Some(args) = call["args"].as_object() else { return false };
        call["args"] = args.iter().map(|(name, value)| (camel(name), value.clone())).collect();
        true
    });
    agree(&cases, 500);
}

#[test]
fn refused_in_every_way() {
    const STATUSES: [u16; 13] = [400, 401, 402, 403, 404, 409, 410, 413, 415, 422, 429, 500, 501];
    let envelopes = [
        json!({ "error": "not_allowed", "message": "no" }),
        json!({ "error": { "code": "not_allowed", "message": "no" }, "request_id": "req_1" }),
        json!({ "code": "not_allowed", "message": "no" }),
        json!({
            "statusCode": 400, "code": "not_allowed", "error": "Bad Request", "message": "no",
        }),
    ];
    let cases = changed(|case, dice| {
        let waits = case["exchanges"].as_array().is_none_or(|all| all.len() != 1);
        let call = case["call"]["method"].as_str().unwrap_or_default();
        if waits || case["call"]["on"] == "langgraph" || matches!(call, "close" | "classify") {
            return false;
        }
        let status = dice.one_of(&STATUSES);
        let kind = if case["sdk"].as_str().unwrap().contains("upivia") {
            "UpiviaError"
        } else {
            "ApiError"
        };
        let mut headers = json!({ "content-type": "application/json", "x-request-id": "req_1" });
        if status == 429 {
            headers["retry-after"] = "7".into();
        }
        let body = dice.one_of(&envelopes);
        case["exchanges"][0]["response"] =
            json!({ "status": status, "headers": headers, "body_json": body });
        // Nothing is late any more: a short limit could only run out on a machine that is busy.
        for limit in ["/call/timeout_s", "/config/timeout"] {
            if let Some(limit) = case.pointer_mut(limit).filter(|limit| limit.as_f64() > Some(0.0))
            {
                *limit = json!(60.0);
            }
        }
        case["config"]["max_retries"] = json!(0);
        if kind == "ApiError" {
            case["config"].as_object_mut().unwrap().remove("max_retries");
        }
        for member in ["result", "updates", "batch_from_error", "quirk"] {
            case.as_object_mut().unwrap().remove(member);
        }
        case["error"] = json!({
            "type": kind, "status": status, "code": "not_allowed", "message": "no",
            "request_id": "req_1",
            "retry_after": if status == 429 { json!(7.0) } else { Value::Null },
        });
        true
    });
    agree(&cases, 400);
}

/// The README's table of the words that a rule may use.
fn table_of_words() -> String {
    let mut table = String::new();
    for (about, words) in words() {
        table += &format!("Of {about}:\n\n| word | holds where | fault |\n|---|---|---|\n");
        for word in words {
            let fault = if word.is_fault { "yes" } else { "" };
            table += &format!("| `{}` | {} | {fault} |\n", word.name, word.meaning);
        }
        table.push('\n');
    }
    table
}

/// `UPDATE_FIXTURES=1` in the environment writes the table again.
#[test]
fn the_table_of_words_is_up_to_date() {
    const MARKS: [&str; 2] = ["<!-- words: made by a test -->\n\n", "<!-- end of words -->"];
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once(MARKS[0]).unwrap();
    let (written, after) = rest.split_once(MARKS[1]).unwrap();
    let table = table_of_words();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        let text = [before, MARKS[0], &table, MARKS[1], after].concat();
        std::fs::write(path, text).unwrap();
    } else {
        assert!(written == table, "README.md is out of date; UPDATE_FIXTURES=1 writes it again");
    }
}

#[test]
fn every_word_has_a_name_of_its_own_and_is_used_by_a_rule() {
    let rules = fixture("deviations.toml");
    let when = rules.lines().filter_map(|line| line.strip_prefix("when = "));
    let used: Vec<&str> = when.flat_map(|words| words.trim_matches('"').split(' ')).collect();
    let names: Vec<&str> = words().flat_map(|(_, words)| words).map(|word| word.name).collect();
    for (number, name) in names.iter().enumerate() {
        assert!(!names[..number].contains(name), "{name} is there twice");
        let is_used = used.iter().any(|word| word.trim_start_matches('!') == *name);
        assert!(is_used, "no rule uses {name}");
    }
}
