//! How patient the outbox is, and when it gives up and asks for a person.

use std::time::Duration;

use codespar_engine::Setters;

/// Limits and waits. None of them decides whether something is safe but [`max_age`](Self::max_age).
///
/// ```
/// use std::time::Duration;
/// use codespar_outbox::Policy;
///
/// let policy = Policy::default().refusals(4).longest_wait(Duration::from_secs(60));
/// assert_eq!(policy.max_age, Duration::from_secs(24 * 60 * 60));
/// ```
#[derive(Clone, Debug, Setters)]
#[non_exhaustive]
pub struct Policy {
    /// How long after it was first sent an id is presented again. Nobody knows how long the server
    /// keeps ids. Default 24 hours.
    pub max_age: Duration,
    /// How many times an id is presented at most. Default 200.
    pub presentations: u32,
    /// How often a refusal that may pass (no funds, a policy engine that is down) is waited out.
    /// Default 12.
    pub refusals: u32,
    /// How often something unknown is read. Default 40.
    pub looks: u32,
    /// How many pages of the list of attempts are read to find one, 200 attempts each and the
    /// newest first, while there is time within the lease. What is not found by then stays unknown,
    /// and is never taken for not done. Default 25.
    pub attempt_pages: u32,
    /// How often the receipt of a payment is looked for. Default 8, within some eight minutes.
    pub receipts: u32,
    /// How long something issued may stay open. Default 120 days.
    pub settle_age: Duration,
    /// How much may happen to a row in all. Default 5000.
    pub turns: u32,
    /// The first wait; each after it is twice as long. Default 2 s.
    pub first_wait: Duration,
    /// The longest wait. Default 10 min.
    pub longest_wait: Duration,
    /// The longest wait between two looks at what was issued. Default 6 h.
    pub longest_settle_wait: Duration,
    /// How long one request may take. Default 60 s.
    pub request_limit: Duration,
    /// How long a row belongs to who works on it; more than a request may take. Default 90 s.
    pub lease: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        const HOUR: u64 = 60 * 60;
        Self {
            max_age: Duration::from_secs(24 * HOUR),
            presentations: 200,
            refusals: 12,
            looks: 40,
            attempt_pages: 25,
            receipts: 8,
            settle_age: Duration::from_secs(120 * 24 * HOUR),
            turns: 5_000,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(600),
            longest_settle_wait: Duration::from_secs(6 * HOUR),
            request_limit: Duration::from_secs(60),
            lease: Duration::from_secs(90),
        }
    }
}

/// A duration in the unit that stores keep time in.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Policy {
    /// Whether the server is sure to know an id that was first sent then. By a clock that was set
    /// back, by more than a lease, nobody can tell how old it is.
    pub(crate) fn is_young(&self, first_sent_at: i64, now: i64) -> bool {
        let age = now.saturating_sub(first_sent_at);
        (millis(self.lease).saturating_neg()..=millis(self.max_age)).contains(&age)
    }

    /// How long to wait before turn `n` (from 0) of a row: between half of the step and the whole
    /// of it, by the row's id, so that the rows of a list do not all wake at once.
    pub(crate) fn wait(&self, n: u32, longest: Duration, id: &str) -> Duration {
        let steps = 1_u32.checked_shl(n).unwrap_or(u32::MAX);
        let step = self.first_wait.saturating_mul(steps).min(longest);
        let digits = id.get(id.len().saturating_sub(4)..).unwrap_or_default();
        let part = u32::from_str_radix(digits, 16).unwrap_or(0) & 0xffff;
        step / 2 + step.saturating_mul(part) / 0x1_fffe
    }
}
