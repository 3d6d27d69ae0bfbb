//! What was done under a key, for the operations that honour one.

use http::StatusCode;
use serde_json::Value;

use crate::{
    server::{
        errors::{Refusal, error},
        response::Response,
    },
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
        StoredOutcome::Held(body) => {
            Err(Response::json(StatusCode::FORBIDDEN, body.clone()).into())
        }
        StoredOutcome::Failed(code) => {
            Err(error(409, code, "it failed; the key is used up").into())
        }
        StoredOutcome::Uncertain(code) => {
            Err(error(502, code, "nobody knows yet; the key stays").into())
        }
    }
}

/// Writes down how it has ended by now, of what was held.
pub(crate) fn end(state: &mut State, scope: &str, key: &str, end: StoredOutcome) {
    let known = |row: &&mut IdempotentRequest| row.scope == scope && row.key == key;
    if let Some(row) = state.idempotent.iter_mut().find(known) {
        row.end = end;
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
