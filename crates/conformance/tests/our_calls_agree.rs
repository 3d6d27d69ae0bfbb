//! The recordings, through both drivers over real sockets: what this project's crates send and give back agrees, or
//! differs as it is meant to.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use conformance::deviations::Deviations;
use conformance::operations::Driver;
use conformance::runner::{Ran, Verdict, run};
use conformance::sdk::Sdk;
use support::{fixture, recordings};

const THREADS: usize = 8;

#[test]
fn with_what_was_recorded() {
    let deviations = Deviations::parse(&fixture("deviations.toml")).unwrap();
    for (name, count) in [("codespar", 376), ("mandate", 123), ("upivia", 334)] {
        let drivers = [Driver::Blocking, Driver::Async];
        let all = run(&Sdk, &deviations, &recordings(name), &drivers, THREADS);
        let wrong = |ran: &&Ran| matches!(ran.verdict, Verdict::Failed(_) | Verdict::Unknown);
        let wrong: Vec<_> = all.iter().filter(wrong).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        assert_eq!(all.len(), 2 * count, "{name}: cases through two drivers");
    }
}

/// What no rule can say, since the request depends on how the options were given.
const BY_NAME_ALONE: [&str; 1] = ["client.create/as-config-struct-with-timeout renamed"];

#[test]
fn whatever_the_cases_are_called() {
    let deviations = Deviations::parse(&fixture("deviations.toml")).unwrap();
    let mut all = [recordings("codespar"), recordings("mandate")].concat();
    for case in &mut all {
        let name = format!("{} renamed", case["case"].as_str().unwrap());
        case["case"] = name.into();
    }
    let ran = run(&Sdk, &deviations, &all, &[Driver::Blocking], THREADS);
    let failed = |ran: &&Ran| matches!(ran.verdict, Verdict::Failed(_));
    let failed: Vec<_> =
        ran.iter().filter(failed).filter(|ran| !BY_NAME_ALONE.contains(&&*ran.case)).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let deviating = ran.iter().filter(|ran| ran.verdict == Verdict::Deviating).count();
    assert!(deviating > 30, "{deviating} by rules");
}
