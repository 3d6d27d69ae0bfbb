//! What was done under an idempotency key.

use serde_json::Value;

/// One thing that was done, or was to be.
pub(crate) struct IdempotentRequest {
    pub(crate) scope: String,
    pub(crate) key: String,
    /// What was asked for; something else under the same key is a conflict.
    pub(crate) request: Value,
    pub(crate) end: StoredOutcome,
}

/// How it ended.
#[derive(Clone)]
pub(crate) enum StoredOutcome {
    /// It was done, and answered like this.
    Done(Value),
    /// It waits for a person, and was answered with 403 and this.
    Held(Value),
    /// It failed for good, and so did its key: the code says so.
    Failed(&'static str),
    /// Nobody knows, until a person has looked.
    Uncertain(&'static str),
}
