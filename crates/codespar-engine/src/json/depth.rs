//! How deeply JSON is nested, without reading it.

use memchr::memchr2;

/// Whether JSON is nested more deeply than `limit`; of text that is no JSON it says anything.
///
/// Each byte is looked at twice at most, and nearly all answers have too few brackets to be looked
/// at more than once.
#[inline]
pub(crate) fn is_deeper(json: &[u8], limit: usize) -> bool {
    // As many brackets would not fit: most events are that short.
    json.len() > limit && has_more_brackets(json, limit) && is_nested_deeper(json, limit)
}

fn is_nested_deeper(json: &[u8], limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut rest = json;
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => rest = after_text(after),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

/// Whether more than `limit` brackets open, those within texts included.
fn has_more_brackets(json: &[u8], limit: usize) -> bool {
    // Counted without a branch, many bytes at a time, in blocks whose count fits a byte.
    let is_bracket = |byte: &u8| u8::from(byte | 0x20 == b'{');
    let mut count = 0_usize;
    json.chunks(240).any(|block| {
        count += usize::from(block.iter().map(is_bracket).sum::<u8>());
        count > limit
    })
}

/// What follows on a text whose opening quote was read.
pub(crate) fn after_text(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr2(b'"', b'\\', rest) {
        let is_end = rest.get(at) == Some(&b'"');
        rest = rest.get(at + if is_end { 1 } else { 2 }..).unwrap_or_default();
        if is_end {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_count_outside_texts_only() {
        for (json, depth) in [
            ("1", 0),
            ("[]", 1),
            (r#"{"a":[1],"b":[{}]}"#, 3),
            (r#"{"a":"[[[[\"[[[","b":{}}"#, 2),
            (r#"["\\",["\\\""]]"#, 2),
            ("[][][]", 1),
        ] {
            assert!(!is_deeper(json.as_bytes(), depth), "{json}");
            assert!(depth == 0 || is_deeper(json.as_bytes(), depth - 1), "{json}");
        }
        let deep = "[".repeat(100_000);
        assert!(is_deeper(deep.as_bytes(), 99_999));
        assert!(!is_deeper(deep.as_bytes(), 100_000));
        assert!(!is_deeper(br#"["\"#, 1));
    }
}
