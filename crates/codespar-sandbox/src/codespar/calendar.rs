//! Days and months of São Paulo, which has been three hours behind UTC all year since 2019.

use jiff::{
    Timestamp, ToSpan,
    civil::Date,
    tz::{TimeZone, offset},
};

fn zone() -> TimeZone {
    TimeZone::fixed(offset(-3))
}

/// The day that it is there.
pub(crate) fn day(at: Timestamp) -> Date {
    at.to_zoned(zone()).date()
}

/// When a day begins there.
pub(crate) fn begins(day: Date) -> Timestamp {
    day.to_zoned(zone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// The day after so many others.
pub(crate) fn after(day: Date, days: i64) -> Date {
    day.saturating_add(days.clamp(-40_000, 40_000).days())
}

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month {
    first: Date,
}

impl Month {
    pub(crate) fn of(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// Reads one such as `2026-10`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let first: Date = (text.len() == 7).then(|| format!("{text}-01"))?.parse().ok()?;
        Some(Self { first })
    }

    pub(crate) fn text(self) -> String {
        format!("{:04}-{:02}", self.first.year(), self.first.month())
    }

    pub(crate) fn before(self) -> Self {
        Self::of(after(self.first, -1))
    }

    /// When it begins, and when the next does.
    pub(crate) fn bounds(self) -> (Timestamp, Timestamp) {
        (begins(self.first), begins(after(self.first.last_of_month(), 1)))
    }

    pub(crate) fn has(self, day: Date) -> bool {
        Self::of(day) == self
    }

    pub(crate) fn days(self) -> impl Iterator<Item = Date> {
        (0..i64::from(self.len())).map(move |days| after(self.first, days))
    }

    /// How many days it has.
    pub(crate) fn len(self) -> i8 {
        self.first.days_in_month()
    }
}

/// The day as the API writes it.
pub(crate) fn text(day: Date) -> String {
    day.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_three_in_the_morning_of_utc() {
        let late: Timestamp = "2026-11-01T02:59:59Z".parse().unwrap();
        assert_eq!(text(day(late)), "2026-10-31");
        let month = Month::of(day(late));
        assert_eq!(month.text(), "2026-10");
        let (start, end) = month.bounds();
        assert_eq!(
            (start.to_string(), end.to_string()),
            ("2026-10-01T03:00:00Z".to_owned(), "2026-11-01T03:00:00Z".to_owned())
        );
        assert_eq!((month.len(), month.days().count()), (31, 31));
        assert_eq!(month.before().text(), "2026-09");
        assert!(Month::read("2026-10") == Some(month) && Month::read("2026-1").is_none());
    }
}
