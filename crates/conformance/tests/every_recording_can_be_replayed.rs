//! A client that does exactly what was recorded agrees with every recording, and with no deviation.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use conformance::compare::outcome::Expected;
use conformance::deviations::Deviations;
use conformance::operations::{Driver, Nothing};
use conformance::recording::{self, Recording};
use conformance::report::Counts;
use conformance::runner::{Ran, Verdict, run};
use serde_json::Value;
use support::{Mirror, fixture, recordings};

const THREADS: usize = 16;

fn replay(recordings: &[Value], deviations: &Deviations) -> Vec<Ran> {
    run(&Mirror::default(), deviations, recordings, &[Driver::Blocking], THREADS)
}

fn failures(all: &[Ran]) -> Vec<&Ran> {
    all.iter().filter(|ran| matches!(ran.verdict, Verdict::Failed(_))).collect()
}

#[test]
fn what_was_recorded_agrees_with_itself() {
    for (name, count) in [("codespar", 376), ("mandate", 123), ("upivia", 334)] {
        let all = replay(&recordings(name), &Deviations::default());
        assert!(failures(&all).is_empty(), "{:#?}", failures(&all));
        assert_eq!(Counts::of(&all).passed, count, "{name}");
    }
}

/// Cases whose deviation asks for what this client gives too: another class of error there is the same kind here, or the
/// entry is there because a quirk would drop the outcome.
const ALIKE: [&str; 4] = [
    "client.create/preset-unknown",
    "client.create/wait-runs-out",
    "session.execute/timeout",
    "session.verification_status_stream/json-instead-of-stream",
];

#[test]
fn what_was_recorded_is_not_what_a_deviation_expects() {
    let deviations = Deviations::parse(&fixture("deviations.toml")).unwrap();
    let cases = [recordings("codespar"), recordings("mandate")].concat();
    let named: Vec<Value> = cases
        .into_iter()
        .filter(|case| deviations.find(&recording::at(case, "http://x").unwrap()).is_some())
        .collect();
    let all = replay(&named, &deviations);
    let same: BTreeSet<&str> =
        all.iter().filter(|ran| ran.verdict == Verdict::Deviating).map(|ran| &*ran.case).collect();
    assert_eq!(same, ALIKE.into_iter().collect());
    assert!(all.len() > 80);
}

#[test]
fn every_deviation_names_a_case_and_can_be_expected_of_it() {
    let deviations = Deviations::parse(&fixture("deviations.toml")).unwrap();
    let all: Vec<Recording> = ["codespar", "mandate", "upivia"]
        .iter()
        .flat_map(|name| recordings(name))
        .map(|case| recording::at(&case, "http://127.0.0.1:1").unwrap())
        .collect();
    assert_eq!(deviations.idle(&all).collect::<Vec<_>>(), Vec::<&str>::new());
    for case in &all {
        let Some(deviation) = deviations.find(case) else { continue };
        let expected =
            deviation.outcome(case).unwrap_or_else(|error| panic!("{}: {error}", case.case));
        assert_ne!(expected, Expected::default(), "{}", case.case);
        deviation.requests(case).unwrap_or_else(|error| panic!("{}: {error}", case.case));
    }
}

#[test]
fn a_call_that_does_not_exist_is_unknown() {
    let cases = &recordings("mandate")[..3];
    let both = [Driver::Blocking, Driver::Async];
    let all = run(&Nothing, &Deviations::default(), cases, &both, 2);
    assert_eq!(Counts::of(&all), Counts { unknown: 6, ..Counts::default() });
}
