//! A client that does exactly what was recorded agrees with every recording, and with no deviation.

use crate::support::{Mirror, fixture, recordings};
use conformance::deviations::Deviations;
use conformance::operations::{Driver, Nothing};
use conformance::report::Counts;
use conformance::runner::{CaseResult, Verdict, run};
use serde_json::Value;

const THREADS: usize = 16;

fn replay(recordings: &[Value], deviations: &Deviations) -> Vec<CaseResult> {
    run(&Mirror::default(), deviations, recordings, &[Driver::Blocking], THREADS)
}

fn failures(all: &[CaseResult]) -> Vec<&CaseResult> {
    all.iter().filter(|result| matches!(result.verdict, Verdict::Failed(_))).collect()
}

#[test]
fn what_was_recorded_agrees_with_itself() {
    for (name, count) in [("codespar", 376), ("mandate", 123), ("upivia", 334)] {
        let all = replay(&recordings(name), &Deviations::default());
        assert!(failures(&all).is_empty(), "{:#?}", failures(&all));
        assert_eq!(Counts::of(&all).passed, count, "{name}");
    }
}

#[test]
fn what_was_recorded_is_not_enough_where_a_rule_always_holds() {
    let deviations = Deviations::parse(&fixture("deviations.toml")).unwrap();
    let cases = [recordings("codespar"), recordings("mandate")].concat();
    let all = replay(&cases, &deviations);
    let failed = failures(&all).len();
    assert!(failed > 20, "{failed}");
    assert_eq!(Counts::of(&all).passed, cases.len() - failed);
}

#[test]
fn a_call_that_does_not_exist_is_unknown() {
    let cases = &recordings("mandate")[..3];
    let both = [Driver::Blocking, Driver::Async];
    let all = run(&Nothing, &Deviations::default(), cases, &both, 2);
    assert_eq!(Counts::of(&all), Counts { unknown: 6, ..Counts::default() });
}
