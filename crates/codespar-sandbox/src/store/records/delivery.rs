//! A delivery of an event to a webhook endpoint.

use serde_json::Value;

use crate::store::clock::Now;

/// One attempt to deliver an event to an endpoint.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub(crate) project: String,
    /// The endpoint, secret included, as it is when the attempt is made.
    pub(crate) endpoint: Value,
    pub(crate) event: Value,
    pub(crate) delivery_id: String,
    /// Counted from 1.
    pub(crate) attempt: u64,
    pub(crate) now: Now,
    pub(crate) purpose: Purpose,
}

/// What the attempt is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Something has happened; nobody waits for an answer.
    Event,
    /// The same to an address that was named, for which there is no endpoint.
    Direct,
    TestFire,
    Replay {
        named: bool,
    },
    Redeliver,
}
