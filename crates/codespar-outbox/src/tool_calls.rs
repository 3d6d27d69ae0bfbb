//! What agents call, as rows: an agent that was started again knows what it has paid.

mod call;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use codespar_engine::{Error, driver::Transport};
use codespar_tools::{CallRecord, RecordedCall, ToolAnswer};

use self::call::{as_it_stands, may_be_done, settled, without_key};
use crate::{
    blocking::Outbox,
    error::OutboxError,
    operations::is_attempt,
    outbox::Core,
    policy::millis,
    row::{Guarantee, Row, State},
    store::{Store, StoreAnswer, StoreError, StoreRequest, Stored, Swap},
    told,
    transition::given_up,
};

/// What the operation of such a row begins with; the conversation comes after it.
const OPERATION: &str = "tools.call/";

/// The record of a toolbox, kept in an outbox: a call is a row before it is sent, with the
/// conversation and the model's call id for its name.
///
/// An agent that was started again and repeats a call id gets the recorded answer; where none is
/// known, the toolbox sends the call under its key once more, as long as the server is sure to know
/// it: not later than [`max_age`](crate::Policy::max_age), and an attempt only where the server
/// honours those ([`honours_attempts`](crate::Builder::honours_attempts)). What has no key is never
/// sent again. All else is for a person, by [`Outbox::reconcile`] or when it is asked for again.
/// The rows hold what a [`RecordedCall`] holds: no arguments, only their hash, and what the model
/// was shown; that is removed by [`Outbox::purge`], after which a call is told by its verdict.
///
/// What came after an answer is told in its place, once the row says it: that what was held was
/// denied, that it may have happened since it was approved, what a person found out.
///
/// A conversation is worked on by one process at a time: two that ask for the same payment under
/// different call ids at the same moment may not see each other.
///
/// ```
/// use std::sync::Arc;
///
/// use codespar_outbox::{MemoryStore, Outbox};
/// use codespar_tools::{ToolSource, Toolbox, ToolboxOptions};
///
/// # fn example<T: codespar_engine::driver::Transport + Send + Sync + 'static>(
/// #     outbox: &Outbox<T, Arc<MemoryStore>>, tools: Vec<Box<dyn ToolSource<T>>>,
/// # ) -> Toolbox<T> {
/// // A real agent has a `SqliteStore`.
/// Toolbox::new(tools, ToolboxOptions::new()).record(Arc::new(outbox.tool_calls()))
/// # }
/// ```
#[doc(alias = "agent")]
#[doc(alias = "CallRecord")]
pub struct ToolCalls<T, S> {
    core: Arc<Core<T>>,
    store: S,
    /// One decision at a time.
    deciding: Mutex<()>,
}

impl<T: Transport, S: Store + Clone> Outbox<T, S> {
    /// The record of a toolbox, in the same store: see [`ToolCalls`].
    #[doc(alias = "agent")]
    pub fn tool_calls(&self) -> ToolCalls<T, S> {
        let (core, store) = (Arc::clone(&self.core), self.store.clone());
        ToolCalls { core, store, deciding: Mutex::new(()) }
    }
}

#[cfg(feature = "async")]
impl<T: Transport, S: crate::AsyncStore + Clone> crate::AsyncOutbox<T, S> {
    /// The record of a toolbox, in the same store: see [`ToolCalls`]. The thread that calls a tool
    /// waits for the store; within tokio that has to be a runtime of several threads, see
    /// [`BlockOn`](crate::BlockOn).
    #[doc(alias = "agent")]
    pub fn tool_calls(&self) -> ToolCalls<T, crate::BlockOn<S>> {
        let (core, store) = (Arc::clone(&self.core), crate::BlockOn::new(self.store.clone()));
        ToolCalls { core, store, deciding: Mutex::new(()) }
    }
}

impl<T: Transport, S: Store> ToolCalls<T, S> {
    fn ask(&self, request: StoreRequest) -> Result<(StoreAnswer, i64), OutboxError> {
        let Stored { answer, now } = self.store.carry_out(&request)?;
        Ok((answer, now))
    }

    /// The rows of a conversation, oldest first.
    fn rows(&self, conversation: &str) -> Result<(Vec<Row>, i64), OutboxError> {
        let name = self.core.name(&operation(conversation), "");
        let of = StoreRequest::ListOf {
            origin: name.origin,
            project: name.project,
            operation: name.operation,
        };
        match self.ask(of)? {
            (StoreAnswer::Rows(rows), now) => Ok((rows, now)),
            _ => Err(out_of_turn()),
        }
    }

    /// Writes a call down that is about to be sent; `false` where another was faster.
    fn begin(
        &self,
        conversation: &str,
        known: Option<&Row>,
        call: &RecordedCall,
        now: i64,
    ) -> Result<bool, OutboxError> {
        let lease = self.core.policy.lease;
        let sent = |row: Row| {
            let until = now.saturating_add(millis(lease));
            Row {
                state: State::Sent,
                presentations: row.presentations.saturating_add(1),
                exposed: row.state != State::Ready,
                // Of what is ready nothing has arrived: its age begins now.
                first_sent_at: row
                    .first_sent_at
                    .filter(|_| row.state != State::Ready)
                    .or(Some(now)),
                next_at: Some(until),
                lease_until: Some(until),
                updated_at: now,
                ..row
            }
        };
        let (answer, row) = match known {
            None => {
                let name = self.core.name(&operation(conversation), &call.id);
                let guarantee = match call.key {
                    Some(_) => Guarantee::ExactlyOnce,
                    None => Guarantee::AtMostOnce,
                };
                let row = Row::new(name, guarantee, call.fingerprint.clone());
                let row = self.with(sent(row), call)?;
                let insert =
                    StoreRequest::Insert { row: Box::new(row.clone()), lease: Some(lease) };
                (self.ask(insert)?.0, row)
            }
            Some(row) => {
                let (from, row) = (row.version, self.with(sent(row.clone()), call)?);
                let row = Row { version: from.saturating_add(1), ..row };
                let swap = Swap { row: row.clone(), from, note: None };
                (self.ask(StoreRequest::Swap(Box::new(swap)))?.0, row)
            }
        };
        match answer {
            StoreAnswer::Inserted(_) | StoreAnswer::Written(1) => {
                told::written(&row);
                Ok(true)
            }
            StoreAnswer::Exists(_) | StoreAnswer::Written(_) => Ok(false),
            _ => Err(out_of_turn()),
        }
    }

    /// Whether a row stands against sending its call under this key once more.
    fn is_barred(
        &self,
        row: &Row,
        call: &RecordedCall,
        honours: Option<bool>,
        now: i64,
    ) -> Result<bool, OutboxError> {
        let is_same = row.name.reference == call.id;
        if !is_same && (call.key.is_none() || self.call(row)?.key != call.key) {
            return Ok(false);
        }
        let policy = &self.core.policy;
        let is_young = policy.is_young(row.first_sent_at.unwrap_or(row.created_at), now);
        Ok(match row.state {
            State::Ready => false,
            State::NeedsPerson => true,
            // It is final by a person's word.
            State::Done | State::NotDone if is_same => true,
            State::NotDone => false,
            _ => {
                row.guarantee == Guarantee::AtMostOnce
                    || !is_young
                    || row.presentations >= policy.presentations
                    || is_attempt(&call.tool) && !self.core.honours(honours)
            }
        })
    }

    /// The row that stands against sending a call, if one does.
    fn barring<'a>(
        &self,
        rows: &'a [Row],
        call: &RecordedCall,
        now: i64,
    ) -> Result<Option<&'a Row>, OutboxError> {
        let honours = match rows.first().filter(|_| is_attempt(&call.tool)) {
            None => None,
            Some(row) => match self.ask(StoreRequest::Origin(row.name.origin.clone()))?.0 {
                StoreAnswer::Origin(honours) => honours,
                _ => return Err(out_of_turn()),
            },
        };
        for row in rows {
            if self.is_barred(row, call, honours, now)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Hands a row to a person that may not be presented again; `false` where another was faster.
    fn give_up(&self, row: &Row, now: i64) -> Result<bool, OutboxError> {
        // While it is leased its answer may still come.
        if !matches!(row.state, State::Sent | State::Unknown) || row.is_leased(now) {
            return Ok(true);
        }
        let from = row.version;
        let row = Row { version: from.saturating_add(1), ..given_up(row, now) };
        let swap = Swap { row: row.clone(), from, note: None };
        match self.ask(StoreRequest::Swap(Box::new(swap)))?.0 {
            StoreAnswer::Written(1) => told::written(&row),
            StoreAnswer::Written(_) => return Ok(false),
            _ => return Err(out_of_turn()),
        }
        Ok(true)
    }

    fn try_enter(
        &self,
        conversation: &str,
        decide: &mut dyn FnMut(&[RecordedCall]) -> Option<RecordedCall>,
    ) -> Result<(), OutboxError> {
        let _one = self.deciding.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let (rows, now) = self.rows(conversation)?;
            let calls = rows.iter().map(|row| Ok(as_it_stands(self.call(row)?, row)));
            let calls = calls.collect::<Result<Vec<_>, OutboxError>>()?;
            let Some(call) = decide(&calls) else { return Ok(()) };
            if let Some(row) = self.barring(&rows, &call, now)? {
                if !self.give_up(row, now)? {
                    continue;
                }
                // Shown without its key, it is told as unknown instead of being sent.
                let told = |known: &RecordedCall| match known.id == call.id {
                    true => without_key(known),
                    false => known.clone(),
                };
                let told: Vec<_> = calls.iter().map(told).collect();
                return match row.name.reference == call.id && decide(&told).is_none() {
                    true => Ok(()),
                    false => Err(for_a_person()),
                };
            }
            let known = rows.iter().find(|row| row.name.reference == call.id);
            if self.begin(conversation, known, &call, now)? {
                return Ok(());
            }
        }
    }

    fn try_settle(
        &self,
        conversation: &str,
        id: &str,
        answer: &ToolAnswer,
    ) -> Result<(), OutboxError> {
        let id = self.core.name(&operation(conversation), id).id(0);
        loop {
            let (StoreAnswer::Row(Some(row)), now) = self.ask(StoreRequest::Load(id.clone()))?
            else {
                return Err(OutboxError::NoSuchRow);
            };
            if row.state.is_terminal() {
                return Ok(());
            }
            let mut call = self.call(&row)?;
            // Of several tries, one that did nothing says nothing of the others.
            if !(answer.verdict.is_nothing_done() && (row.exposed || may_be_done(&call))) {
                call.answer = Some(answer.clone());
            }
            let from = row.version;
            let row = match row.state {
                // That is for the person to say, to whom the answer is of use.
                State::NeedsPerson => Row { updated_at: now, ..*row },
                _ => settled(*row, answer, now, &self.core.policy),
            };
            let row = self.with(row, &call)?;
            let row = Row { version: from.saturating_add(1), ..row };
            let swap = Swap { row: row.clone(), from, note: None };
            match self.ask(StoreRequest::Swap(Box::new(swap)))?.0 {
                StoreAnswer::Written(1) => {
                    told::written(&row);
                    return Ok(());
                }
                StoreAnswer::Written(_) => {}
                _ => return Err(out_of_turn()),
            }
        }
    }
}

impl<T: Transport + Send + Sync, S: Store + Send + Sync> CallRecord for ToolCalls<T, S> {
    fn enter(
        &self,
        conversation: &str,
        decide: &mut dyn FnMut(&[RecordedCall]) -> Option<RecordedCall>,
    ) -> Result<(), Error> {
        self.try_enter(conversation, decide).map_err(not_kept)
    }

    fn settle(&self, conversation: &str, id: &str, answer: &ToolAnswer) -> Result<(), Error> {
        self.try_settle(conversation, id, answer).map_err(not_kept)
    }
}

fn for_a_person() -> OutboxError {
    let words = "it may have been done under this key before, and needs a person";
    Error::config("record", words).into()
}

fn operation(conversation: &str) -> String {
    format!("{OPERATION}{conversation}")
}

fn not_kept(error: OutboxError) -> Error {
    match error {
        OutboxError::Call(error) => error,
        other => Error::config("record", other),
    }
}

#[cold]
fn out_of_turn() -> OutboxError {
    StoreError::new("it answered something else").into()
}

impl<T, S> fmt::Debug for ToolCalls<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCalls").finish_non_exhaustive()
    }
}
