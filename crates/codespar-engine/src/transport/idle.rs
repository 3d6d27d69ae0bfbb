//! What the pools of both drivers go by: for how long unused connections are kept, and how many.

use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName};

/// What a connection is left unused for less than its server said: a request takes time to arrive.
const MARGIN: Duration = Duration::from_secs(1);

static KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// For how long a connection may be kept unused after this answer: `Keep-Alive: timeout=N`, less a
/// second. `None` where the server says nothing about it.
pub fn keep_alive_timeout(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(&KEEP_ALIVE).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("timeout"))
        .filter_map(|(_, seconds)| seconds.trim().trim_matches('"').parse().ok())
        .map(|seconds| Duration::from_secs(seconds).saturating_sub(MARGIN))
        .min()
}

/// How many connections to a server were in use at once lately: as many are worth keeping.
///
/// Remembers the last span of time and the one before it, so a peak counts for at least one span
/// and at most two.
#[derive(Clone, Debug)]
pub struct RecentPeak {
    span: Duration,
    /// When the span at hand began.
    began: Option<Instant>,
    /// The peaks of the span at hand and of the one before.
    current: usize,
    before: usize,
    /// How many were in use since the last change.
    in_use: usize,
}

impl RecentPeak {
    /// Nothing was in use so far.
    pub const fn new(span: Duration) -> Self {
        Self { span, began: None, current: 0, before: 0, in_use: 0 }
    }

    /// One more is in use: so many now.
    pub fn begun(&mut self, in_use: usize) {
        self.in_use = in_use;
        self.current = self.current.max(in_use);
    }

    /// One less is in use: so many now. Gives how many were at most, lately.
    pub fn ended(&mut self, now: Instant, in_use: usize) -> usize {
        let began = *self.began.get_or_insert(now);
        let elapsed = now.saturating_duration_since(began);
        if elapsed >= self.span {
            // What was in use before this change was so all along.
            self.before =
                if elapsed >= self.span.saturating_mul(2) { self.in_use } else { self.current };
            self.current = self.in_use;
            self.began = Some(now);
        }
        self.in_use = in_use;
        self.current.max(self.before)
    }
}
