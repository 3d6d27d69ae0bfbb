//! A server that keeps the truth about attempts, and a network that loses and delays.

use std::collections::BTreeMap;

use codespar_engine::{KeyUse, Stage, Verdict};

use crate::{observation::Observation, plan::Look};

/// How long the server keeps an id: a little more than the outbox relies on.
const KEPT: i64 = 26 * 60 * 60 * 1000;

/// Choices of a history: drawn ones first, and the quiet one when there are no more.
pub(super) struct Choices {
    drawn: std::vec::IntoIter<u8>,
}

impl Choices {
    pub(super) fn new(drawn: Vec<u8>) -> Self {
        Self { drawn: drawn.into_iter() }
    }

    /// One of so many.
    pub(super) fn pick(&mut self, many: u8) -> u8 {
        self.drawn.next().unwrap_or(0) % many
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Attempt {
    InFlight { settles: bool },
    Held,
    Settled,
    Failed,
}

pub(super) struct Server {
    honours: bool,
    attempts: BTreeMap<String, (Attempt, i64)>,
    /// Requests that arrive later than their sender waits.
    late: Vec<String>,
    effects: u32,
}

impl Server {
    pub(super) fn new(honours: bool) -> Self {
        Self { honours, attempts: BTreeMap::new(), late: Vec::new(), effects: 0 }
    }

    /// How often it happened.
    pub(super) fn effects(&self) -> u32 {
        self.effects
    }

    /// Time passes: what is late arrives, what is in flight may end, what is old is forgotten. At
    /// the end of time, all of it.
    pub(super) fn pass(&mut self, now: i64, choices: &mut Choices) {
        for id in std::mem::take(&mut self.late) {
            self.arrive(&id, now, choices);
        }
        let mut effects = 0;
        for (attempt, _) in self.attempts.values_mut() {
            if let Attempt::InFlight { settles } = *attempt {
                if now == i64::MAX || choices.pick(3) != 2 {
                    *attempt = if settles { Attempt::Settled } else { Attempt::Failed };
                    effects += u32::from(settles);
                }
            }
            if *attempt == Attempt::Held && now == i64::MAX {
                *attempt = Attempt::Failed;
            }
        }
        self.effects += effects;
        // What is open is kept for as long as it is.
        let is_kept = |attempt: &Attempt, at: i64| match attempt {
            Attempt::Settled | Attempt::Failed => now - at < KEPT,
            _ => true,
        };
        self.attempts.retain(|_, (attempt, at)| is_kept(attempt, *at));
    }

    /// A presentation, and what its sender learns of it.
    pub(super) fn present(&mut self, id: &str, now: i64, choices: &mut Choices) -> Observation {
        match choices.pick(12) {
            10 => Observation::of_request(Verdict::NothingSent),
            11 => {
                self.late.push(id.to_owned());
                Observation::of_request(Verdict::Unknown)
            }
            9 => {
                self.arrive(id, now, choices);
                Observation::of_request(Verdict::Unknown)
            }
            8 => {
                self.arrive(id, now, choices);
                Observation::NOTHING
            }
            // Judged before the id is looked at.
            7 => match choices.pick(3) {
                0 => refused("unauthorized", true),
                1 => refused("invalid_request", false),
                _ => refused("policy_engine_error", true),
            },
            _ => self.arrive(id, now, choices),
        }
    }

    fn arrive(&mut self, id: &str, now: i64, choices: &mut Choices) -> Observation {
        let known = self.attempts.get(id).filter(|_| self.honours);
        match known.map(|(attempt, _)| *attempt) {
            Some(Attempt::Settled) => Observation::of_effect(Verdict::Done(Stage::Settled)),
            Some(Attempt::Failed) => spent("psp_attempt_conflict"),
            Some(Attempt::InFlight { .. }) => unknown("psp_attempt_in_flight"),
            Some(Attempt::Held) => held(),
            None => self.begin(id, now, choices),
        }
    }

    fn begin(&mut self, id: &str, now: i64, choices: &mut Choices) -> Observation {
        let (attempt, seen) = match choices.pick(8) {
            0 | 1 => (Attempt::Settled, Observation::of_effect(Verdict::Done(Stage::Settled))),
            // The id is not used up by these.
            2 => return refused("insufficient_funds", true),
            3 => (Attempt::Failed, refused("psp_refused", false)),
            4 => (Attempt::Failed, refused("psp_dispatch_failed", true)),
            5 => {
                let settles = choices.pick(2) == 0;
                (Attempt::InFlight { settles }, unknown("psp_dispatch_uncertain"))
            }
            6 if self.honours => (Attempt::Held, held()),
            _ => (Attempt::Failed, spent("send_failed")),
        };
        self.effects += u32::from(attempt == Attempt::Settled);
        self.attempts.insert(id.to_owned(), (attempt, now));
        seen
    }

    pub(super) fn read(&mut self, look: &Look, choices: &mut Choices) -> Observation {
        let seen = match look {
            Look::Attempt(id) => match self.attempts.get(id) {
                Some((Attempt::Settled, _)) => {
                    Observation::of_effect(Verdict::Done(Stage::Settled))
                }
                Some((Attempt::Failed, _)) => Observation::of_effect(Verdict::Refused),
                _ => Observation::NOTHING,
            },
            Look::Approval(_) => self.decide(choices),
            _ => Observation::NOTHING,
        };
        Observation { is_read: true, ..seen }
    }

    fn decide(&mut self, choices: &mut Choices) -> Observation {
        let mut held = self.attempts.values_mut().filter(|(state, _)| *state == Attempt::Held);
        let Some((attempt, _)) = held.next() else {
            return Observation::of_effect(Verdict::Unknown);
        };
        match choices.pick(4) {
            0 => {
                *attempt = Attempt::Settled;
                self.effects += 1;
                Observation::of_effect(Verdict::Unknown)
            }
            1 => {
                *attempt = Attempt::Failed;
                Observation::of_effect(Verdict::Refused)
            }
            2 => {
                *attempt = Attempt::InFlight { settles: choices.pick(2) == 0 };
                Observation::of_effect(Verdict::Unknown)
            }
            _ => Observation::NOTHING,
        }
    }
}

fn refused(code: &str, is_for_later: bool) -> Observation {
    let code = Some(code.to_owned());
    Observation { code, is_for_later, ..Observation::of_request(Verdict::Refused) }
}

fn spent(code: &str) -> Observation {
    Observation { key_use: KeyUse::Spent, ..refused(code, false) }
}

fn unknown(code: &str) -> Observation {
    Observation { code: Some(code.to_owned()), ..Observation::of_request(Verdict::Unknown) }
}

fn held() -> Observation {
    let approval = Some("apv_1".to_owned());
    Observation { approval, ..Observation::of_effect(Verdict::Held) }
}
