//! JSON that strict readers refuse, though everybody else can read it.

use std::borrow::Cow;

use memchr::memchr;

/// What some programs write before any text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes without a byte order mark, which RFC 8259 (8.1) lets a reader ignore.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// A copy that can be read, where what came cannot: without a byte order mark, and with U+FFFD
/// for bytes that are not UTF-8 and for halves of surrogate pairs.
///
/// Servers cut texts by the units of UTF-16, and JSON (RFC 8259, 8.2) lets them write the half of
/// an emoji that is left as `\ud83d`. `None`: there is nothing to mend, and all of it is UTF-8.
#[cold]
pub(crate) fn mended(bytes: &[u8]) -> Option<String> {
    let body = without_mark(bytes);
    let text = String::from_utf8_lossy(body);
    match (whole_pairs(&text), text) {
        (Some(text), _) | (None, Cow::Owned(text)) => Some(text),
        (None, Cow::Borrowed(text)) => (body.len() < bytes.len()).then(|| text.to_owned()),
    }
}

/// The text with `\ufffd` for each half of a pair; `None` when there is none.
///
/// In JSON a backslash stands within texts only, so that they need not be told from the rest.
fn whole_pairs(text: &str) -> Option<String> {
    let mut mended = String::new();
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at_checked(at)?;
        let (length, is_half) = match unit(escape) {
            Some(0xD800..0xDC00) if has_low(escape) => (12, false),
            Some(0xD800..0xE000) => (6, true),
            Some(_) => (6, false),
            // Two bytes, or what is no JSON anyway.
            None => (escape.chars().take(2).map(char::len_utf8).sum(), false),
        };
        let (escape, after) = escape.split_at_checked(length)?;
        mended.push_str(before);
        mended.push_str(if is_half { r"\ufffd" } else { escape });
        rest = after;
    }
    mended.push_str(rest);
    (mended != text).then_some(mended)
}

/// The unit that `\uXXXX` at the start stands for.
fn unit(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix(r"\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// Whether the second half of a pair follows on the escape at the start.
fn has_low(escape: &str) -> bool {
    matches!(escape.get(6..).and_then(unit), Some(0xDC00..0xE000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_are_replaced_and_nothing_else_is() {
        for (text, right) in [
            (r#""caf\ud83d""#, r#""caf\ufffd""#),
            (r#""\uD83D\uDE00 \uDE00""#, r#""\uD83D\uDE00 \ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d \\\ud83d""#, r#""\\ud83d \\\ufffd""#),
            (r#""\ud83d\\ude00""#, r#""\ufffd\\ude00""#),
            (r#""\ud83d\n\ude00""#, r#""\ufffd\n\ufffd""#),
            (r#"{"a\udc00":1}"#, r#"{"a\ufffd":1}"#),
            ("\u{feff}{}", "{}"),
        ] {
            assert_eq!(mended(text.as_bytes()).as_deref(), Some(right), "{text}");
        }
        for text in [r#""\\ud83d""#, r#""\ud83d\ude00""#, r#""\u00e9\"""#, "{}", "", r"\", r"\u12"]
        {
            assert_eq!(mended(text.as_bytes()), None, "{text}");
        }
        assert_eq!(mended(b"\"caf\xe9\"").as_deref(), Some("\"caf\u{fffd}\""));
        assert_eq!(mended(b"\xef\xbb\xbf\"\xff\\ud800\"").as_deref(), Some("\"\u{fffd}\\ufffd\""));
    }

    proptest! {
        #[test]
        fn any_text_of_utf_16_units_can_be_read(units in proptest::collection::vec(
            prop_oneof![0xD7F0_u16..0xE010, 0x20_u16..0x7f, Just(0x5c)], 0..24,
        )) {
            let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let text = format!("\"{escaped}\"");
            let read = mended(text.as_bytes()).unwrap_or(text);
            let read: String = serde_json::from_str(&read).unwrap();
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }
    }
}
