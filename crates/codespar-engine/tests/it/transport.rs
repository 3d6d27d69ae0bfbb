//! What the pools of transports go by: how long unused connections are kept, and how many.

use std::time::{Duration, Instant};

use codespar_engine::driver::{RecentPeak, keep_alive_timeout};
use http::{HeaderMap, HeaderValue};

#[test]
fn servers_say_how_long_they_keep_a_connection() {
    let said = |values: &[&'static str]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("keep-alive", HeaderValue::from_static(value));
        }
        keep_alive_timeout(&headers).map(|kept| kept.as_secs())
    };
    assert_eq!(said(&["timeout=5"]), Some(4));
    assert_eq!(said(&["max=100, Timeout = \"75\""]), Some(74));
    assert_eq!(said(&["timeout=30", "timeout=9"]), Some(8));
    assert_eq!((said(&["timeout=1"]), said(&["timeout=0"])), (Some(0), Some(0)));
    let nothing = ["max=5", "timeout", "timeout=", "timeout=-1", "timeout=1.5", "ti meout=3"];
    for value in nothing {
        assert_eq!(said(&[value]), None, "{value}");
    }
    assert_eq!(said(&[]), None);
    assert_eq!(said(&["timeout=99999999999999999999"]), None);
}

#[test]
fn a_peak_counts_for_a_span_and_not_for_ever() {
    let start = Instant::now();
    let mut peak = RecentPeak::new(Duration::from_secs(10));
    let mut until = |second, at_most: usize| {
        peak.begun(at_most);
        peak.ended(start + Duration::from_secs(second), at_most - 1)
    };
    assert_eq!((until(0, 1), until(1, 50), until(2, 3)), (1, 50, 50));
    assert_eq!((until(9, 1), until(11, 2), until(19, 1)), (50, 50, 50));
    assert_eq!(until(22, 2), 2, "the span of the peak is two spans ago");
    assert_eq!((until(23, 5), until(24, 1)), (5, 5));
    // What was in use all through a long pause was in use lately, and nothing before it.
    assert_eq!((until(100, 4), until(101, 2)), (4, 4));
    assert_eq!(until(200, 1), 1);
}
