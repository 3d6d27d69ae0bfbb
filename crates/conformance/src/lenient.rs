//! JSON as it really comes: after a byte order mark, and with halves of surrogate pairs.
//!
//! A JavaScript server cuts texts between the halves of a pair, and `JSON.stringify` writes what is
//! left as `\ud83d`. Such a half is no character. Within a recording it is kept as one that stands
//! for it, so that it goes out as it was recorded; where an answer is read it is the replacement
//! character.

use serde_json::Value;

/// The first of the characters that stand for halves: the last 2048 there are, which nobody uses.
const STAND_INS: u32 = 0x10_F800;
const HALVES: std::ops::RangeInclusive<u32> = 0xD800..=0xDFFF;

/// The value of a JSON text, with the replacement character for every half of a pair.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let text = text.trim_start_matches('\u{feff}');
    let replaced = || serde_json::from_str(&with_halves(text, |_| "\\ufffd".to_owned()));
    serde_json::from_str(text).or_else(|_| replaced()).ok()
}

/// The value of a JSON text, with a character that stands for every half of a pair.
///
/// # Errors
/// What is no JSON besides.
pub(crate) fn kept(text: &str) -> serde_json::Result<Value> {
    let stands_for = |half: u32| {
        char::from_u32(STAND_INS + (half - HALVES.start())).map(String::from).unwrap_or_default()
    };
    serde_json::from_str(text)
        .or_else(|error| serde_json::from_str(&with_halves(text, stands_for)).map_err(|_| error))
}

/// A JSON text in which the halves that are stood for are spelled again.
pub(crate) fn spelled(json: &str) -> String {
    let spell = |letter: char| match u32::from(letter).checked_sub(STAND_INS) {
        Some(half) => format!("\\u{:04x}", HALVES.start() + half),
        None => letter.to_string(),
    };
    json.chars().map(spell).collect()
}

/// A text in which the halves that are stood for are the replacement character.
pub(crate) fn replaced(text: &str) -> String {
    text.replace(|letter| u32::from(letter) >= STAND_INS, "\u{fffd}")
}

/// The JSON text with every escape of a half that has no other half replaced.
fn with_halves(json: &str, stands_for: impl Fn(u32) -> String) -> String {
    let mut whole = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(start) = rest.find('\\') {
        let (before, escape) = rest.split_at(start);
        whole.push_str(before);
        let taken = match (unit(escape), unit(escape.get(6..).unwrap_or_default())) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => escape.get(..12),
            (Some(half), _) if HALVES.contains(&half) => {
                whole.push_str(&stands_for(half));
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            // The character after a backslash is no beginning of an escape.
            _ => escape.char_indices().nth(2).map_or(Some(escape), |(end, _)| escape.get(..end)),
        };
        let taken = taken.unwrap_or(escape);
        whole.push_str(taken);
        rest = escape.get(taken.len()..).unwrap_or_default();
    }
    whole.push_str(rest);
    whole
}

/// The number in `\\uXXXX` at the beginning of the text.
fn unit(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn halves_of_pairs_go_out_as_they_came_and_are_read_as_replaced() {
        for (text, read) in [
            (r#""caf\ud83d""#, "caf\u{fffd}"),
            (r#""\udc00\ud83dx""#, "\u{fffd}\u{fffd}x"),
            (r#""\ud83d\ude00""#, "\u{1f600}"),
            (r#""\\ud83d""#, "\\ud83d"),
        ] {
            assert_eq!(parse(text).unwrap(), read, "{text}");
            let kept = kept(text).unwrap();
            assert_eq!(parse(&spelled(&kept.to_string())).unwrap(), read, "{text}");
            assert_eq!(replaced(kept.as_str().unwrap()), read, "{text}");
        }
        assert_eq!(parse("\u{feff}{}").unwrap(), serde_json::json!({}));
        assert!(kept(r#"{"a": "\ud83d", }"#).is_err());
    }
}
