//! Days as bills have them: in São Paulo, and rolled to a day on which banks are open.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::{TimeZone, offset},
};

use crate::store::clock::Now;

/// A day as bills write it, `2026-12-31`.
pub(super) fn read(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == "2026-12-31".len())
}

/// The day it is in São Paulo, which has had no summer time since 2019.
pub(super) fn today(now: Now) -> Date {
    now.wall.to_zoned(TimeZone::fixed(offset(-3))).date()
}

/// The day on which a bill that is due then can still be paid: a weekend ends on Monday. Holidays
/// are not known here.
pub(super) fn effective(due: Date) -> Date {
    let later = match due.weekday() {
        Weekday::Saturday => 2,
        Weekday::Sunday => 1,
        _ => 0,
    };
    due.saturating_add(later.days())
}

/// The Sunday with which a week ends.
pub(super) fn end_of_week(day: Date) -> Date {
    let left = 7 - i64::from(day.weekday().to_monday_one_offset());
    day.saturating_add(left.days())
}

/// How many days lie between.
pub(super) fn between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_are_no_days_for_bills() {
        let table = [
            ("2026-12-04", "2026-12-04"),
            ("2026-12-05", "2026-12-07"),
            ("2026-12-06", "2026-12-07"),
        ];
        for (due, expected) in table {
            assert_eq!(effective(read(due).unwrap()).to_string(), expected);
            assert_eq!(end_of_week(read(due).unwrap()).to_string(), "2026-12-06");
        }
        assert_eq!(between(read("2026-11-26").unwrap(), read("2027-01-02").unwrap()), 37);
        assert!(read("31/12/2026").is_none() && read("2026-12-31T10:00").is_none());
    }
}
