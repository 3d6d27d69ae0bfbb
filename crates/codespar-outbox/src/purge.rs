//! The removal of personal data from what is final, so that nothing is repeated for it.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use serde_json::{Map, Value};

use crate::{
    error::OutboxError,
    outbox::Core,
    policy::millis,
    queries::{Asked, Asks, PAGE, out_of_turn},
    row::Row,
    store::{StoreAnswer, StoreRequest, Stored, Swap},
    vault::place,
};

/// What is kept of an answer that an agent's model was shown.
const KEPT: [&str; 7] =
    ["verdict", "stage", "code", "key", "request_id", "tool_call_id", "approval"];

/// What the model is told in its place.
const REMOVED: &str = "What was told of it then is not kept any more.";

/// The removal of the bytes of final rows that are older than this.
pub(crate) struct Purge<T> {
    core: Arc<Core<T>>,
    older_than: Duration,
    before: i64,
    /// Calls of agents of which less is to be kept.
    calls: VecDeque<Row>,
    /// The last of them that was read.
    after: Option<String>,
    purged: u64,
}

impl<T> Purge<T> {
    pub(crate) fn new(core: Arc<Core<T>>, older_than: Duration) -> Self {
        Self { core, older_than, before: 0, calls: VecDeque::new(), after: None, purged: 0 }
    }

    /// What is left of the next call; then the next page of them.
    fn next_call(&mut self) -> Asked<u64> {
        while let Some(row) = self.calls.pop_front() {
            let from = row.version;
            // What cannot be opened is left as it is.
            if let Some(row) = self.left_of(row) {
                return Asked::Store(StoreRequest::Swap(Box::new(Swap { row, from, note: None })));
            }
        }
        let (before, after, limit) = (self.before, self.after.clone(), PAGE);
        Asked::Store(StoreRequest::Calls { before, after, limit })
    }

    fn left_of(&self, row: Row) -> Option<Row> {
        let answer = self.core.vault.get(&place(&row, "answer"), row.answer.as_ref()?).ok()?;
        let left = self.core.vault.put(&place(&row, "request"), &without_data(&answer)?).ok()?;
        let version = row.version.saturating_add(1);
        Some(Row { request: Some(left), answer: None, version, ..row })
    }
}

impl<T> Asks for Purge<T> {
    type Output = u64;

    fn next(&mut self, stored: Option<Stored>) -> Result<Asked<u64>, OutboxError> {
        match stored {
            // The time by the store's clock comes with any answer.
            None => Ok(Asked::Store(StoreRequest::Load(String::new()))),
            Some(Stored { answer: StoreAnswer::Row(_), now }) => {
                self.before = now.saturating_sub(millis(self.older_than));
                Ok(Asked::Store(StoreRequest::Purge { before: self.before }))
            }
            // None where somebody else has written the row meanwhile.
            Some(Stored { answer: StoreAnswer::Written(rows), .. }) => {
                self.purged = self.purged.saturating_add(rows);
                Ok(self.next_call())
            }
            Some(Stored { answer: StoreAnswer::Rows(rows), .. }) => {
                let Some(last) = rows.last() else { return Ok(Asked::Done(self.purged)) };
                self.after = Some(last.id.clone());
                self.calls = rows.into();
                Ok(self.next_call())
            }
            Some(_) => Err(out_of_turn()),
        }
    }
}

/// A recorded call without what its model was shown.
fn without_data(call: &[u8]) -> Option<Vec<u8>> {
    let mut call: Map<String, Value> = serde_json::from_slice(call).ok()?;
    if let Some(Value::Object(answer)) = call.get_mut("answer") {
        answer.retain(|name, _| KEPT.contains(&&**name));
        answer.insert("message".to_owned(), REMOVED.into());
    }
    serde_json::to_vec(&call).ok()
}
