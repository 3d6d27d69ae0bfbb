//! The clock of the sandbox, which a test can turn, and its reading for one request.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::store::locked::Locked;

/// One reading of both clocks.
#[derive(Clone, Copy)]
pub(crate) struct Now {
    pub(crate) instant: Instant,
    pub(crate) wall: Timestamp,
}

/// A clock that goes with the real one, ahead of it by as much as it was turned.
#[derive(Default)]
pub(crate) struct Clock {
    ahead: Locked<Duration>,
}

impl Clock {
    pub(crate) fn read(&self) -> Now {
        let ahead = *self.ahead.lock();
        let instant = Instant::now();
        Now {
            instant: instant.checked_add(ahead).unwrap_or(instant),
            wall: later(Timestamp::now(), ahead),
        }
    }

    pub(crate) fn turn(&self, by: Duration) {
        let mut ahead = self.ahead.lock();
        *ahead = ahead.saturating_add(by);
    }
}

impl Now {
    /// This reading as it was, or will be, at another instant.
    pub(crate) fn at(self, instant: Instant) -> Self {
        let behind = self.instant.saturating_duration_since(instant);
        let behind = SignedDuration::try_from(behind).unwrap_or(SignedDuration::ZERO);
        let wall = self.wall.saturating_sub(behind).unwrap_or(self.wall);
        Self { instant, wall: later(wall, instant.saturating_duration_since(self.instant)) }
    }

    /// The time of day as the API writes it.
    pub(crate) fn rfc3339(self) -> String {
        rfc3339(self.wall)
    }

    /// The time of day as the API writes it, but later than one that was written before: lists are
    /// paged by it.
    pub(crate) fn rfc3339_past(self, last: &str) -> String {
        let past = |last| later(last, Duration::from_millis(1));
        rfc3339(last.parse().map_or(self.wall, |last| self.wall.max(past(last))))
    }

    /// Whether a time that was written before has come.
    pub(crate) fn is_past(self, at: &str) -> bool {
        // What is written is rounded to milliseconds.
        at.parse::<Timestamp>().is_ok_and(|at| at <= later(self.wall, Duration::from_millis(1)))
    }

    /// The time of day this much later, as the API writes it.
    pub(crate) fn rfc3339_after(self, wait: Duration) -> String {
        rfc3339(later(self.wall, wait))
    }
}

/// A time of day as the API writes it: RFC 3339, UTC, milliseconds.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    format!("{at:.3}")
}

pub(crate) fn later(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
