//! Runs cases: serves the answers, makes the calls, compares.

mod judge;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::deviations::Deviations;
use crate::operations::{Driver, Operations, Outcome, Setup};
use crate::recording::{self, Recording};
use crate::server::{Bound, Received};

/// A case that ran through one driver.
#[derive(Debug, Clone)]
pub struct CaseResult {
    /// The name of the case.
    pub case: String,
    /// Its call, `object.method`.
    pub call: String,
    /// The driver.
    pub driver: Driver,
    /// How it went.
    pub verdict: Verdict,
    /// Why we differ, where we do on purpose.
    pub reasons: Vec<String>,
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
) -> Vec<CaseResult> {
    each(recordings, drivers, threads, |recording, driver| {
        run_case(operations, deviations, recording, driver)
    })
}

/// Does something with every recording and every driver on a few threads; the result is in the
/// order given.
pub(crate) fn each<T: Send>(
    recordings: &[Value],
    drivers: &[Driver],
    threads: usize,
    does: impl Fn(&Value, Driver) -> T + Sync,
) -> Vec<T> {
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
                    let result = does(recording, *driver);
                    if let Ok(mut done) = done.lock() {
                        done.push((number, result));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Runs one recording through one driver.
pub fn run_case(
    operations: &dyn Operations,
    deviations: &Deviations,
    recording: &Value,
    driver: Driver,
) -> CaseResult {
    let text = |pointer| recording.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (verdict, reasons) = judged(operations, deviations, recording, driver)
        .unwrap_or_else(|error| (Verdict::Failed(vec![error]), Vec::new()));
    let call = format!("{}.{}", text("/call/on"), text("/call/method"));
    CaseResult { case: text("/case").to_owned(), call, driver, verdict, reasons }
}

fn judged(
    operations: &dyn Operations,
    deviations: &Deviations,
    recording: &Value,
    driver: Driver,
) -> Result<(Verdict, Vec<String>), String> {
    observe(operations, recording, driver).map(|happened| happened.judge(deviations))
}

/// Serves the answers of a recording and makes its calls.
///
/// # Errors
/// No server, a value that is not a recording, a call that panicked.
pub(crate) fn observe(
    operations: &dyn Operations,
    recording: &Value,
    driver: Driver,
) -> Result<Observed, String> {
    let bound = Bound::new().map_err(|error| format!("no loopback server: {error}"))?;
    let base_url = bound.base_url();
    let case = recording::at(recording, &base_url)?;
    let server = bound.serve(case.answers().cloned().collect());
    let made = make_calls(operations, Setup { driver, base_url: &base_url, recording: &case });
    let received = server.finish();
    Ok(Observed { outcomes: made?, case: Arc::new(case), received })
}

/// What a case led to.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    pub(crate) case: Arc<Recording>,
    /// Of the earlier calls, then of the call itself.
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) received: Vec<Received>,
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

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
