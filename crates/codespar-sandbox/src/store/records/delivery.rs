//! A delivery of an event to a webhook endpoint.

use std::time::Instant;

use serde_json::Value;

use crate::store::clock::Now;

/// One attempt to deliver an event to an endpoint.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) project: String,
    /// The endpoint, secret included, as it is when the attempt is made.
    pub(crate) endpoint: Value,
    pub(crate) event: Value,
    /// Empty until the attempt has a row.
    pub(crate) delivery_id: String,
    /// The attempt that this one repeats.
    pub(crate) repeats: Option<String>,
    /// Counted from 1.
    pub(crate) attempt: u64,
    /// When it may be made; it waits longer while its endpoint is paused.
    pub(crate) due: Instant,
    /// When its row was written.
    pub(crate) now: Now,
    pub(crate) purpose: Purpose,
}

/// What the attempt is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Something has happened; it is repeated, and nobody waits for an answer.
    Event,
    /// The same to an address that was named, for which there is no endpoint.
    Direct,
    /// A test or a replay, for a request that waits: once.
    Once,
}
