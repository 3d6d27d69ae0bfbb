//! JSON text with a space after each separator, and in ASCII.

use std::fmt::Write as _;

/// The same JSON in the spelling that results of tools have always had: `{"a": [1, "\u00e7"]}`.
/// The order of members and the spelling of numbers are kept.
pub(super) fn add_spaces(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + json.len() / 8);
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let end = end_of_text(rest);
            let (string, after) = rest.split_at(end);
            push_ascii(&mut text, string);
            rest = after;
            continue;
        }
        match first {
            ',' => text.push_str(", "),
            ':' => text.push_str(": "),
            ' ' | '\t' | '\n' | '\r' => {}
            letter => text.push(letter),
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    text
}

/// Where the text ends that begins here, its closing quote included.
fn end_of_text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Adds a JSON text with everything that is no ASCII escaped.
fn push_ascii(to: &mut String, string: &str) {
    // Read and written again, so that escapes that need not be are none.
    let read: Option<String> = serde_json::from_str(string).ok();
    let written = read.and_then(|text| serde_json::to_string(&text).ok());
    let mut units = [0_u16; 2];
    for letter in written.as_deref().unwrap_or(string).chars() {
        if matches!(letter, ' '..='~') {
            to.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut units) {
            let _ = write!(to, "\\u{unit:04x}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_json_with_spaces_and_in_ascii() {
        let json =
            "{\"a\" :[1,2.0, null],\"ç\":\"\\u00e3 \\/ \\\" 🙂\\n\u{7f}\",\"o\":{},\"e\":1e5}";
        let text = add_spaces(json);
        let spaced = [
            r#"{"a": [1, 2.0, null], "\u00e7": "\u00e3 / \" \ud83d\ude42\n\u007f","#,
            r#""o": {}, "e": 1e5}"#,
        ];
        assert_eq!(text, spaced.join(" "));
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(json), read(&text));
    }
}
