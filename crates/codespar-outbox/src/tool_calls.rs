//! What agents call, as rows: an agent that was started again knows what it has paid.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use codespar_engine::{Error, driver::Transport};
use codespar_tools::{CallRecord, Happened, RecordedCall, ToolAnswer};

use crate::{
    blocking::Outbox,
    error::OutboxError,
    operations::is_attempt,
    outbox::Core,
    policy::{Policy, millis},
    row::{Guarantee, Row, State},
    store::{Store, StoreAnswer, StoreError, StoreRequest, Stored, Swap},
    told,
    transition::given_up,
    vault::place,
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
/// was shown.
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

    /// The call that a row stands for.
    fn call(&self, row: &Row) -> Result<RecordedCall, OutboxError> {
        let unreadable = OutboxError::Unreadable("a row is no recorded call");
        let Some(blob) = &row.answer else { return Err(unreadable) };
        let bytes = self.core.vault.get(&place(row, "answer"), blob)?;
        serde_json::from_slice(&bytes).map_err(|_| unreadable)
    }

    /// The row with this call in it.
    fn with(&self, row: Row, call: &RecordedCall) -> Result<Row, OutboxError> {
        let bytes = serde_json::to_vec(call);
        let bytes = bytes.map_err(|_| OutboxError::Unreadable("a call cannot be written"))?;
        let answer = Some(self.core.vault.put(&place(&row, "answer"), &bytes)?);
        Ok(Row { answer, ..row })
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
        let age = now.saturating_sub(row.first_sent_at.unwrap_or(row.created_at));
        Ok(match row.state {
            State::Ready => false,
            State::NeedsPerson => true,
            // It is final by a person's word.
            State::Done | State::NotDone if is_same => true,
            State::NotDone => false,
            _ => {
                row.guarantee == Guarantee::AtMostOnce
                    || age > millis(policy.max_age)
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
            let calls = rows.iter().map(|row| self.call(row)).collect::<Result<Vec<_>, _>>()?;
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

/// Whether what is recorded says that it was, or may have been, done.
fn may_be_done(call: &RecordedCall) -> bool {
    call.answer.as_ref().is_some_and(|known| !known.verdict.is_nothing_done())
}

/// A call that may have been done, as one that cannot be sent again.
fn without_key(call: &RecordedCall) -> RecordedCall {
    let mut call = call.clone();
    call.key = None;
    call.answer = call.answer.filter(|answer| !answer.verdict.is_nothing_done());
    call
}

fn for_a_person() -> OutboxError {
    let words = "it may have been done under this key before, and needs a person";
    Error::config("record", words).into()
}

/// What an answer makes of a row. The agent has to ask again for what can be sent again; what
/// nobody asks for is with a person in the end.
fn settled(row: Row, answer: &ToolAnswer, now: i64, policy: &Policy) -> Row {
    let state = match answer.verdict {
        Happened::Done => State::Done,
        Happened::Refused if !row.exposed => State::NotDone,
        Happened::NothingSent if !row.exposed => State::Ready,
        Happened::Held => State::Held,
        // A refusal of the last says nothing of those before it.
        _ => match row.guarantee {
            Guarantee::ExactlyOnce => State::Unknown,
            Guarantee::AtMostOnce => State::NeedsPerson,
        },
    };
    Row {
        state,
        code: answer.code.clone(),
        approval: answer.approval.as_ref().map(|approval| approval.id.clone()),
        next_at: matches!(state, State::Unknown | State::Held)
            .then(|| now.saturating_add(millis(policy.longest_wait))),
        // What needs a person keeps the end of its lease: something may be on its way until then.
        lease_until: row.lease_until.filter(|_| state == State::NeedsPerson),
        turns: row.turns.saturating_add(1),
        updated_at: now,
        ..row
    }
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
