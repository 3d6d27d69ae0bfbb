//! Runs cases: serves the answers, makes the calls, compares.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use crate::compare::outcome::Expected;
use crate::compare::request::{self, compare_all};
use crate::deviations::{Deviation, Deviations};
use crate::operations::{Driver, Operations, Outcome, Setup};
use crate::recording::{self, Recording, Request};
use crate::server::{Bound, Received};

/// A case that ran through one driver.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The name of the case.
    pub case: String,
    /// Its call, `object.method`.
    pub call: String,
    /// The driver.
    pub driver: Driver,
    /// How it went.
    pub verdict: Verdict,
}

/// How a case went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Requests and outcome agree with the recording.
    Passed,
    /// The recorded outcome is a defect that no deviation names: the requests agree.
    PassedByRequests,
    /// We differ as a deviation says.
    Deviating,
    /// We differ, in these points.
    Failed(Vec<String>),
    /// There is no such call.
    Unknown,
}

/// Runs every recording through every driver on a few threads; the result is in the order given.
pub fn run(
    operations: &dyn Operations,
    deviations: &Deviations,
    recordings: &[Value],
    drivers: &[Driver],
    threads: usize,
) -> Vec<Ran> {
    let jobs: Vec<_> = recordings
        .iter()
        .flat_map(|recording| drivers.iter().map(move |&driver| (recording, driver)))
        .collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, jobs.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some((recording, driver)) = jobs.get(number) else { break };
                    let ran = run_case(operations, deviations, recording, *driver);
                    if let Ok(mut done) = done.lock() {
                        done.push((number, ran));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, ran)| ran).collect()
}

/// Runs one recording through one driver.
pub fn run_case(
    operations: &dyn Operations,
    deviations: &Deviations,
    recording: &Value,
    driver: Driver,
) -> Ran {
    let text = |pointer| recording.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    Ran {
        case: text("/case").to_owned(),
        call: format!("{}.{}", text("/call/on"), text("/call/method")),
        driver,
        verdict: verdict(operations, deviations, recording, driver)
            .unwrap_or_else(|error| Verdict::Failed(vec![error])),
    }
}

fn verdict(
    operations: &dyn Operations,
    deviations: &Deviations,
    recording: &Value,
    driver: Driver,
) -> Result<Verdict, String> {
    let bound = Bound::new().map_err(|error| format!("no loopback server: {error}"))?;
    let base_url = bound.base_url();
    let case = recording::at(recording, &base_url)?;
    let server = bound.serve(case.answers().cloned().collect());
    let made = make_calls(operations, Setup { driver, base_url: &base_url, recording: &case });
    let received = server.finish();
    let outcomes = match made {
        Ok(outcomes) => outcomes,
        Err(panic) => return Ok(Verdict::Failed(vec![panic])),
    };
    if outcomes.contains(&Outcome::Unknown) {
        return Ok(Verdict::Unknown);
    }
    Happened { case: &case, outcomes, received }.judge(deviations)
}

/// What a case led to.
struct Happened<'a> {
    case: &'a Recording,
    /// Of the earlier calls, then of the call itself.
    outcomes: Vec<Outcome>,
    received: Vec<Received>,
}

impl Happened<'_> {
    fn judge(&self, deviations: &Deviations) -> Result<Verdict, String> {
        if let Some(deviation) = deviations.find(self.case) {
            let found = self.differences(Some(deviation))?;
            let verdict = Verdict::Deviating;
            return Ok(if found.is_empty() { verdict } else { Verdict::Failed(found) });
        }
        let found = self.differences(None)?;
        match (found.is_empty(), self.case.quirk.is_none()) {
            (true, true) => return Ok(Verdict::Passed),
            (true, false) => return Ok(Verdict::PassedByRequests),
            _ => {}
        }
        for rule in deviations.rules(self.case) {
            if self.differences(Some(rule))?.is_empty() {
                return Ok(Verdict::Deviating);
            }
        }
        Ok(Verdict::Failed(found))
    }

    /// Where it differs from what the deviation expects, or from what was recorded.
    fn differences(&self, deviation: Option<&Deviation>) -> Result<Vec<String>, String> {
        let served: String = self.case.answers().map(answer_text).collect();
        let mut found = Vec::new();
        for (earlier, outcome) in self.case.before.iter().zip(&self.outcomes) {
            let expected = match deviation {
                Some(deviation) => deviation.earlier(earlier)?,
                None if self.case.quirk.is_none() => Expected::earlier(earlier),
                // An earlier call of a defect is part of that defect.
                None => continue,
            };
            let name = earlier.call.name();
            let differences = expected.compare(outcome, &served);
            found.extend(differences.into_iter().map(|line| format!("before, {name}: {line}")));
        }
        let expected = match deviation {
            Some(deviation) => Some(deviation.outcome(self.case)?),
            None => self.case.quirk.is_none().then(|| Expected::recorded(self.case)),
        };
        if let (Some(expected), Some(outcome)) = (expected, self.outcomes.last()) {
            found.extend(expected.compare(outcome, &served));
        }
        let requests = match deviation {
            Some(deviation) => deviation.requests(self.case)?,
            None => self.case.exchanges.iter().map(|exchange| exchange.request.clone()).collect(),
        };
        found.extend(compare_all(&all_requests(self.case, &requests), &self.received));
        Ok(found)
    }
}

/// Makes the earlier calls and then the call itself; stops at one that there is not.
fn make_calls(operations: &dyn Operations, setup: Setup<'_>) -> Result<Vec<Outcome>, String> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut conversation = operations.begin(setup);
        let mut outcomes = Vec::new();
        let earlier = setup.recording.before.iter().map(|earlier| &earlier.call);
        for call in earlier.chain([&setup.recording.call]) {
            outcomes.push(conversation.call(call));
            if outcomes.last() == Some(&Outcome::Unknown) {
                break;
            }
        }
        outcomes
    }))
    .map_err(|panic| format!("the call panicked: {}", panic_text(&*panic)))
}

fn all_requests<'a>(case: &'a Recording, own: &'a [Request]) -> Vec<request::Expected<'a>> {
    let earlier = case.before.iter().flat_map(|earlier| {
        let of = |request| request::Expected { call: &earlier.call, request };
        earlier.exchanges.iter().map(move |exchange| of(&exchange.request))
    });
    earlier
        .chain(own.iter().map(|request| request::Expected { call: &case.call, request }))
        .collect()
}

/// The text of an answer as JSON spells it, so that a word can be looked for.
fn answer_text(answer: &recording::Response) -> String {
    let chunks =
        answer.sse_chunks.iter().flatten().filter_map(|chunk| chunk.bytes().ok()).flatten();
    let bytes: Vec<u8> = answer.body().unwrap_or_default().into_iter().chain(chunks).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
