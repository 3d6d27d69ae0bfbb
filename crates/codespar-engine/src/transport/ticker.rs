//! Ticks from a keyed hasher and the clock of a system.

use std::{
    hash::BuildHasher,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::flow::tick::{Tick, TickSource};

/// Makes ticks of a keyed hasher and the clocks of a system: what all drivers would write alike.
///
/// Drivers make one from [`RandomState`](std::collections::hash_map::RandomState), whose key
/// comes from the operating system; tests from a hasher with a fixed key. On targets without one,
/// such as `wasm32-unknown-unknown`, that key is no secret and others have it too, and with it the
/// idempotency keys: give a hasher with a key of the host's randomness there.
#[derive(Clone, Debug)]
pub struct Ticker<S> {
    hasher: S,
    wall: fn() -> SystemTime,
    first: u64,
    count: Arc<AtomicU64>,
}

impl<S: BuildHasher + Sync> Ticker<S> {
    /// A source of ticks that asks `wall` for the time of day; clones share it.
    pub fn new(hasher: S, wall: fn() -> SystemTime) -> Self {
        let first = hasher.hash_one("first");
        Self { hasher, wall, first, count: Arc::new(AtomicU64::new(0)) }
    }

    /// The moment so long after one that does not change: where the transport was made, say.
    pub const fn tick(&self, now: Duration) -> Tick<'_> {
        Tick::new(now, self)
    }
}

impl<S: BuildHasher + Sync> TickSource for Ticker<S> {
    fn wall(&self) -> SystemTime {
        (self.wall)()
    }

    fn noise(&self) -> u128 {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        // A program may be forked, or resumed twice from one picture of its memory: then only the
        // time tells the two apart, and their idempotency keys.
        let since = self.wall().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let nanos =
            since.as_secs().wrapping_mul(1_000_000_000).wrapping_add(since.subsec_nanos().into());
        let high = self.hasher.hash_one(count ^ nanos);
        // One hash has to do. The other half counts up from a number nobody else has: no two
        // noises of this source are alike.
        let low = self.first.wrapping_add(count);
        u128::from(high) << 64 | u128::from(low)
    }
}
