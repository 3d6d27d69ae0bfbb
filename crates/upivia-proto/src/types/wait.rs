//! Waiting for something to be over.

use std::time::Duration;

use codespar_engine::{Error, kit::check_limit};

/// Pauses grow by half each time, up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How to wait for something that goes on after the answer: how long in all, and how long before
/// the first look. Pauses grow by half each time, up to 10 s.
///
/// ```
/// use std::time::Duration;
/// use upivia_proto::Wait;
///
/// let wait = Wait::default().at_most(Duration::from_secs(60));
/// assert_eq!(wait.pause, Duration::from_secs(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// How long in all, from the beginning of the call. Default 300 s.
    pub limit: Duration,
    /// How long before the first look. Default 2 s.
    pub pause: Duration,
}

impl Default for Wait {
    fn default() -> Self {
        Self { limit: Duration::from_secs(300), pause: Duration::from_secs(2) }
    }
}

impl Wait {
    /// Sets how long in all.
    #[must_use]
    pub const fn at_most(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Sets how long before the first look.
    #[must_use]
    pub const fn every(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Refuses a wait without time.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_limit("timeout", self.limit)?;
        check_limit("poll_interval", self.pause)
    }

    /// The pauses of one wait.
    pub(crate) const fn pace(self) -> Pace {
        Pace { limit: self.limit, next: self.pause }
    }
}

/// The pauses of one wait, each half as long again as the one before.
pub(crate) struct Pace {
    limit: Duration,
    next: Duration,
}

impl Pace {
    /// How long to pause now; `None` when the time is up. The last pause is cut to what is left.
    pub(crate) fn pause(&mut self, spent: Duration) -> Option<Duration> {
        let left = self.limit.checked_sub(spent).filter(|left| !left.is_zero())?;
        let pause = self.next.min(left);
        self.next = (self.next * 3 / 2).min(LONGEST_PAUSE);
        Some(pause)
    }

    /// The error of a wait whose time is up, with the last state that was seen.
    pub(crate) fn too_late<S: Send + Sync + 'static>(&self, what: &str, last: S) -> Error {
        Error::waited(format!("{what} was not over within {:?}", self.limit)).with_last(last)
    }
}

/// What a failed look at something that was begun says: how it stood last. Without a last state it
/// is the beginning that failed.
pub(crate) fn looked<S: Send + Sync + 'static>(
    error: Error,
    operation: &'static str,
    last: Option<S>,
) -> Error {
    match last {
        Some(last) => error.at(operation).with_last(last),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_by_half_up_to_ten_seconds_and_end_with_the_time() {
        let wait = Wait::default().at_most(Duration::from_secs(35));
        let mut pace = wait.pace();
        let mut spent = Duration::ZERO;
        let mut pauses = Vec::new();
        while let Some(pause) = pace.pause(spent) {
            pauses.push(pause.as_secs_f64());
            spent += pause;
        }
        assert_eq!(pauses, [2.0, 3.0, 4.5, 6.75, 10.0, 8.75]);
    }

    #[test]
    fn a_wait_without_time_is_refused() {
        let none = Wait::default().at_most(Duration::ZERO).check().unwrap_err();
        assert_eq!(none.field(), Some("timeout"));
        let none = Wait::default().every(Duration::ZERO).check().unwrap_err();
        assert_eq!(none.field(), Some("poll_interval"));
    }
}
