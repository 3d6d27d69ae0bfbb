//! The work on one row, as steps: what to read and write, what to send, in which order.
//!
//! A driver carries the steps out and says what happened. The row is written before the first byte
//! and again, as `sent`, in a commit of its own, before it is presented; whoever holds it checks
//! right before that whether it still does.

mod pages;
mod present;
pub(crate) mod put_off;
mod receipt;
mod record;
mod step;

use std::sync::Arc;

use codespar_engine::driver::Transport;

use self::pages::Reading;
pub use self::step::{Event, Machine, Step};
use crate::{
    error::OutboxError,
    observation::Observation,
    outbox::Core,
    plan::{Look, Plan, plan},
    policy::millis,
    request::KeptRequest,
    row::{Row, State},
    store::{StoreAnswer, StoreError, StoreRequest, Stored, Swap},
    told,
    transition::{given_up, next_generation},
};

/// How far the caller wants a row to come before it is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// The server took it: a charge was issued, a transfer is on its way.
    Issued,
    /// It is final: the charge is paid, the transfer arrived.
    Settled,
}

/// What is asked of one run of work.
pub(crate) struct Order {
    /// How far the row is to come.
    pub(crate) until: Until,
    /// How long to wait for that, where there is something to wait for.
    pub(crate) patience: std::time::Duration,
    /// The request, where it is at hand.
    pub(crate) given: Option<KeptRequest>,
}

impl Order {
    /// What is asked of a call unless it says more: that it is taken.
    pub(crate) const fn of_call(request: KeptRequest) -> Self {
        let patience = std::time::Duration::ZERO;
        Self { until: Until::Issued, patience, given: Some(request) }
    }
}

enum Phase {
    /// A row is to be written.
    New,
    Inserting,
    /// A row that is held is to be worked on.
    Held,
    /// A row that is held, of which this was told.
    #[cfg(feature = "webhook")]
    Told(Box<Observation>),
    Claiming,
    ReadingOrigin,
    /// `sent` is being written; this is the row as it was.
    Marking(Box<Row>),
    /// Whether it is still held is being read, right before it is presented.
    Checking(Box<Row>),
    Presenting,
    /// The server is being asked.
    Reading(Reading),
    /// Whether there is time for a further page, with this cursor, is being looked at.
    Turning(Reading, String),
    Recording(Box<Observation>),
    Reloading(Box<Observation>),
    /// A step that needs no answer of the server is being written.
    Stepping,
    /// The row is being let go.
    Releasing,
    /// The row is being put back as it was, as its lease ran out before anything was sent.
    PuttingBack,
    /// What an answer says of the base URL is being written, before the answer itself.
    MarkingOrigin(Box<Observation>, bool),
    Waiting,
    Over,
}

/// The work on one row, as a state machine without I/O.
pub struct Work<T> {
    core: Arc<Core<T>>,
    order: Order,
    row: Box<Row>,
    phase: Phase,
    /// The store's time, as of its last answer.
    now: i64,
    /// Until when the caller waits.
    patience_end: Option<i64>,
    /// Whether the row is held by this work.
    holds: bool,
    /// Whether the base URL honours attempts, once it was read.
    honours: Option<Option<bool>>,
    /// The receipt that is to be read.
    receipt: Option<String>,
    /// How many pages of a list were read.
    pages: u32,
}

impl<T: Transport> Machine<T> for Work<T> {
    type Output = Box<Row>;

    fn resume(&mut self, event: Event) -> Step<T, Box<Row>> {
        match self.step(event) {
            Ok(step) => step,
            Err(error) => {
                self.phase = Phase::Over;
                Step::Done(Err(error))
            }
        }
    }
}

impl<T: Transport> Work<T> {
    /// The work on a row that may have to be written first.
    pub(crate) fn on_new(core: Arc<Core<T>>, row: Row, order: Order) -> Self {
        Self::of(core, row, order, Phase::New)
    }

    /// The work on a row that was claimed at this time.
    pub(crate) fn on_claimed(core: Arc<Core<T>>, row: Row, now: i64, order: Order) -> Self {
        let work = Self::of(core, row, order, Phase::Held);
        Self { holds: true, now, ..work }
    }

    fn of(core: Arc<Core<T>>, row: Row, order: Order, phase: Phase) -> Self {
        let row = Box::new(row);
        let (now, patience_end, holds, honours) = (0, None, false, None);
        let (receipt, pages) = (None, 0);
        Self { core, order, row, phase, now, patience_end, holds, honours, receipt, pages }
    }

    fn step(&mut self, event: Event) -> Result<Step<T, Box<Row>>, OutboxError> {
        match (std::mem::replace(&mut self.phase, Phase::Over), event) {
            (Phase::New, Event::Start) => Ok(self.insert()),
            (Phase::Held, Event::Start) => self.go(),
            #[cfg(feature = "webhook")]
            (Phase::Told(seen), Event::Start) => self.record(*seen),
            (Phase::Waiting, Event::Woke) => match self.core.stop.is_stopped() {
                true => Ok(self.done()),
                false => Ok(self.claim()),
            },
            (phase, Event::Stored(stored)) => {
                let Stored { answer, now } = stored?;
                self.now = now;
                self.stored(phase, answer)
            }
            (Phase::Presenting, Event::Called(seen)) => self.presented(seen),
            (Phase::Reading(of), Event::Called(seen)) => self.was_read(of, seen.ok()),
            _ => Err(out_of_turn()),
        }
    }

    fn stored(
        &mut self,
        phase: Phase,
        answer: StoreAnswer,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        if let (
            Phase::Marking(_) | Phase::Recording(_) | Phase::Stepping,
            StoreAnswer::Written(1),
        ) = (&phase, &answer)
        {
            told::written(&self.row);
        }
        match (phase, answer) {
            (Phase::Inserting, StoreAnswer::Inserted(row)) => {
                told::written(&row);
                (self.row, self.holds) = (row, true);
                self.go()
            }
            (Phase::Inserting, StoreAnswer::Exists(row)) => self.found(row),
            (Phase::Claiming, StoreAnswer::Row(Some(row))) => {
                (self.row, self.holds) = (row, true);
                if put_off::is_put_off(&self.row) && self.order.given.is_some() {
                    // What was missing is here.
                    self.row.next_at = Some(self.now);
                }
                self.go()
            }
            // Somebody else holds it.
            (Phase::Claiming, StoreAnswer::Row(None)) => Ok(self.load()),
            (Phase::Releasing, StoreAnswer::Row(Some(row))) => {
                self.row = row;
                self.rest()
            }
            (Phase::Releasing, StoreAnswer::Written(1)) => {
                self.holds = false;
                self.rest()
            }
            (Phase::PuttingBack, StoreAnswer::Written(1)) => {
                self.holds = false;
                Ok(if self.core.stop.is_stopped() { self.done() } else { self.claim() })
            }
            (Phase::MarkingOrigin(seen, honours), StoreAnswer::Written(_)) => {
                self.honours = Some(Some(honours));
                self.record(*seen)
            }
            (Phase::ReadingOrigin, StoreAnswer::Origin(honours)) => {
                self.honours = Some(honours);
                self.go()
            }
            (Phase::Marking(before), StoreAnswer::Written(1)) => Ok(self.check(before)),
            (Phase::Checking(before), StoreAnswer::Row(Some(row))) => self.checked(&before, row),
            (Phase::Turning(of, cursor), StoreAnswer::Row(Some(row))) => {
                self.turned(of, &cursor, row)
            }
            (Phase::Recording(_), StoreAnswer::Written(1)) => self.go(),
            (Phase::Recording(seen), StoreAnswer::Written(0)) => {
                self.phase = Phase::Reloading(seen);
                Ok(self.load_row())
            }
            (Phase::Reloading(seen), StoreAnswer::Row(Some(row))) => self.reloaded(*seen, row),
            (Phase::Stepping, StoreAnswer::Written(1)) => self.go(),
            // Another has written it meanwhile: it is no longer this one's.
            (
                Phase::Stepping | Phase::Marking(_) | Phase::Releasing | Phase::PuttingBack,
                StoreAnswer::Written(0),
            ) => Ok(self.load()),
            (_, StoreAnswer::Row(None)) => Err(OutboxError::NoSuchRow),
            _ => Err(out_of_turn()),
        }
    }

    fn insert(&mut self) -> Step<T, Box<Row>> {
        self.phase = Phase::Inserting;
        let lease = Some(self.core.policy.lease);
        Step::Store(StoreRequest::Insert { row: self.row.clone(), lease })
    }

    /// The reference was used before: it has to stand for the same.
    fn found(&mut self, row: Box<Row>) -> Result<Step<T, Box<Row>>, OutboxError> {
        let names = || (row.name.operation.clone(), row.name.reference.clone());
        if row.request_hash != self.row.request_hash {
            let (operation, reference) = names();
            return Err(OutboxError::OtherArguments { operation, reference });
        }
        if row.guarantee != self.row.guarantee {
            let (operation, reference) = names();
            return Err(OutboxError::OtherGuarantee { operation, reference });
        }
        self.row = row;
        if self.is_enough() || !self.row.state.is_open() {
            return Ok(self.done());
        }
        if self.row.is_leased(self.now) {
            return self.rest();
        }
        match self.row.next_at.filter(|at| *at > self.now) {
            Some(_) if !put_off::is_put_off(&self.row) => self.rest(),
            _ => Ok(self.claim()),
        }
    }

    fn claim(&mut self) -> Step<T, Box<Row>> {
        self.phase = Phase::Claiming;
        // Another may have learned meanwhile what the server honours.
        self.honours = None;
        let (id, lease) = (self.row.id.clone(), self.core.policy.lease);
        Step::Store(StoreRequest::Claim { id, lease })
    }

    fn load_row(&self) -> Step<T, Box<Row>> {
        Step::Store(StoreRequest::Load(self.row.id.clone()))
    }

    /// Reads the row, to give it back as it stands.
    fn load(&mut self) -> Step<T, Box<Row>> {
        self.holds = false;
        self.phase = Phase::Releasing;
        self.load_row()
    }

    /// Goes on with a row that is held.
    fn go(&mut self) -> Result<Step<T, Box<Row>>, OutboxError> {
        if let Some(step) = self.next_receipt()? {
            return Ok(step);
        }
        if self.is_enough() {
            return Ok(self.release());
        }
        let is_attempt = crate::operations::is_attempt(&self.row.name.operation);
        if is_attempt && self.honours.is_none() {
            self.phase = Phase::ReadingOrigin;
            return Ok(Step::Store(StoreRequest::Origin(self.row.name.origin.clone())));
        }
        let may_repeat = !is_attempt || self.core.honours(self.honours.flatten());
        match plan(&self.row, self.now, &self.core.policy, may_repeat) {
            Plan::Dispatch | Plan::PresentAgain => self.mark_sent(),
            Plan::Look(look) => self.look(&look),
            Plan::NextGeneration => Ok(self.write(next_generation(&self.row, self.now))),
            Plan::GiveUp => Ok(self.write(given_up(&self.row, self.now))),
            Plan::Wait(at) => {
                // Else what cannot be read would stay due, and be claimed for ever.
                self.row.next_at = Some(at);
                Ok(self.release())
            }
            Plan::Stop => Ok(self.release()),
        }
    }

    fn look(&mut self, look: &Look) -> Result<Step<T, Box<Row>>, OutboxError> {
        let path = match look {
            Look::Devolution(_) => match self.request()? {
                Some(request) => request.path,
                None => return Ok(self.put_off()),
            },
            _ => String::new(),
        };
        self.phase = Phase::Reading(Reading::Outcome);
        let limit = self.core.policy.request_limit;
        Ok(Step::Call(crate::operations::look(&self.core.client, look, (&path, None), limit)?))
    }

    /// Writes a step that no answer has to be waited for; the row stays held.
    fn write(&mut self, row: Row) -> Step<T, Box<Row>> {
        self.phase = Phase::Stepping;
        self.swap(row)
    }

    /// Writes the row, in place of the one that is known.
    fn swap(&mut self, mut row: Row) -> Step<T, Box<Row>> {
        let from = self.row.version;
        row.version = from.saturating_add(1);
        *self.row = row.clone();
        Step::Store(StoreRequest::Swap(Box::new(Swap { row, from, note: None })))
    }

    /// Lets the row go, if it is held.
    fn release(&mut self) -> Step<T, Box<Row>> {
        // What needs a person keeps the end of its lease: until then something may be on its way.
        if !self.holds || self.row.state == State::NeedsPerson || self.row.lease_until.is_none() {
            self.holds = false;
            return self.rest().unwrap_or_else(|error| Step::Done(Err(error)));
        }
        self.phase = Phase::Releasing;
        self.swap(Row { lease_until: None, ..(*self.row).clone() })
    }

    /// Lets a row go that cannot be sent, as its bytes are not there.
    fn put_off(&mut self) -> Step<T, Box<Row>> {
        *self.row = put_off::later(&self.row, self.now);
        self.release()
    }

    /// What to do with a row that is not held: wait for its time, or give it back.
    fn rest(&mut self) -> Result<Step<T, Box<Row>>, OutboxError> {
        let due = self.row.next_at.max(self.row.lease_until).filter(|_| self.row.state.is_open());
        let patience = millis(self.order.patience);
        let now = self.now;
        let end = *self.patience_end.get_or_insert_with(|| now.saturating_add(patience));
        match due {
            Some(due)
                if due > now && due <= end && !self.is_enough() && !self.core.stop.is_stopped() =>
            {
                self.phase = Phase::Waiting;
                let wait = u64::try_from(due.saturating_sub(now)).unwrap_or(0);
                Ok(Step::Wait(std::time::Duration::from_millis(wait)))
            }
            _ => Ok(self.done()),
        }
    }

    /// Whether the row has come as far as the caller asked.
    fn is_enough(&self) -> bool {
        match self.row.state {
            State::Done | State::NotDone => true,
            State::Issued => self.order.until == Until::Issued,
            _ => false,
        }
    }

    fn done(&mut self) -> Step<T, Box<Row>> {
        self.phase = Phase::Over;
        Step::Done(Ok(self.row.clone()))
    }
}

#[cold]
fn out_of_turn() -> OutboxError {
    StoreError::new("the driver or the store answered out of turn").into()
}
