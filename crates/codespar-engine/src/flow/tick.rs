//! Time and chance, as flows are given them.

use std::time::{Instant, SystemTime};

/// The moment at which a flow is resumed: its only source of time and chance.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Tick {
    /// The monotonic time, for deadlines.
    pub now: Instant,
    /// For what the server states as a date.
    pub wall: SystemTime,
    /// For jitter, idempotency keys and the boundaries of forms: 128 bits nobody else has, and that
    /// cannot be foreseen.
    pub noise: u128,
}

impl Tick {
    /// A moment, made up or real.
    pub const fn new(now: Instant, wall: SystemTime, noise: u128) -> Self {
        Self { now, wall, noise }
    }
}
