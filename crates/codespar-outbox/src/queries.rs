//! What is asked about rows and decided about them, as steps, whatever carries them out.

use std::time::Duration;

use crate::{
    error::OutboxError,
    outbox::Core,
    policy::Policy,
    resolve::{Resolution, resolve},
    row::{Row, State},
    store::{Entry, Note, StoreAnswer, StoreError, StoreRequest, Stored, Swap},
    told,
    work::{Event, Machine, Step},
};

/// How many rows are read at a time.
pub(crate) const PAGE: u32 = 500;

/// Something that asks the store and nobody else.
pub(crate) trait Asks {
    type Output;

    /// Takes in what the store answered, nothing at first; says what to ask next.
    fn next(&mut self, stored: Option<Stored>) -> Result<Asked<Self::Output>, OutboxError>;
}

/// What comes next.
pub(crate) enum Asked<O> {
    Store(StoreRequest),
    Done(O),
}

/// Something that asks the store, as a state machine without I/O.
pub(crate) struct Query<Q>(pub(crate) Q);

impl<T, Q: Asks> Machine<T> for Query<Q> {
    type Output = Q::Output;

    fn resume(&mut self, event: Event) -> Step<T, Q::Output> {
        let stored = match event {
            Event::Start => Ok(None),
            Event::Stored(stored) => stored.map(Some).map_err(OutboxError::from),
            Event::Called(_) | Event::Woke => Err(out_of_turn()),
        };
        match stored.and_then(|stored| self.0.next(stored)) {
            Ok(Asked::Store(request)) => Step::Store(request),
            Ok(Asked::Done(output)) => Step::Done(Ok(output)),
            Err(error) => Step::Done(Err(error)),
        }
    }
}

#[cold]
pub(crate) fn out_of_turn() -> OutboxError {
    StoreError::new("it answered something else").into()
}

fn found(stored: Stored) -> Result<(Row, i64), OutboxError> {
    match stored.answer {
        StoreAnswer::Row(Some(row)) => Ok((*row, stored.now)),
        StoreAnswer::Row(None) => Err(OutboxError::NoSuchRow),
        _ => Err(out_of_turn()),
    }
}

/// A row that is not final.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenItem {
    /// The row as the store has it.
    pub row: Row,
    /// How long ago it was written first.
    pub age: Duration,
}

impl OpenItem {
    pub(crate) fn of(row: Row, now: i64) -> Self {
        let age = u64::try_from(now.saturating_sub(row.created_at)).unwrap_or(0);
        Self { row, age: Duration::from_millis(age) }
    }
}

/// The rows that are not final, oldest first.
#[derive(Default)]
pub(crate) struct OpenItems(Vec<OpenItem>);

impl Asks for OpenItems {
    type Output = Vec<OpenItem>;

    fn next(&mut self, stored: Option<Stored>) -> Result<Asked<Vec<OpenItem>>, OutboxError> {
        let mut after = None;
        if let Some(Stored { answer, now }) = stored {
            let StoreAnswer::Rows(rows) = answer else { return Err(out_of_turn()) };
            after = rows.last().map(|row| row.id.clone());
            self.0.extend(rows.into_iter().map(|row| OpenItem::of(row, now)));
            if after.is_none() {
                self.0.sort_by_key(|item| item.row.created_at);
                return Ok(Asked::Done(std::mem::take(&mut self.0)));
            }
        }
        let is_over = |state: &State| !state.is_terminal();
        let states = State::ALL.into_iter().filter(is_over).collect();
        Ok(Asked::Store(StoreRequest::List { states, after, limit: PAGE }))
    }
}

/// The row of this id.
pub(crate) struct Find(pub(crate) String);

impl Asks for Find {
    type Output = Row;

    fn next(&mut self, stored: Option<Stored>) -> Result<Asked<Row>, OutboxError> {
        match stored {
            None => Ok(Asked::Store(StoreRequest::Load(self.0.clone()))),
            Some(stored) => Ok(Asked::Done(found(stored)?.0)),
        }
    }
}

/// The history of the row of this id.
pub(crate) struct History(pub(crate) String);

impl Asks for History {
    type Output = Vec<Entry>;

    fn next(&mut self, stored: Option<Stored>) -> Result<Asked<Vec<Entry>>, OutboxError> {
        match stored.map(|stored| stored.answer) {
            None => Ok(Asked::Store(StoreRequest::History(self.0.clone()))),
            Some(StoreAnswer::History(entries)) => Ok(Asked::Done(entries)),
            Some(_) => Err(out_of_turn()),
        }
    }
}

/// A person's decision about a row.
pub(crate) struct Resolve {
    id: String,
    resolution: Resolution,
    note: Note,
    policy: Policy,
    /// The row as it was written last.
    written: Option<Row>,
}

impl<T: codespar_engine::driver::Transport> Core<T> {
    pub(crate) fn resolve(
        &self,
        operation: &str,
        reference: &str,
        resolution: Resolution,
        note: Note,
    ) -> Resolve {
        let (id, policy) = (self.name(operation, reference).id(0), self.policy.clone());
        Resolve { id, resolution, note, policy, written: None }
    }
}

impl Asks for Resolve {
    type Output = Row;

    fn next(&mut self, stored: Option<Stored>) -> Result<Asked<Row>, OutboxError> {
        let load = || Asked::Store(StoreRequest::Load(self.id.clone()));
        match (stored, self.written.take()) {
            (None, _) => Ok(load()),
            (Some(stored), None) => {
                let (row, now) = found(stored)?;
                let from = row.version;
                let row = resolve(&row, self.resolution, now, &self.policy)?;
                let row = Row { version: from.saturating_add(1), lease_until: None, ..row };
                self.written = Some(row.clone());
                let swap = Swap { row, from, note: Some(self.note.clone()) };
                Ok(Asked::Store(StoreRequest::Swap(Box::new(swap))))
            }
            (Some(stored), Some(row)) => match stored.answer {
                StoreAnswer::Written(1) => {
                    told::written(&row);
                    Ok(Asked::Done(row))
                }
                // Somebody wrote it meanwhile: what they wrote is looked at.
                StoreAnswer::Written(_) => Ok(load()),
                _ => Err(out_of_turn()),
            },
        }
    }
}
