//! Every code that the API's document lists, and what is made of it: `fixtures/october-codes.tsv`
//! has the route, the status and the code from the document, and from the crate the operation that
//! asks there, the verdict, and what becomes of the key.
//!
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto --test it codes` writes the latter again.

use std::{collections::BTreeSet, env, fs};

use codespar_engine::{
    Verdict,
    kit::{Case, deciding_row, judge},
    testing::{Recorded, Replay},
};
use codespar_proto::operations::{Route, routes, verdict_rows};
use serde_json::json;

use crate::support::client;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/october-codes.tsv");
const HEAD: &str = "method\tpath\tstatus\tcode\toperation\tverdict\tkey\n";

/// A code that the document lists, and where.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Listed {
    path: String,
    method: String,
    status: u16,
    code: String,
}

/// What is copied from the document.
fn listed() -> BTreeSet<Listed> {
    let text = fs::read_to_string(FILE).unwrap();
    let read = |line: &str| {
        let columns: Vec<_> = line.split('\t').collect();
        let [method, path, status, code, ..] = columns[..] else { panic!("{line}") };
        let (method, path, code) = (method.to_owned(), path.to_owned(), code.to_owned());
        Listed { path, method, status: status.parse().unwrap(), code }
    };
    text.lines().skip(1).map(read).collect()
}

fn is_of(route: &Route, code: &Listed) -> bool {
    let is_same = |ours: &str, theirs: &str| ours == theirs || ours.starts_with('{');
    let (ours, theirs) = (route.path.split('/'), code.path.split('/'));
    route.method.as_str() == code.method
        && ours.clone().count() == theirs.clone().count()
        && ours.zip(theirs).all(|(ours, theirs)| {
            is_same(ours, theirs) && ours.starts_with('{') == theirs.starts_with('{')
        })
}

fn case<'a>(route: &Route, code: &'a Listed) -> Case<'a> {
    Case {
        operation: route.operation,
        effect: route.effect(),
        key: route.key,
        status: Some(code.status),
        code: Some(&code.code),
        has_approval: false,
    }
}

/// What an error that came over the wire says.
fn verdict(route: &Route, code: &Listed) -> Verdict {
    let body = json!({"error": {"code": code.code, "message": "no"}, "request_id": null});
    let replay = Replay::new().answer(Recorded::json(code.status, body));
    let path = code.path.replace(['{', '}'], "");
    let client = client(&replay);
    let request = client.request_of(route.operation, &path).unwrap();
    let error = request.done().retries(0).send().unwrap_err();
    assert_eq!(error.code(), Some(&*code.code), "{error}");
    error.verdict()
}

#[test]
fn every_code_of_the_document_is_judged() {
    let mut text = HEAD.to_owned();
    for code in listed() {
        let Listed { path, method, status, code: name } = &code;
        let copied = format!("{method}\t{path}\t{status}\t{name}");
        let asked: Vec<_> = routes().filter(|route| is_of(route, &code)).collect();
        if asked.is_empty() {
            text.push_str(&format!("{copied}\t-\t-\t-\n"));
        }
        for route in asked {
            let judged = judge(verdict_rows(), &case(route, &code));
            assert_eq!(judged.verdict, verdict(route, &code), "{} {name}", route.operation);
            let (verdict, key) = (judged.verdict.as_str(), judged.key.as_str());
            text.push_str(&format!("{copied}\t{}\t{verdict}\t{key}\n", route.operation));
        }
    }
    if env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(FILE, &text).unwrap();
    }
    let written = fs::read_to_string(FILE).unwrap();
    assert!(written == text, "it is out of date; UPDATE_FIXTURES=1 writes it again");
}

/// A code without a row goes by its status, and a status that says nothing leaves it unknown by
/// default. Of what changes something no code may be left to that: unknown is said on purpose.
#[test]
fn no_code_of_the_document_is_unknown_by_default() {
    let (mut judged, mut silent) = (0, BTreeSet::new());
    for code in listed() {
        for route in routes().filter(|route| is_of(route, &code) && route.effect().is_change()) {
            judged += 1;
            let row = deciding_row(verdict_rows(), &case(route, &code)).unwrap();
            if row.code.is_none() && row.status.is_none() {
                silent.insert(format!("{} {} {}", code.code, code.status, route.operation));
            }
        }
    }
    assert!(judged > 700, "{judged}");
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn the_copied_list_is_whole() {
    let listed = listed();
    let names: BTreeSet<_> = listed.iter().map(|it| &it.code).collect();
    assert_eq!((listed.len(), names.len()), (1_299, 465));
}
