//! What was done under a key, for the operations that honour one.

use serde_json::Value;

use crate::{
    server::errors::{Refusal, error},
    store::{
        records::idempotency::{IdempotentRequest, StoredOutcome},
        state::State,
    },
};

/// How it ended the last time that this was asked for under this key, where it was.
pub(crate) fn lookup(
    state: &State,
    scope: &str,
    key: Option<&str>,
    request: &Value,
) -> Result<Option<Value>, Refusal> {
    let found = |row: &&IdempotentRequest| row.scope == scope && Some(&*row.key) == key;
    let Some(row) = state.idempotent.iter().find(found) else { return Ok(None) };
    if row.request != *request {
        let code = "idempotency_key_conflict";
        return Err(error(409, code, "the key belongs to another request").into());
    }
    match &row.end {
        StoredOutcome::Done(answer) => Ok(Some(answer.clone())),
        StoredOutcome::Failed(code) => {
            Err(error(409, code, "it failed; the key is used up").into())
        }
        StoredOutcome::Uncertain(code) => {
            Err(error(502, code, "nobody knows yet; the key stays").into())
        }
    }
}

/// Writes down how it ended, where it has a key.
pub(crate) fn record(
    state: &mut State,
    scope: &str,
    key: Option<&str>,
    request: Value,
    end: StoredOutcome,
) {
    if let Some(key) = key {
        let (scope, key) = (scope.to_owned(), key.to_owned());
        state.idempotent.push(IdempotentRequest { scope, key, request, end });
    }
}
