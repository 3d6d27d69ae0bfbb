//! The least that keeping a call can cost: a commit per state, of a row as large.

use crate::Outcome;

/// The table of the floor.
pub(super) const TABLE: &str = "create table floor \
     (id text not null primary key, state text not null, request bytea, answer bytea)";

/// A row's states, each written and committed by itself.
pub(super) trait States {
    fn insert(&mut self, id: &str, request: &[u8]) -> Outcome<()>;
    fn update(&mut self, id: &str, state: &str, answer: Option<&[u8]>) -> Outcome<()>;
}

/// `ready`, `sent`, the call, `issued`.
pub(super) fn line(
    states: &mut dyn States,
    id: &str,
    request: &[u8],
    call: impl FnOnce() -> Outcome<Vec<u8>>,
) -> Outcome<()> {
    states.insert(id, request)?;
    states.update(id, "sent", None)?;
    let answer = call()?;
    states.update(id, "issued", Some(&answer))
}
