//! Random histories of a row against a server that keeps the truth: what it is told may be lost,
//! late or refused; what was done is counted there.

mod model;
mod table;

use std::collections::BTreeMap;

use codespar_engine::{KeyUse, Verdict};
use proptest::prelude::*;

use self::model::{Choices, Server};
use super::*;
use crate::{
    id::Name,
    plan::{Plan, plan},
    resolve::{Resolution, ResolveError, resolve},
};

/// A day and a half: more than the server is trusted to keep an id.
const LONG: i64 = 36 * 60 * 60 * 1000;

/// How long a program may be off: not at all, for less than the server keeps an id, for more.
const OFF: [i64; 3] = [0, LONG / 3, LONG];

fn row(operation: &str, guarantee: Guarantee) -> Row {
    let name = Name {
        origin: "https://x.test".to_owned(),
        project: "prj_1".to_owned(),
        operation: operation.to_owned(),
        reference: "invoice-42".to_owned(),
    };
    Row { version: 1, ..Row::new(name, guarantee, String::new()) }
}

/// Patience that a history can see the end of.
fn policy() -> Policy {
    Policy::default().presentations(12).looks(4).turns(300).refusals(4)
}

struct History {
    row: Row,
    server: Server,
    now: i64,
    /// Whether the base URL honours attempts, as far as the outbox knows.
    may_repeat: bool,
    /// The id that was presented last, and whether the store says that it is used up.
    presented: Option<String>,
    used_up: Vec<String>,
    /// When each id was presented first, since nothing is known to have happened under it.
    first: BTreeMap<String, i64>,
    /// The ids that were presented while the row was not known to be unsent.
    doubted: Vec<String>,
}

impl History {
    fn new(row: Row, honours: bool) -> Self {
        let server = Server::new(honours);
        let (used_up, doubted, first) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { row, server, now: 0, may_repeat: honours, presented: None, used_up, first, doubted }
    }

    /// Does what the plan says, or is killed on the way. `false` once nothing is left to do.
    fn turn(&mut self, choices: &mut Choices) -> bool {
        let policy = policy();
        match plan(&self.row, self.now, &policy, self.may_repeat) {
            Plan::Stop => return false,
            Plan::Wait(until) => {
                let late = OFF[usize::from(choices.pick(16).saturating_sub(13))];
                assert!(until > self.now, "it waits for what is over: {:?}", self.row);
                self.now = until.saturating_add(late);
                self.server.pass(self.now, choices);
            }
            plan @ (Plan::Dispatch | Plan::PresentAgain) => self.present(&plan, choices, &policy),
            Plan::Look(look) => {
                let seen = self.server.read(&look, choices);
                self.write(apply(&self.row, &seen, self.now, &policy));
            }
            Plan::NextGeneration => {
                let code = self.row.code.as_deref();
                assert!(matches!(code, Some("psp_attempt_conflict" | "withdrawal_failed")));
                self.used_up.push(self.row.key());
                self.write(next_generation(&self.row, self.now));
            }
            Plan::GiveUp => self.write(given_up(&self.row, self.now)),
        }
        true
    }

    fn present(&mut self, plan: &Plan, choices: &mut Choices, policy: &Policy) {
        let id = self.row.key();
        let age = self.now - *self.first.entry(id.clone()).or_insert(self.now);
        if let Some(before) = self.presented.as_ref().filter(|before| **before != id) {
            assert!(self.used_up.contains(before), "another id, and {before} is not used up");
        }
        if *plan == Plan::PresentAgain {
            assert!(self.may_repeat, "a second presentation where ids are not honoured");
            assert!(age <= millis(policy.max_age), "an id that is {age} ms old");
            assert_eq!(self.row.guarantee, Guarantee::ExactlyOnce);
        } else {
            assert!(!self.doubted.contains(&id), "a first send of what may have arrived");
        }
        self.presented = Some(id.clone());
        self.write(sent(&self.row, self.now, policy));
        if choices.pick(8) == 7 {
            // Killed between the commit and the first byte.
            self.doubted.push(id);
            return self.wait_out_the_lease(choices);
        }
        let seen = self.server.present(&id, self.now, choices);
        if choices.pick(8) == 7 {
            // Killed before the answer was written.
            self.doubted.push(id);
            return self.wait_out_the_lease(choices);
        }
        let next = apply(&self.row, &seen, self.now, policy);
        assert_ne!(next.state, State::Sent, "an answer that changed nothing");
        match next.state {
            State::Unknown => self.doubted.push(id),
            State::Ready => drop(self.first.remove(&id)),
            _ => {}
        }
        self.write(next);
    }

    fn wait_out_the_lease(&mut self, choices: &mut Choices) {
        let late = OFF[usize::from(choices.pick(8).saturating_sub(5))];
        self.now = self.row.lease_until.unwrap_or(self.now) + late;
        self.server.pass(self.now, choices);
    }

    fn write(&mut self, next: Row) {
        assert!(self.row.state.is_open() || next == self.row, "{} was left", self.row.state);
        assert!(next.generation <= self.row.generation + 1 && next.generation < GENERATIONS);
        assert!(next.state != State::Ready || !next.exposed, "ready, and it may have arrived");
        self.row = next;
        assert!(self.server.effects() <= 1, "it happened {} times", self.server.effects());
    }

    /// Runs to the end, with a person who asks for the next id where there is one to ask.
    fn run(&mut self, choices: &mut Choices) {
        for _ in 0..20_000 {
            if self.turn(choices) {
                continue;
            }
            if self.row.state != State::NeedsPerson || choices.pick(2) == 0 {
                return;
            }
            self.now += LONG;
            self.server.pass(self.now, choices);
            match resolve(&self.row, Resolution::NextGeneration, self.now, &policy()) {
                Ok(next) => {
                    self.used_up.push(self.row.key());
                    self.row = next;
                }
                Err(error) => {
                    let is_known = matches!(self.row.verdict, Some(Verdict::Refused));
                    assert!(!is_known || error == ResolveError::NoMoreIds, "{error}");
                    return;
                }
            }
        }
        panic!("it does not end: {:?}", self.row);
    }

    /// What the row says is so, once nothing is on its way any more.
    fn check_end(&mut self, choices: &mut Choices) {
        self.server.pass(i64::MAX, choices);
        match (self.row.state, self.server.effects()) {
            (State::Done, 1) | (State::NotDone, 0) | (State::NeedsPerson, 0 | 1) => {}
            (state, effects) => panic!("{state}, and it happened {effects} times"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_an_attempt_happens_once_or_is_in_the_list(
        choices in prop::collection::vec(any::<u8>(), 0..160),
        honours in any::<bool>(),
    ) {
        let mut choices = Choices::new(choices);
        let mut history = History::new(row("mandates.spend", Guarantee::ExactlyOnce), honours);
        history.run(&mut choices);
        history.check_end(&mut choices);
    }

    #[test]
    fn what_the_server_does_not_make_safe_happens_once_at_most(
        choices in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut choices = Choices::new(choices);
        let mut history = History::new(row("session.pay", Guarantee::AtMostOnce), false);
        // Nothing is asked of the base URL for what is no attempt.
        history.may_repeat = true;
        history.run(&mut choices);
        history.check_end(&mut choices);
    }

    #[test]
    fn what_is_final_stays_whatever_is_seen(
        verdict in 0..5_usize, key in 0..4_usize, is_final_word: bool, is_for_later: bool,
        state in 0..3_usize,
    ) {
        let verdicts = [
            Verdict::NothingSent, Verdict::Refused, Verdict::Held, Verdict::Unknown,
            Verdict::Done(Stage::Settled),
        ];
        let keys = [KeyUse::Same, KeyUse::Spent, KeyUse::PersonDecides, KeyUse::None];
        let state = [State::Done, State::NotDone, State::NeedsPerson][state];
        let row = Row { state, ..row("mandates.spend", Guarantee::ExactlyOnce) };
        let seen = Observation {
            key_use: keys[key], is_final_word, is_for_later,
            ..Observation::of_request(verdicts[verdict])
        };
        prop_assert_eq!(apply(&row, &seen, 1, &policy()), row.clone());
        prop_assert_eq!(plan(&row, i64::MAX, &policy(), true), Plan::Stop);
    }
}

/// Which histories the random ones are: without each of these, a property would hold of nothing.
#[test]
fn the_histories_have_everything_in_them() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut seen = BTreeMap::<&str, u32>::new();
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(any::<u8>(), 0..160);
    for _ in 0..2_000 {
        let mut choices = Choices::new(strategy.new_tree(&mut runner).unwrap().current());
        let mut history = History::new(row("mandates.spend", Guarantee::ExactlyOnce), true);
        history.run(&mut choices);
        let row = &history.row;
        *seen.entry(row.state.as_str()).or_default() += 1;
        for (name, is_so) in [
            ("second generation", row.generation > 0),
            ("third generation", row.generation > 1),
            ("presented again", row.presentations > 1),
            ("refused first", row.refusals > 0),
            ("held", row.approval.is_some()),
            ("read", row.looks > 0),
        ] {
            *seen.entry(name).or_default() += u32::from(is_so);
        }
    }
    for name in [
        "done",
        "not_done",
        "needs_person",
        "second generation",
        "third generation",
        "presented again",
        "refused first",
        "held",
        "read",
    ] {
        assert!(seen.get(name).copied().unwrap_or(0) >= 10, "{name}: {seen:?}");
    }
}
