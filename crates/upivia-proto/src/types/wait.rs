//! Waiting for something to be over.

use std::{convert::Infallible, time::Duration};

use codespar_engine::{
    driver::{BoxFlow, Flow},
    kit::{Error, Last, Pace, Polls, check_limit},
};

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

    /// Looks again, after growing pauses, until a state is over. `first` is the question that
    /// gives the first state, `ask` makes the next one of the state before it, `late` words the
    /// end of the time. An error names the operation that was called, and holds the last state.
    pub(crate) fn poll<S: Send + Sync + 'static>(
        self,
        operation: &'static str,
        first: impl Flow<Item = Infallible, Output = S> + 'static,
        ask: impl FnMut(Option<&S>) -> Result<BoxFlow<S>, Error> + Send + 'static,
        is_over: impl FnMut(&S) -> bool + Send + 'static,
        late: impl Fn(&S, Duration) -> Error + Send + 'static,
    ) -> Last<S> {
        let pace = Pace::growing(self.pause, LONGEST_PAUSE);
        let polls = Polls::after(first, ask, pace).until(is_over).within(self.limit, late);
        Last::new(operation, polls, |_| false).timeout_for_each()
    }
}

/// The error of a wait whose time is up.
pub(crate) fn late_error(what: &str, limit: Duration) -> Error {
    Error::waited(format!("{what} was not over within {limit:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_without_time_is_refused() {
        let none = Wait::default().at_most(Duration::ZERO).check().unwrap_err();
        assert_eq!(none.field(), Some("timeout"));
        let none = Wait::default().every(Duration::ZERO).check().unwrap_err();
        assert_eq!(none.field(), Some("poll_interval"));
    }
}
