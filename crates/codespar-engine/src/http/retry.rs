//! Whether to try again, and when: pure functions.

use std::time::{Duration, SystemTime};

use http::{
    HeaderMap, StatusCode,
    header::{DATE, HeaderName, RETRY_AFTER},
};

use codespar_derive::Setters;

use crate::{
    error::{Error, ErrorKind},
    flow::tick::Tick,
    verdict::{KeyUse, Verdict},
};

/// When a repetition of a request is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// Asking twice is asking once: reads, and writes that mean the same twice.
    Safe,
    /// Safe under an idempotency key, which the server honours.
    Keyed,
    /// Never, once the server may have seen it.
    Once,
}

impl Retry {
    /// What is repeated, in a few words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "where it may have arrived too",
            Self::Keyed => "under its key",
            Self::Once => "only what never left",
        }
    }
}

/// How often and how patiently a call is retried, where repeating is safe.
///
/// Pauses grow exponentially with full jitter: each is drawn from zero to `base * 2^n`, at most
/// `cap`, unless the server says how long to wait (`Retry-After`).
///
/// ```
/// use std::time::Duration;
/// use codespar_engine::RetryPolicy;
///
/// let policy = RetryPolicy::default().retries(4).cap(Duration::from_secs(2));
/// assert_eq!(policy.retries, 4);
/// ```
#[doc(alias = "retry")]
#[doc(alias = "backoff")]
#[doc(alias = "exponential backoff")]
#[doc(alias = "jitter")]
#[derive(Clone, Debug, Setters)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many times a request is retried at most. Default 2.
    pub retries: u32,
    /// The longest first pause. Default 500 ms.
    pub base: Duration,
    /// The longest pause, unless the server asks for one. Default 8 s.
    pub cap: Duration,
    /// The longest pause that the server may ask for; a longer one ends the call. Default 60 s.
    pub retry_after_cap: Duration,
    /// Whether a longer one is cut to that instead of ending the call. Default no.
    pub cut_retry_after: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            retries: 2,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            retry_after_cap: Duration::from_secs(60),
            cut_retry_after: false,
        }
    }
}

impl RetryPolicy {
    /// No retries at all.
    pub fn never() -> Self {
        Self { retries: 0, ..Self::default() }
    }

    /// How long to wait before repetition `n` (from 0); `None`: the server asks for too much.
    pub fn wait(&self, n: u32, asked: Option<Duration>, noise: u128) -> Option<Duration> {
        match asked {
            Some(asked) if asked > self.retry_after_cap => {
                self.cut_retry_after.then_some(self.retry_after_cap)
            }
            Some(asked) => Some(asked),
            None => Some(jitter(self.ceiling(n), noise)),
        }
    }

    /// The longest wait before repetition `n`.
    fn ceiling(&self, n: u32) -> Duration {
        self.base.saturating_mul(1_u32.checked_shl(n).unwrap_or(u32::MAX)).min(self.cap)
    }
}

/// A part of `ceiling`, evenly drawn.
fn jitter(ceiling: Duration, noise: u128) -> Duration {
    // 32 bits of chance are plenty for a wait.
    let part = u32::try_from(noise >> 96).unwrap_or(u32::MAX);
    let nanos = ceiling.as_nanos() * u128::from(part) / u128::from(u32::MAX);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Whether a failed request may be sent again.
pub(crate) fn may_repeat(class: Retry, error: &Error, sent_before: bool) -> bool {
    let sent = sent_before || error.may_have_been_sent();
    // What is done or held is not asked for again, and under a key that is used up or another's
    // nothing good can come.
    let is_settled = error.judgement().is_some_and(|judged| {
        matches!(judged.verdict, Verdict::Held | Verdict::Done(_))
            || matches!(judged.key, KeyUse::Spent | KeyUse::PersonDecides)
    });
    if is_settled {
        return false;
    }
    match error.kind() {
        ErrorKind::Api | ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Io => {
            error.is_retryable() && (!sent || class != Retry::Once)
        }
        _ => false,
    }
}

/// The idempotency key of a call: the caller's, or one that is made up where keys are honoured.
pub(crate) fn idempotency_key(
    given: Option<Box<str>>,
    class: Retry,
    tick: Tick<'_>,
) -> Option<Box<str>> {
    given.or_else(|| (class == Retry::Keyed).then(|| made_up_key(tick.noise())))
}

/// 128 bits of noise in the form of a version 4 UUID.
pub fn made_up_key(noise: u128) -> Box<str> {
    let bits = noise & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    parts.join("-").into()
}

/// Statuses that say: not now.
pub fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// The `Retry-After` header: seconds, fractions too, or a date. Nonsense is ignored.
///
/// A date is compared with the answer's own `Date`, where it has one: clocks differ.
pub fn retry_after(headers: &HeaderMap, wall: impl FnOnce() -> SystemTime) -> Option<Duration> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(RETRY_AFTER)?;
    if asked.starts_with(|first: char| first.is_ascii_digit()) {
        return Duration::try_from_secs_f64(asked.parse().ok()?).ok();
    }
    let date = httpdate::parse_http_date(asked).ok()?;
    let now = text(DATE).and_then(|now| httpdate::parse_http_date(now).ok()).unwrap_or_else(wall);
    if now == SystemTime::UNIX_EPOCH {
        // There is no clock.
        return None;
    }
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_key_is_a_version_4_uuid() {
        assert_eq!(&*made_up_key(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(&*made_up_key(0), "00000000-0000-4000-8000-000000000000");
    }

    fn asked(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        // Sun, 06 Nov 1994 08:49:37 GMT
        retry_after(&headers, || SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777))
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(asked("3"), Some(Duration::from_secs(3)));
        assert_eq!(asked("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::ZERO));
        for nonsense in ["inf", "nan", "-3", "soon", "1e999", "1e30"] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_date_is_compared_with_the_clock_that_wrote_it() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:47 GMT".parse().unwrap());
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:40 GMT".parse().unwrap());
        let second = || SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        let wait = |headers: &HeaderMap| retry_after(headers, second);
        assert_eq!(wait(&headers), Some(Duration::from_secs(7)));
        headers.insert(DATE, "yesterday".parse().unwrap());
        assert_eq!(wait(&headers), Some(Duration::from_secs(784_111_786)));
        assert_eq!(retry_after(&headers, || SystemTime::UNIX_EPOCH), None);
    }

    #[test]
    fn waits_grow_to_the_cap_and_lie_below_their_ceiling() {
        let policy = RetryPolicy::default();
        let longest: Vec<_> =
            (0..6).map(|n| policy.wait(n, None, u128::MAX).unwrap().as_millis()).collect();
        assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 8000]);
        assert_eq!(policy.wait(3, None, 0), Some(Duration::ZERO));
        assert_eq!(policy.wait(70, None, u128::MAX), Some(policy.cap));
    }

    #[test]
    fn the_server_may_not_ask_for_too_much() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(0, Some(Duration::from_secs(7)), 0), Some(Duration::from_secs(7)));
        assert_eq!(policy.wait(0, Some(Duration::from_secs(61)), 0), None);
        let policy = RetryPolicy { cut_retry_after: true, ..policy };
        assert_eq!(policy.wait(0, Some(Duration::from_secs(61)), 0), Some(policy.retry_after_cap));
    }
}
