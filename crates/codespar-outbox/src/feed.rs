//! Webhook events: they wake the row that they are about, in any order and as often as they come.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use codespar_engine::{
    Stage, Verdict,
    driver::{BlockingTransport, Transport},
};
use codespar_proto::webhook::{Event as WebhookEvent, EventType};
use serde_json::Value;

use crate::{
    blocking::Outbox,
    error::OutboxError,
    observation::Observation,
    outbox::Core,
    plan::can_be_read,
    row::{Row, State},
    store::{Store, StoreAnswer, StoreError, StoreRequest, Stored},
    work::{Event, Machine, Order, Step, Until, Work},
};

/// What an event came to.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EventOutcome {
    /// It is about no row of this outbox, or a test.
    Unrelated,
    /// The row as it is now. What was final stays as it was.
    Taken(Box<Row>),
    /// Somebody works on the row at this moment: answer the delivery with an error, so that it
    /// comes again. If it does not, the row is read in its turn.
    Busy(Box<Row>),
}

impl<T: BlockingTransport, S: Store> Outbox<T, S> {
    /// Takes in a webhook event whose signature was verified: finds the row that it is about and
    /// reads from the service how that stands. The event's own word counts only where there is
    /// nothing to read, as for transfers.
    ///
    /// Events may come in any order, late, and more than once: a final row is never opened again.
    ///
    /// # Errors
    /// `Store`, `Unreadable`: answer the delivery with an error, so that it comes again.
    ///
    /// ```
    /// use codespar_outbox::{EventOutcome, MemoryStore, Outbox, OutboxError};
    /// use codespar_proto::webhook::Event;
    ///
    /// # use codespar_proto::driver::BlockingTransport;
    /// # fn example<T: BlockingTransport>(
    /// #     outbox: &Outbox<T, MemoryStore>, event: &Event,
    /// # ) -> Result<u16, OutboxError> {
    /// Ok(match outbox.take_event(event)? {
    ///     EventOutcome::Busy(_) => 503,
    ///     _ => 204,
    /// })
    /// # }
    /// ```
    #[doc(alias = "webhook")]
    pub fn take_event(&self, event: &WebhookEvent) -> Result<EventOutcome, OutboxError> {
        self.drive(Feed::new(Arc::clone(&self.core), event))
    }
}

/// The members of an event's data by which a row is found.
const NAMES: [&str; 8] = [
    "attempt_id",
    "idempotency_key",
    "payment_id",
    "charge_id",
    "withdrawal_id",
    "devolution_id",
    "approval_id",
    "transaction_id",
];

/// The work on the row that an event is about, as a state machine without I/O.
pub(crate) struct Feed<T> {
    core: Arc<Core<T>>,
    names: VecDeque<String>,
    /// What the event says, where it says how it ended.
    said: Option<Verdict>,
    row: Option<Box<Row>>,
    work: Option<Work<T>>,
}

impl<T: Transport> Feed<T> {
    pub(crate) fn new(core: Arc<Core<T>>, event: &WebhookEvent) -> Self {
        let names = if event.is_test() { VecDeque::new() } else { names(&event.data.to_value()) };
        Self { core, names, said: said(&event.kind), row: None, work: None }
    }

    fn find(&mut self) -> Step<T, EventOutcome> {
        match self.names.pop_front() {
            Some(name) => Step::Store(StoreRequest::Find(name)),
            None => Step::Done(Ok(EventOutcome::Unrelated)),
        }
    }

    fn found(&mut self, row: Box<Row>, now: i64) -> Step<T, EventOutcome> {
        let is_ours = row.name.origin == self.core.origin && row.name.project == self.core.project;
        if !is_ours {
            return self.find();
        }
        let has_more = can_be_read(&row) || row.state != State::Issued || self.said.is_some();
        if !row.state.is_open() || !has_more {
            return Step::Done(Ok(EventOutcome::Taken(row)));
        }
        if row.is_leased(now) {
            return Step::Done(Ok(EventOutcome::Busy(row)));
        }
        let (id, lease) = (row.id.clone(), self.core.policy.lease);
        self.row = Some(row);
        Step::Store(StoreRequest::Claim { id, lease })
    }

    fn claimed(&mut self, row: Row, now: i64) -> Step<T, EventOutcome> {
        let order = Order { until: Until::Settled, patience: Duration::ZERO, given: None };
        let is_read = can_be_read(&row) || row.state != State::Issued;
        // It is due now, whatever it waited for.
        let row = Row { next_at: Some(now), ..row };
        let core = Arc::clone(&self.core);
        let work = match self.said.filter(|_| !is_read) {
            Some(verdict) => Work::on_told(core, row, now, order, Observation::of_effect(verdict)),
            None => Work::on_claimed(core, row, now, order),
        };
        let step = self.work.insert(work).resume(Event::Start);
        inner(step)
    }

    fn stored(&mut self, stored: Stored) -> Step<T, EventOutcome> {
        let Stored { answer, now } = stored;
        match (answer, self.row.take()) {
            (StoreAnswer::Row(Some(row)), None) => self.found(row, now),
            (StoreAnswer::Row(None), None) => self.find(),
            (StoreAnswer::Row(Some(row)), Some(_)) => self.claimed(*row, now),
            // Somebody else was faster.
            (StoreAnswer::Row(None), Some(row)) => Step::Done(Ok(EventOutcome::Busy(row))),
            _ => out_of_turn(),
        }
    }
}

impl<T: Transport> Machine<T> for Feed<T> {
    type Output = EventOutcome;

    fn resume(&mut self, event: Event) -> Step<T, EventOutcome> {
        if let Some(work) = &mut self.work {
            return inner(work.resume(event));
        }
        match event {
            Event::Start => self.find(),
            Event::Stored(Ok(stored)) => self.stored(stored),
            Event::Stored(Err(error)) => Step::Done(Err(error.into())),
            _ => out_of_turn(),
        }
    }
}

fn inner<T>(step: Step<T, Box<Row>>) -> Step<T, EventOutcome> {
    match step {
        Step::Store(request) => Step::Store(request),
        Step::Call(call) => Step::Call(call),
        Step::Wait(wait) => Step::Wait(wait),
        Step::Done(row) => Step::Done(row.map(EventOutcome::Taken)),
    }
}

#[cold]
fn out_of_turn<T>() -> Step<T, EventOutcome> {
    Step::Done(Err(StoreError::new("the driver or the store answered out of turn").into()))
}

fn names(data: &Value) -> VecDeque<String> {
    let text = |name: &&str| Some(data.get(*name)?.as_str()?.to_owned());
    NAMES.iter().filter_map(text).filter(|name| !name.is_empty()).collect()
}

/// How it ended, where an event says so.
fn said(kind: &EventType) -> Option<Verdict> {
    match kind {
        EventType::CommerceChargePaid
        | EventType::CommercePaymentSucceeded
        | EventType::CommercePixOutSucceeded
        | EventType::CommerceCashoutConfirmed => Some(Verdict::Done(Stage::Settled)),
        EventType::CommercePaymentFailed | EventType::CommercePixOutFailed => {
            Some(Verdict::Refused)
        }
        _ => None,
    }
}
