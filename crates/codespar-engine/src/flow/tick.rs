//! Time and chance, as flows are given them.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

/// The moment at which a flow is resumed: its only source of time and chance.
///
/// The monotonic time is read once for each tick; the wall clock and the noise only when a flow
/// asks for them, which it does for few of the events it is resumed with.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Tick<'a> {
    /// The monotonic time, for deadlines: since a moment that the transport chose, the same for
    /// all its ticks.
    pub now: Duration,
    source: &'a dyn TickSource,
}

impl<'a> Tick<'a> {
    /// A moment, made up or real.
    pub const fn new(now: Duration, source: &'a dyn TickSource) -> Self {
        Self { now, source }
    }

    /// The time of day, for what the server states as a date.
    pub fn wall(&self) -> SystemTime {
        self.source.wall()
    }

    /// For jitter, idempotency keys and the boundaries of forms: 128 bits nobody else has, and that
    /// cannot be foreseen.
    pub fn noise(&self) -> u128 {
        self.source.noise()
    }
}

impl fmt::Debug for Tick<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tick").field("now", &self.now).finish_non_exhaustive()
    }
}

/// Where a [`Tick`] has the time of day and its noise from, once a flow asks for them. What most
/// transports need is [`Ticker`](crate::driver::Ticker).
pub trait TickSource: Sync {
    /// The time of day; `UNIX_EPOCH` where there is no clock that tells it.
    fn wall(&self) -> SystemTime;

    /// 128 bits that nobody else has and that cannot be foreseen; for each tick others.
    fn noise(&self) -> u128;
}
