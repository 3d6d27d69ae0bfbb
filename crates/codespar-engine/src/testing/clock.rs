//! Time that passes when it is told to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::{
    flow::tick::{Tick, TickSource},
    transport::{Clock, Transport},
};

/// 2026-01-01T00:00:00Z, in seconds.
const BEGINNING: u64 = 1_767_225_600;

/// A transport that cannot reach anything: for calls whose flow is taken out and driven by hand.
///
/// Its clock stands still until [`advance`](Self::advance) is called, and its noise is a count:
/// waits between attempts are half of the longest, and made-up keys are numbered.
#[derive(Clone, Debug, Default)]
pub struct Offline {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    nanos: AtomicU64,
    ticks: AtomicU64,
}

impl Offline {
    /// A clock at the first moment of 2026.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets time pass.
    pub fn advance(&self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.shared.nanos.fetch_add(nanos, Ordering::SeqCst);
    }

    /// How much time has passed since the beginning.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.shared.nanos.load(Ordering::SeqCst))
    }
}

impl Transport for Offline {
    type Body = ();
}

impl Clock for Offline {
    fn tick(&self) -> Tick<'_> {
        self.shared.ticks.fetch_add(1, Ordering::SeqCst);
        Tick::new(self.elapsed(), self)
    }
}

impl TickSource for Offline {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(BEGINNING) + self.elapsed()
    }

    /// The number of the tick.
    fn noise(&self) -> u128 {
        1 << 127 | u128::from(self.shared.ticks.load(Ordering::SeqCst))
    }
}
