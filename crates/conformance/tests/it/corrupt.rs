//! What is wrong with a run that differs on purpose is noticed: a rule says what is expected, and
//! excuses nothing else.

use std::collections::BTreeSet;

use crate::support::{Mirror, fixture, recordings};
use conformance::corrupt::{self, Trial, Way};
use conformance::deviations::Deviations;
use conformance::operations::{Driver, Failure, Outcome};
use conformance::runner::{Verdict, run_case};
use conformance::sdk::Sdk;
use serde_json::{Value, json};

fn rules(text: &str) -> Deviations {
    Deviations::parse(text).unwrap()
}

fn spoil(rules: &Deviations, cases: &[Value]) -> Vec<Trial> {
    corrupt::trials(&Sdk, rules, cases, &[Driver::Blocking], 8)
}

fn noticed(trials: &[Trial]) -> (usize, usize) {
    (trials.iter().filter(|trial| trial.noticed).count(), trials.len())
}

/// Cases of every file, of every kind that there is a rule for.
fn cases() -> Vec<Value> {
    let all = ["codespar", "mandate", "upivia", "variants"].map(recordings).concat();
    all.into_iter().step_by(3).collect()
}

#[test]
fn nearly_everything_that_is_spoiled_is_noticed() {
    let trials = spoil(&rules(&fixture("deviations.toml")), &cases());
    let ways: BTreeSet<_> = trials.iter().map(|trial| trial.way.name()).collect();
    assert_eq!(ways.len(), Way::ALL.len(), "{ways:?}");
    let (noticed, all) = noticed(&trials);
    assert!(all > 1500, "{all}");
    let missed: Vec<_> = trials.iter().filter(|trial| !trial.noticed).collect();
    assert!(noticed * 100 >= all * corrupt::ENOUGH, "{noticed} of {all}: {missed:#?}");
}

#[test]
fn a_rule_that_is_too_wide_is_noticed() {
    let good = fixture("deviations.toml");
    // Any result instead of what the server said.
    let strict = r#"expect = { result = "<answer>" }"#;
    let wide = good.replace(strict, "expect = { result = {} }");
    assert_ne!(good, wide);
    let all = [recordings("codespar"), recordings("variants")].concat();
    let refuses = |case: &Value| {
        let answer = &case["exchanges"][0]["response"];
        case["call"]["method"] == "execute"
            && answer["status"].as_u64() > Some(299)
            && answer["body_json"]["success"] == false
    };
    let cases: Vec<_> = all.into_iter().filter(refuses).collect();
    let enough = |text: &str| {
        let mut report = Vec::new();
        let trials = spoil(&rules(text), &cases);
        let enough = corrupt::write(&mut report, &trials, false).unwrap();
        (enough, String::from_utf8(report).unwrap())
    };
    let (is_enough, report) = enough(&good);
    assert!(is_enough, "{report}");
    let (is_enough, report) = enough(&wide);
    assert!(!is_enough, "{report}");
    assert!(report.contains("An error answer that is a tool result"), "{report}");
}

/// What comes of a case where its outcome is this.
fn verdict(text: &str, case: &str, outcome: fn(Outcome) -> Outcome) -> Verdict {
    let all = recordings("codespar");
    let case = all.iter().find(|recording| recording["case"] == case).unwrap();
    let mirror = Mirror { outcome, ..Mirror::default() };
    run_case(&mirror, &rules(text), case, Driver::Blocking).verdict
}

#[test]
fn a_rule_excuses_no_less_than_was_had_unless_it_names_what_is_wrong() {
    let refused: fn(Outcome) -> Outcome = |_| Outcome::Failed(Failure::new("Io", "it broke"));
    let nothing: fn(Outcome) -> Outcome = |_| Outcome::Value(json!({}));
    let case = "session.payment_status/all-fields";
    let known = recordings("codespar").iter().any(|recording| recording["case"] == case);
    assert!(known, "the case is gone");
    for (expect, outcome) in
        [("{ error = { kind = 'Io' } }", refused), ("{ result = {} }", nothing)]
    {
        let wide = format!("[[deviation]]\nwhen = 'accepted'\nreason = 'r'\nexpect = {expect}");
        assert!(matches!(verdict(&wide, case, outcome), Verdict::Failed(_)), "{expect}");
    }
    // Where the connection broke, an error says it.
    let closed =
        "[[deviation]]\nwhen = 'closed'\nreason = 'r'\nexpect = { error = { kind = 'Io' } }";
    let broken = verdict(closed, "session.execute/network-closed", refused);
    assert_eq!(broken, Verdict::Deviating);
}

#[test]
fn an_error_of_a_rule_has_the_status_the_code_and_the_words_of_the_answer() {
    let rule = "[[deviation]]\nwhen = 'refused'\nalways = true\nreason = 'r'\n\
        expect = { error = 'from-answer' }";
    let failed = |status: u16, code: Option<&str>, message: &str| {
        Outcome::Failed(Failure {
            status: Some(status),
            code: code.map(str::to_owned),
            ..Failure::new("Api", message)
        })
    };
    let whole = failed(500, None, "session.close: mcp.close_failed: boom");
    let table = [
        (failed(500, Some("close_failed"), "session.close: mcp.close_failed: boom"), "code"),
        (failed(503, None, "session.close: mcp.close_failed: boom"), "status"),
        (failed(500, None, ""), "message"),
        (failed(500, None, "session.close: it failed"), "message"),
    ];
    let all = recordings("codespar");
    let case = all.iter().find(|case| case["case"] == "session.close/500").unwrap();
    let judged = |outcome: Outcome| {
        let mirror = Fixed(outcome);
        run_case(&mirror, &rules(rule), case, Driver::Blocking).verdict
    };
    assert_eq!(judged(whole), Verdict::Deviating);
    for (outcome, point) in table {
        let Verdict::Failed(points) = judged(outcome) else { panic!("{point} is not noticed") };
        assert!(points.iter().any(|line| line.contains(point)), "{point}: {points:?}");
    }
}

/// Sends what was recorded and gives this back.
struct Fixed(Outcome);

impl conformance::operations::Operations for Fixed {
    fn begin<'a>(
        &'a self,
        setup: conformance::operations::Setup<'a>,
    ) -> Box<dyn conformance::operations::Conversation + 'a> {
        struct Given<'a>(Box<dyn conformance::operations::Conversation + 'a>, Outcome);
        impl conformance::operations::Conversation for Given<'_> {
            fn call(&mut self, call: &conformance::recording::Call) -> Outcome {
                self.0.call(call);
                self.1.clone()
            }
        }
        static MIRROR: std::sync::OnceLock<Mirror> = std::sync::OnceLock::new();
        let mirror = MIRROR.get_or_init(Mirror::default);
        Box::new(Given(mirror.begin(setup), self.0.clone()))
    }
}
