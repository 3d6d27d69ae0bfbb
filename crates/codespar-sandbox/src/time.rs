//! The clock of one request.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// One reading of both clocks.
#[derive(Clone, Copy)]
pub(crate) struct Now {
    pub(crate) instant: Instant,
    pub(crate) wall: Timestamp,
}

impl Now {
    pub(crate) fn read() -> Self {
        Self { instant: Instant::now(), wall: Timestamp::now() }
    }

    /// The time of day as the API writes it.
    pub(crate) fn text(self) -> String {
        text(self.wall)
    }

    /// The time of day this much later, as the API writes it.
    pub(crate) fn text_after(self, wait: Duration) -> String {
        text(later(self.wall, wait))
    }
}

/// A time of day as the API writes it: RFC 3339, UTC, milliseconds.
pub(crate) fn text(at: Timestamp) -> String {
    format!("{at:.3}")
}

pub(crate) fn later(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}
