//! Dates as cookies have them, which is any way that servers ever wrote one.

use std::time::SystemTime;

use codespar_engine::Timestamp;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The moment that a cookie's `Expires` names, read as RFC 6265 (5.1.1) says: words in any order,
/// of which the first that can be a time, a day, a month or a year is it.
pub(super) fn parse_date(text: &str) -> Option<SystemTime> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for word in text.split(is_delimiter).filter(|word| !word.is_empty()) {
        if time.is_none() && parse_time(word).is_some() {
            time = parse_time(word);
        } else if day.is_none() && number(word, 1, 2).is_some() {
            day = number(word, 1, 2);
        } else if month.is_none() && month_of(word).is_some() {
            month = month_of(word);
        } else if year.is_none() {
            year = number(word, 2, 4);
        }
    }
    let ((hour, minute, second), day, month) = (time?, day?, month?);
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year => year,
    };
    if year < 1601 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Whether there is such a day is for the calendar to say.
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    Timestamp::from(text.as_str()).to_system_time()
}

fn is_delimiter(letter: char) -> bool {
    matches!(letter, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

/// A number of `least` to `most` digits, and whatever follows that is no digit.
fn number(word: &str, least: usize, most: usize) -> Option<u32> {
    let end = word.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(word.len());
    (least..=most).contains(&end).then(|| word.get(..end)?.parse().ok()).flatten()
}

/// `9:07:5`, and whatever follows that is no digit.
fn parse_time(word: &str) -> Option<(u32, u32, u32)> {
    let mut fields = word.splitn(3, ':');
    let whole = |field: Option<&str>| {
        field.filter(|field| field.len() <= 2).and_then(|field| number(field, field.len(), 2))
    };
    let (hour, minute) = (whole(fields.next())?, whole(fields.next())?);
    Some((hour, minute, number(fields.next()?, 1, 2)?))
}

/// A month by its first three letters.
fn month_of(word: &str) -> Option<usize> {
    let start = word.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == start).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_form_that_browsers_read() {
        let at = |text: &str| {
            let date = parse_date(text)?;
            date.duration_since(SystemTime::UNIX_EPOCH).ok().map(|since| since.as_secs())
        };
        let one = Some(784_111_777);
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", one),
            ("Sunday, 06-Nov-94 08:49:37 GMT", one),
            ("Sun Nov  6 08:49:37 1994", one),
            ("Sun, 06-Nov-1994 08:49:37 GMT", one),
            ("06 November 1994 8:49:37 UTC", one),
            ("1994/06/nov 08:49:37", one),
            ("6 nov 1994 08:49:37zulu", one),
            ("nov 06th, 1994, 08:49:37", one),
            ("Sun, 06 Nov 1994 23:59:59 GMT", Some(784_166_399)),
            ("Thu, 01-Jan-1970 00:00:00 GMT", Some(0)),
            ("Thu, 01-Jan-70 00:00:01 GMT", Some(1)),
            ("01 Jan 69 00:00:00", Some(3_124_224_000)),
            ("Mon, 29 Feb 2016 0:0:0 GMT", Some(1_456_704_000)),
            ("Wed, 29 Feb 2017 00:00:00 GMT", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, 06 Nov 1994 08:49:60 GMT", None),
            ("Sun, 06 Nov 1994 08:49 GMT", None),
            ("Sun, 06 Nov 1600 08:49:37 GMT", None),
            ("Sun, 32 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 19941 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 008:49:37 GMT", None),
            ("06 Nov 08:49:37", None),
            ("tomorrow", None),
            ("", None),
            ("é nov 1994", None),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        assert!(
            parse_date("06 Nov 1601 08:49:37").is_some_and(|date| date < SystemTime::UNIX_EPOCH)
        );
    }
}
