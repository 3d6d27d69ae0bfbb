//! A store in memory, for tests: it survives nothing.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use crate::{
    clock::Clock,
    policy::millis,
    row::{Row, State},
    store::{Entry, Note, Store, StoreAnswer, StoreError, StoreRequest, Stored},
};

/// A store in memory, for tests. **It survives nothing**: what a program forgets when it ends may
/// be paid again.
#[derive(Debug, Default)]
pub struct MemoryStore {
    clock: Clock,
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    rows: BTreeMap<String, Row>,
    history: BTreeMap<String, Vec<Entry>>,
    origins: BTreeMap<String, bool>,
}

impl MemoryStore {
    /// An empty store by this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, tables: Mutex::default() }
    }
}

impl Store for MemoryStore {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        // What a panic left is whole: each request writes at its end.
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        Ok(Stored { answer: tables.answer(request, now), now })
    }
}

impl Tables {
    fn answer(&mut self, request: &StoreRequest, now: i64) -> StoreAnswer {
        match request {
            StoreRequest::Insert { row, lease } => {
                if let Some(row) = self.rows.get(&row.id) {
                    return StoreAnswer::Exists(Box::new(row.clone()));
                }
                let row = inserted(row, lease.map(millis), now);
                self.write(row.clone(), None);
                StoreAnswer::Inserted(Box::new(row))
            }
            StoreRequest::Load(id) => StoreAnswer::Row(self.rows.get(id).cloned().map(Box::new)),
            StoreRequest::Swap(swap) => {
                let is_there =
                    self.rows.get(&swap.row.id).is_some_and(|row| row.version == swap.from);
                if is_there {
                    self.write(swap.row.clone(), swap.note.clone());
                }
                StoreAnswer::Written(is_there.into())
            }
            StoreRequest::Claim { id, lease } => {
                let row = self.rows.get(id).filter(|row| is_free(row, now)).cloned();
                self.claim(row, now.saturating_add(millis(*lease)))
            }
            StoreRequest::ClaimDue { origin, project, lease } => {
                let is_ours =
                    |row: &Row| row.name.origin == *origin && row.name.project == *project;
                let due = |row: &&Row| is_free(row, now) && row.next_at.is_some_and(|at| at <= now);
                let rows = self.rows.values().filter(|row| is_ours(row)).filter(due);
                let row = rows.min_by_key(|row| (row.next_at, row.id.clone())).cloned();
                self.claim(row, now.saturating_add(millis(*lease)))
            }
            StoreRequest::Find(name) => {
                let is_called = |row: &&Row| {
                    row.key() == *name
                        || row.resource.as_ref() == Some(name)
                        || row.approval.as_ref() == Some(name)
                };
                let found = self.rows.values().filter(is_called);
                let found = found.min_by_key(|row| (row.state.is_terminal(), row.id.clone()));
                StoreAnswer::Row(found.cloned().map(Box::new))
            }
            StoreRequest::List { states, after, limit } => {
                let rows = self.rows.values();
                let rows = rows.filter(|row| states.is_empty() || states.contains(&row.state));
                StoreAnswer::Rows(page(rows, after.as_ref(), *limit))
            }
            StoreRequest::ListOf { origin, project, operation } => {
                let is_of = |row: &&Row| {
                    (&row.name.origin, &row.name.project, &row.name.operation)
                        == (origin, project, operation)
                };
                let mut rows: Vec<_> = self.rows.values().filter(is_of).cloned().collect();
                rows.sort_by_key(|row| row.created_at);
                StoreAnswer::Rows(rows)
            }
            StoreRequest::History(id) => {
                StoreAnswer::History(self.history.get(id).cloned().unwrap_or_default())
            }
            StoreRequest::Purge { before } => self.purge(*before),
            StoreRequest::Calls { before, after, limit } => {
                let is_old = |row: &&Row| row.state.is_terminal() && row.updated_at < *before;
                let rows = self.rows.values().filter(is_old);
                let rows = rows.filter(|row| is_call(row) && row.answer.is_some());
                StoreAnswer::Rows(page(rows, after.as_ref(), *limit))
            }
            StoreRequest::Origin(origin) => StoreAnswer::Origin(self.origins.get(origin).copied()),
            StoreRequest::MarkOrigin { origin, honours } => {
                self.origins.insert(origin.clone(), *honours);
                StoreAnswer::Written(1)
            }
        }
    }

    fn claim(&mut self, row: Option<Row>, until: i64) -> StoreAnswer {
        let row = row.map(|row| Row {
            lease_until: Some(until),
            fence: row.fence.saturating_add(1),
            version: row.version.saturating_add(1),
            ..row
        });
        if let Some(row) = &row {
            self.rows.insert(row.id.clone(), row.clone());
        }
        StoreAnswer::Row(row.map(Box::new))
    }

    fn write(&mut self, row: Row, note: Option<Note>) {
        self.history.entry(row.id.clone()).or_default().push(entry(&row, note));
        self.rows.insert(row.id.clone(), row);
    }

    fn purge(&mut self, before: i64) -> StoreAnswer {
        let has_bytes = |row: &&mut Row| row.request.is_some() || row.answer.is_some();
        let rows = self.rows.values_mut();
        let rows = rows.filter(|row| row.state.is_terminal() && row.updated_at < before);
        let rows = rows.filter(|row| !is_call(row));
        let purged = rows.filter(has_bytes).map(|row| {
            (row.request, row.answer) = (None, None);
            row.version = row.version.saturating_add(1);
        });
        StoreAnswer::Written(u64::try_from(purged.count()).unwrap_or(u64::MAX))
    }
}

/// Whether a row is a call of an agent.
fn is_call(row: &Row) -> bool {
    row.name.operation.starts_with("tools.call/")
}

/// The first of these rows after this id.
fn page<'a>(rows: impl Iterator<Item = &'a Row>, after: Option<&String>, limit: u32) -> Vec<Row> {
    let rows = rows.filter(|row| after.is_none_or(|after| row.id > *after));
    rows.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect()
}

/// Whether a row may be taken over.
fn is_free(row: &Row, now: i64) -> bool {
    let is_open = row.state.is_open() || row.state == State::Done && row.next_at.is_some();
    is_open && !row.is_leased(now)
}

/// The row as it is written first.
pub(crate) fn inserted(row: &Row, lease: Option<i64>, now: i64) -> Row {
    Row {
        created_at: now,
        updated_at: now,
        next_at: Some(now),
        lease_until: lease.map(|lease| now.saturating_add(lease)),
        fence: lease.is_some().into(),
        version: 1,
        ..row.clone()
    }
}

/// The line of history that goes with a row.
pub(crate) fn entry(row: &Row, note: Option<Note>) -> Entry {
    Entry {
        version: row.version,
        at: row.updated_at,
        state: row.state,
        generation: row.generation,
        code: row.code.clone(),
        status: row.status,
        note,
    }
}
