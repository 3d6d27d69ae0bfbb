//! Working a list: every line once, several at a time.

use std::{
    fmt,
    iter::Enumerate,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{blocking::Outcome, error::OutboxError, reconcile::Totals, row::State, stop::Stop};

#[cfg(feature = "async")]
mod awaited;
mod threads;

/// How many lines are worked on at once where nobody says.
const WORKERS: NonZeroUsize = NonZeroUsize::new(8).expect("not nought");

/// What is told of every line that is through.
type Told<'t, L, O> = Box<dyn Fn(&L, &Result<Outcome<O>, OutboxError>) + Send + Sync + 't>;

/// A list that is to be worked, line by line: see [`Outbox::run_list`](crate::Outbox::run_list).
/// `B` is the outbox.
#[must_use = "nothing is done before `run`"]
pub struct RunList<'t, B, I: Iterator, F, O> {
    outbox: B,
    lines: I,
    call: F,
    workers: NonZeroUsize,
    told: Option<Told<'t, I::Item, O>>,
}

impl<'t, B, I: Iterator, F, O> RunList<'t, B, I, F, O> {
    fn new(outbox: B, lines: I, call: F) -> Self {
        Self { outbox, lines, call, workers: WORKERS, told: None }
    }

    /// How many lines are worked on at once. Default 8.
    #[doc(alias = "threads")]
    #[doc(alias = "concurrency")]
    pub fn workers(mut self, workers: NonZeroUsize) -> Self {
        self.workers = workers;
        self
    }

    /// Tells of every line that is through, where it was worked on: for a report.
    pub fn each(
        mut self,
        told: impl Fn(&I::Item, &Result<Outcome<O>, OutboxError>) + Send + Sync + 't,
    ) -> Self {
        self.told = Some(Box::new(told));
        self
    }
}

/// What a list came to.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ListTotals {
    /// How many lines came to which state. What is not final is worked on by
    /// [`Outbox::reconcile`](crate::Outbox::reconcile), or by the next run of the list.
    pub reached: Totals,
    /// The lines (from 0) of which no row was written, or which are not what their row says, and
    /// why.
    pub failed: Vec<(usize, OutboxError)>,
    /// Whether it was told to [`Stop`](crate::Stop) before the last line: the rest was not looked
    /// at.
    pub stopped: bool,
}

impl ListTotals {
    /// How many lines came to this state.
    pub fn count(&self, state: State) -> u64 {
        self.reached.count(state)
    }

    /// Whether every line was looked at and came to its end: done, issued, or known not to be done.
    pub fn is_through(&self) -> bool {
        let ends = [State::Issued, State::Done, State::NotDone];
        let ended: u64 = ends.into_iter().map(|state| self.count(state)).sum();
        !self.stopped && self.failed.is_empty() && ended == self.reached.worked_on()
    }
}

/// `issued 196, not_done 2, failed 2`.
impl fmt::Display for ListTotals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<_> =
            self.reached.states.iter().map(|(state, lines)| format!("{state} {lines}")).collect();
        if !self.failed.is_empty() {
            parts.push(format!("failed {}", self.failed.len()));
        }
        if self.stopped {
            parts.push("stopped".to_owned());
        }
        f.write_str(&parts.join(", "))
    }
}

/// A list on its way, as its workers share it.
struct Shared<'t, I: Iterator, O> {
    lines: Mutex<Lines<I>>,
    told: Option<Told<'t, I::Item, O>>,
    stop: Stop,
}

/// The lines that nobody has taken yet.
struct Lines<I> {
    lines: Enumerate<I>,
    /// What broke the store.
    broken: Option<OutboxError>,
    stopped: bool,
}

impl<'t, I: Iterator, O> Shared<'t, I, O> {
    fn new(lines: I, told: Option<Told<'t, I::Item, O>>, stop: &Stop) -> Self {
        let lines = Lines { lines: lines.enumerate(), broken: None, stopped: false };
        Self { lines: Mutex::new(lines), told, stop: stop.clone() }
    }

    fn lines(&self) -> MutexGuard<'_, Lines<I>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next line, with its number.
    fn take(&self) -> Option<(usize, I::Item)> {
        let mut lines = self.lines();
        if lines.broken.is_some() || lines.stopped {
            return None;
        }
        let line = lines.lines.next()?;
        // A list that had ended was not stopped.
        lines.stopped = self.stop.is_stopped();
        (!lines.stopped).then_some(line)
    }

    /// Takes in what a line came to.
    fn came_to(
        &self,
        (number, line): (usize, &I::Item),
        outcome: Result<Outcome<O>, OutboxError>,
        totals: &mut ListTotals,
    ) {
        if let Some(told) = &self.told {
            told(line, &outcome);
        }
        match outcome {
            Ok(outcome) => totals.reached.add(outcome.row.state),
            // A row that cannot be read is one line; a store that fails is all of them.
            Err(OutboxError::Store(error)) if !error.is_of_row() => {
                let error = OutboxError::from(error);
                self.lines().broken.get_or_insert(error);
            }
            Err(error) => totals.failed.push((number, error)),
        }
    }

    /// What all came to, given what each worker has counted.
    fn end(self, parts: impl IntoIterator<Item = ListTotals>) -> Result<ListTotals, OutboxError> {
        let lines = self.lines.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut totals = ListTotals { stopped: lines.stopped, ..ListTotals::default() };
        for part in parts {
            for (state, lines) in part.reached.states {
                *totals.reached.states.entry(state).or_default() += lines;
            }
            totals.failed.extend(part.failed);
        }
        totals.failed.sort_by_key(|(number, _)| *number);
        lines.broken.map_or(Ok(totals), Err)
    }
}
