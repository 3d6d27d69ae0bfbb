//! Working a list: every line once, on several threads.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    thread,
};

use codespar_engine::driver::BlockingTransport;

use crate::{
    blocking::{Once, Outbox, Outcome},
    error::OutboxError,
    reconcile::Totals,
    row::State,
    store::Store,
};

/// How many lines are worked on at once where nobody says.
const WORKERS: NonZeroUsize = NonZeroUsize::new(8).expect("not nought");

/// What is told of every line that is through.
type Told<'t, L, O> = Box<dyn Fn(&L, &Result<Outcome<O>, OutboxError>) + Send + Sync + 't>;

/// A list that is to be worked, line by line; see [`Outbox::run_list`].
#[must_use = "nothing is done before `run`"]
pub struct RunList<'a, 't, T, S, I: Iterator, F, O> {
    outbox: &'a Outbox<T, S>,
    lines: I,
    call: F,
    workers: NonZeroUsize,
    told: Option<Told<'t, I::Item, O>>,
}

/// What a list came to.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ListTotals {
    /// How many lines came to which state. What is not final is worked on by
    /// [`Outbox::reconcile`], or by the next run of the list.
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

impl<T: BlockingTransport, S: Store> Outbox<T, S> {
    /// Works a list: makes a call of every line, each once, on several threads.
    ///
    /// Run it again after a crash with the same list: lines that were done are told from the
    /// store. Once [`Stop`](crate::Stop) was told, no more lines are taken, and those in flight are
    /// finished. A line that cannot be a call, or that is another than before, is no reason to
    /// stop: it is in [`ListTotals::failed`]. A store that fails is.
    ///
    /// ```
    /// use codespar_outbox::{MemoryStore, Outbox, OutboxError};
    /// # use codespar_proto::{Client, CreateCharge, driver::BlockingTransport};
    ///
    /// # fn example<T: BlockingTransport + Send + Sync>(
    /// #     client: Client<T>,
    /// #     outbox: &Outbox<T, MemoryStore>,
    /// #     invoices: &[(String, CreateCharge)],
    /// # ) -> Result<(), OutboxError> {
    /// let totals = outbox
    ///     .run_list(invoices, |(number, args)| outbox.once(number, client.charges().create(args)))
    ///     .run()?;
    /// println!("{totals}");
    /// # Ok(()) }
    /// ```
    #[doc(alias = "batch")]
    #[doc(alias = "concurrency")]
    pub fn run_list<'a, 't, I, O, F>(
        &'a self,
        lines: I,
        call: F,
    ) -> RunList<'a, 't, T, S, I::IntoIter, F, O>
    where
        I: IntoIterator,
        F: Fn(&I::Item) -> Result<Once<'a, T, S, O>, OutboxError>,
    {
        let lines = lines.into_iter();
        RunList { outbox: self, lines, call, workers: WORKERS, told: None }
    }
}

impl<'a, 't, T, S, I, F, O> RunList<'a, 't, T, S, I, F, O>
where
    T: BlockingTransport + Send + Sync,
    S: Store + Sync,
    I: Iterator + Send,
    F: Fn(&I::Item) -> Result<Once<'a, T, S, O>, OutboxError> + Sync,
{
    /// How many lines are worked on at once. Default 8.
    #[doc(alias = "threads")]
    pub fn workers(mut self, workers: NonZeroUsize) -> Self {
        self.workers = workers;
        self
    }

    /// Tells of every line that is through, on the thread that did it: for a report.
    pub fn each(
        mut self,
        told: impl Fn(&I::Item, &Result<Outcome<O>, OutboxError>) + Send + Sync + 't,
    ) -> Self {
        self.told = Some(Box::new(told));
        self
    }

    /// Works the list, and gives what its lines came to.
    ///
    /// # Errors
    /// `Store`, once the lines in flight were finished.
    pub fn run(self) -> Result<ListTotals, OutboxError> {
        let Self { outbox, lines, call, workers, told } = self;
        let stop = &outbox.core.stop;
        let lines = Mutex::new(Lines { lines: lines.enumerate(), broken: None, stopped: false });
        let take = || lines.lock().unwrap_or_else(PoisonError::into_inner).take(stop.is_stopped());
        let work = || {
            let mut totals = ListTotals::default();
            while let Some((number, line)) = take() {
                let outcome = call(&line).and_then(Once::send);
                if let Some(told) = &told {
                    told(&line, &outcome);
                }
                match outcome {
                    Ok(outcome) => totals.reached.add(outcome.row.state),
                    Err(error @ OutboxError::Store(_)) => {
                        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                        lines.broken.get_or_insert(error);
                    }
                    Err(error) => totals.failed.push((number, error)),
                }
            }
            totals
        };
        let mut totals = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers.get()).map(|_| scope.spawn(work)).collect();
            let mut totals = ListTotals::default();
            for thread in threads {
                match thread.join() {
                    Ok(part) => totals.extend(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            totals
        });
        let lines = lines.into_inner().unwrap_or_else(PoisonError::into_inner);
        totals.stopped = lines.stopped;
        lines.broken.map_or(Ok(totals), Err)
    }
}

/// The lines that nobody has taken yet.
struct Lines<I> {
    lines: I,
    /// What broke the store.
    broken: Option<OutboxError>,
    stopped: bool,
}

impl<I: Iterator> Lines<I> {
    fn take(&mut self, stop: bool) -> Option<I::Item> {
        if self.broken.is_some() || self.stopped {
            return None;
        }
        let line = self.lines.next()?;
        // A list that had ended was not stopped.
        self.stopped = stop;
        (!stop).then_some(line)
    }
}

impl ListTotals {
    fn extend(&mut self, part: Self) {
        for (state, lines) in part.reached.states {
            *self.reached.states.entry(state).or_default() += lines;
        }
        self.failed.extend(part.failed);
        self.failed.sort_by_key(|(number, _)| *number);
    }
}
