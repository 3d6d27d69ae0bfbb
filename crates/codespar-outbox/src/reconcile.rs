//! The work on all rows that are due, as steps.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use codespar_engine::driver::Transport;

use crate::{
    error::OutboxError,
    outbox::Core,
    row::{Row, State},
    store::{StoreAnswer, StoreError, StoreRequest},
    work::{Event, Machine, Order, Step, Until, Work},
};

/// What a run over all rows that were due came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Totals {
    /// How many rows were worked on, by the state that they came to.
    pub states: BTreeMap<&'static str, u64>,
    /// The rows that could not be worked on, by their ids, and why: they, or their requests, cannot
    /// be read.
    pub unreadable: Vec<(String, String)>,
}

impl Totals {
    /// How many rows came to this state.
    pub fn count(&self, state: State) -> u64 {
        self.states.get(state.as_str()).copied().unwrap_or(0)
    }

    pub(crate) fn add(&mut self, state: State) {
        *self.states.entry(state.as_str()).or_default() += 1;
    }

    /// How many rows were worked on.
    pub fn worked_on(&self) -> u64 {
        self.states.values().sum()
    }
}

/// The work on all rows that are due, one after the other, as a state machine without I/O.
pub struct Reconcile<T> {
    core: Arc<Core<T>>,
    work: Option<Work<T>>,
    /// Which row is being worked on.
    id: String,
    /// The time at which the run began.
    began: Option<i64>,
    /// Whether a row is being put off, after which come the others.
    is_putting_off: bool,
    totals: Totals,
}

impl<T: Transport> Reconcile<T> {
    pub(crate) fn new(core: Arc<Core<T>>) -> Self {
        let (work, id, began, totals) = (None, String::new(), None, Totals::default());
        Self { core, work, id, began, is_putting_off: false, totals }
    }

    fn claim(&mut self) -> Step<T, Totals> {
        self.work = None;
        if self.core.stop.is_stopped() {
            return self.over();
        }
        let (origin, project) = (self.core.origin.clone(), self.core.project.clone());
        Step::Store(StoreRequest::ClaimDue { origin, project, lease: self.core.policy.lease })
    }

    fn claimed(&mut self, row: Row, now: i64) -> Step<T, Totals> {
        let order = Order { until: Until::Settled, patience: Duration::ZERO, given: None };
        self.id.clone_from(&row.id);
        let work = Work::on_claimed(Arc::clone(&self.core), row, now, order);
        let step = self.work.insert(work).resume(Event::Start);
        self.inner(step)
    }

    fn over(&mut self) -> Step<T, Totals> {
        Step::Done(Ok(std::mem::take(&mut self.totals)))
    }

    fn inner(&mut self, step: Step<T, Box<Row>>) -> Step<T, Totals> {
        match step {
            Step::Store(request) => Step::Store(request),
            Step::Call(call) => Step::Call(call),
            Step::Wait(wait) => Step::Wait(wait),
            Step::Done(Ok(row)) => {
                self.totals.add(row.state);
                self.claim()
            }
            Step::Done(Err(error @ OutboxError::Store(_))) => Step::Done(Err(error)),
            Step::Done(Err(error)) => {
                let unreadable = (std::mem::take(&mut self.id), error.to_string());
                self.totals.unreadable.push(unreadable);
                let is_unreadable = matches!(error, OutboxError::Unreadable(_));
                let work = self.work.take().filter(|_| is_unreadable);
                match work.and_then(Work::into_put_off) {
                    Some(row) => {
                        self.is_putting_off = true;
                        self.let_go(row)
                    }
                    // Its lease ends by itself, and the row is due again then.
                    None => self.claim(),
                }
            }
        }
    }
}

impl<T: Transport> Machine<T> for Reconcile<T> {
    type Output = Totals;

    fn resume(&mut self, event: Event) -> Step<T, Totals> {
        if let Some(work) = &mut self.work {
            let step = work.resume(event);
            return self.inner(step);
        }
        match event {
            Event::Start => self.claim(),
            Event::Stored(Err(error)) => Step::Done(Err(error.into())),
            Event::Stored(Ok(stored)) => match stored.answer {
                StoreAnswer::Row(Some(row)) => {
                    let began = *self.began.get_or_insert(stored.now);
                    // Every row once a run: what is due again was worked on in this one.
                    if row.updated_at > began {
                        self.let_go(*row)
                    } else {
                        self.claimed(*row, stored.now)
                    }
                }
                // Its lease keeps it from the others' way: they are worked on.
                StoreAnswer::Unreadable { id, why } => {
                    let unreadable = (id, why);
                    if !self.totals.unreadable.contains(&unreadable) {
                        self.totals.unreadable.push(unreadable);
                    }
                    self.claim()
                }
                StoreAnswer::Written(_) if std::mem::take(&mut self.is_putting_off) => self.claim(),
                StoreAnswer::Row(None) | StoreAnswer::Written(_) => self.over(),
                _ => Step::Done(Err(StoreError::new("it answered out of turn").into())),
            },
            _ => Step::Done(Err(StoreError::new("the driver answered out of turn").into())),
        }
    }
}

impl<T: Transport> Reconcile<T> {
    fn let_go(&self, row: Row) -> Step<T, Totals> {
        let from = row.version;
        let row = Row { lease_until: None, version: from.saturating_add(1), ..row };
        Step::Store(StoreRequest::Swap(Box::new(crate::store::Swap { row, from, note: None })))
    }
}
