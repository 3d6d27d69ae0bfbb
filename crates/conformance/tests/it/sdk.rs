//! The recordings, through both drivers over real sockets: what this project's crates send and give
//! back agrees, or differs as it is meant to.

use std::collections::BTreeSet;

use crate::support::{fixture, recordings};
use conformance::deviations::Deviations;
use conformance::operations::{Driver, Operations};
use conformance::recording;
use conformance::runner::{CaseResult, Verdict, run};
use conformance::sdk::Sdk;
use serde_json::{Value, json};

const THREADS: usize = 8;

/// The files of recordings, how many cases are in each, and in how many we differ on purpose: one
/// less is a defect of theirs that became ours.
const FILES: [(&str, usize, usize); 4] =
    [("codespar", 376, 82), ("mandate", 123, 19), ("upivia", 334, 21), ("variants", 538, 375)];

fn is_wrong(ran: &&CaseResult) -> bool {
    matches!(ran.verdict, Verdict::Failed(_) | Verdict::Unknown)
}

fn rules() -> Deviations {
    Deviations::parse(&fixture("deviations.toml")).unwrap()
}

#[test]
fn with_what_was_recorded() {
    let (deviations, mut used) = (rules(), BTreeSet::new());
    for (name, count, deviating) in FILES {
        let drivers = [Driver::Blocking, Driver::Async];
        let all = run(&Sdk, &deviations, &recordings(name), &drivers, THREADS);
        let wrong: Vec<_> = all.iter().filter(is_wrong).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert_eq!(all.len(), 2 * count, "{name}: cases through two drivers");
        let differ = all.iter().filter(|ran| ran.verdict == Verdict::Deviating).count();
        assert_eq!(differ, 2 * deviating, "{name}: deviating through two drivers");
        used.extend(all.into_iter().flat_map(|ran| ran.reasons));
    }
    // A rule that explains nothing, and covers no case either, has outlived its reason.
    let cases: Vec<_> = FILES
        .iter()
        .flat_map(|(name, ..)| recordings(name))
        .map(|case| recording::at(&case, "http://127.0.0.1:1").unwrap())
        .collect();
    for case in &cases {
        used.extend(deviations.rules(case).map(|rule| rule.reason.clone()));
    }
    let idle: Vec<_> = deviations
        .iter()
        .filter(|rule| !rule.always)
        .map(|rule| &rule.reason)
        .filter(|reason| !used.contains(*reason))
        .collect();
    assert_eq!(idle, Vec::<&String>::new());
}

#[test]
fn whatever_the_cases_are_called() {
    let deviations = rules();
    let mut all: Vec<Value> = FILES.iter().flat_map(|(name, ..)| recordings(name)).collect();
    for (number, case) in all.iter_mut().enumerate() {
        case["case"] = format!("{number}").into();
    }
    let ran = run(&Sdk, &deviations, &all, &[Driver::Blocking], THREADS);
    let wrong: Vec<_> = ran.iter().filter(is_wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_operation_can_be_asked_for() {
    let made = Operations::names(&Sdk).into_iter().map(|name| {
        let (on, method) = name.rsplit_once('.').unwrap();
        let sdk = match upivia_proto::registry::operations().any(|other| other.name == name) {
            true => "upivia-python",
            false => "codespar-typescript",
        };
        json!({
            "case": name, "sdk": sdk, "call": { "on": on, "method": method, "args": {} },
            "config": { "api_key": "csk_test_wire0001" }, "session": { "id": "ses_abc" },
            "quirk": "no arguments",
        })
    });
    let made: Vec<Value> = made.collect();
    assert!(made.len() > 250, "{}", made.len());
    let ran = run(&Sdk, &Deviations::default(), &made, &[Driver::Async], THREADS);
    let unknown: Vec<_> = ran.iter().filter(|ran| ran.verdict == Verdict::Unknown).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}
