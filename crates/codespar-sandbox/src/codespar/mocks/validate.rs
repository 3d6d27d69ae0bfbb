//! Checks on declared mocks, in the order in which the service makes them.

use serde_json::{Value, json};

use crate::server::{errors::coded, response::Response};

/// Most UTF-16 units that the JSON text of `mocks` may have.
const LIMIT: usize = 65_536;

/// What is wrong with declared mocks; the first thing found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    TooLarge,
    Shape { field: String, message: &'static str },
}

impl Wrong {
    pub(crate) fn answer(self) -> Response {
        match self {
            Self::TooLarge => coded(
                413,
                json!({}),
                "mocks_payload_too_large",
                "the JSON text of mocks is longer than 65536 UTF-16 units",
            ),
            Self::Shape { field, message } => {
                coded(400, json!({ "field": field }), "mocks_invalid", message)
            }
        }
    }
}

/// Checks size, then shape, entry by entry in the given order of keys.
pub(crate) fn check(mocks: &Value, order: &[&str]) -> Result<(), Wrong> {
    if mocks.to_string().encode_utf16().count() > LIMIT {
        return Err(Wrong::TooLarge);
    }
    let Some(entries) = mocks.as_object() else {
        return Err(shape("/mocks".to_owned(), "mocks must be an object"));
    };
    let rank = |key: &String| order.iter().position(|known| *known == key);
    let mut keys: Vec<&String> = entries.keys().collect();
    keys.sort_by_key(|key| rank(key));
    for key in keys {
        let pointer = format!("/mocks/{}", escape(key));
        if !is_tool_name(key) {
            return Err(shape(pointer, "not the name of a tool"));
        }
        check_entry(entries.get(key).unwrap_or(&Value::Null), pointer)?;
    }
    Ok(())
}

fn check_entry(entry: &Value, pointer: String) -> Result<(), Wrong> {
    match entry {
        Value::Object(_) => Ok(()),
        Value::Array(list) => match list.iter().position(|answer| !answer.is_object()) {
            None => Ok(()),
            Some(index) => Err(shape(format!("{pointer}/{index}"), "an answer must be an object")),
        },
        _ => Err(shape(pointer, "a mock must be an object or a list of objects")),
    }
}

fn shape(field: String, message: &'static str) -> Wrong {
    Wrong::Shape { field, message }
}

/// A name as a segment of a JSON pointer (RFC 6901).
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// `server/tool`, or the bare name of a meta-tool without a double underscore.
fn is_tool_name(key: &str) -> bool {
    match key.split_once('/') {
        Some((server, tool)) => {
            is_word(server, |byte| byte == b'-')
                && is_word(tool, |byte| matches!(byte, b'-' | b'_'))
        }
        None => {
            key.starts_with(|first: char| first.is_ascii_lowercase())
                && is_word(key, |byte| byte == b'_')
                && !key.contains("__")
        }
    }
}

/// Lower-case letters and digits, and after the first also what `more` allows.
fn is_word(text: &str, more: impl Fn(u8) -> bool) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.bytes().next().is_some_and(plain) && text.bytes().all(|byte| plain(byte) || more(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tool_names() {
        let table = [
            ("asaas/create_payment", true),
            ("nuvem-fiscal/emitir-nfe", true),
            ("9/9", true),
            ("codespar_charge", true),
            ("charge", true),
            ("asaas__create_payment", false),
            ("codespar__charge", false),
            ("Asaas/create", false),
            ("asaas/Create", false),
            ("asaas/_create", false),
            ("-asaas/create", false),
            ("a_b/create", false),
            ("asaas/", false),
            ("/create", false),
            ("a/b/c", false),
            ("9codes", false),
            ("_codes", false),
            ("codespar-charge", false),
            ("", false),
        ];
        for (key, expected) in table {
            assert_eq!(is_tool_name(key), expected, "{key:?}");
        }
    }

    #[test]
    fn shapes() {
        let table = [
            (json!({}), None),
            (json!({"a/b": {}}), None),
            (json!({"a/b": []}), None),
            (json!({"a/b": [{}, {}]}), None),
            (json!(null), Some("/mocks")),
            (json!([]), Some("/mocks")),
            (json!({"a/b": null}), Some("/mocks/a~1b")),
            (json!({"a/b": "x"}), Some("/mocks/a~1b")),
            (json!({"a/b": [{}, null]}), Some("/mocks/a~1b/1")),
            (json!({"a/b": [[]]}), Some("/mocks/a~1b/0")),
            (json!({"a__b": {}}), Some("/mocks/a__b")),
            (json!({"a~b": {}}), Some("/mocks/a~0b")),
        ];
        for (mocks, expected) in table {
            let field = match check(&mocks, &[]) {
                Ok(()) => None,
                Err(Wrong::Shape { field, .. }) => Some(field),
                Err(Wrong::TooLarge) => Some("too large".to_owned()),
            };
            assert_eq!(field.as_deref(), expected, "{mocks}");
        }
    }

    #[test]
    fn size_is_counted_in_utf16_units_and_before_shape() {
        // {"a/b":{"p":"…"}} has 16 units around the padding.
        let padded = |text: &str, times: usize| json!({"a/b": {"p": text.repeat(times)}});
        assert_eq!(check(&padded("x", LIMIT - 16), &[]), Ok(()));
        assert_eq!(check(&padded("x", LIMIT - 15), &[]), Err(Wrong::TooLarge));
        // Two bytes of UTF-8 but one unit; four bytes but two units.
        assert_eq!(check(&padded("é", LIMIT - 16), &[]), Ok(()));
        assert_eq!(check(&padded("😀", (LIMIT - 16) / 2), &[]), Ok(()));
        assert_eq!(check(&padded("😀", (LIMIT - 16) / 2 + 1), &[]), Err(Wrong::TooLarge));
        assert_eq!(check(&json!("x".repeat(LIMIT)), &[]), Err(Wrong::TooLarge));
    }

    #[test]
    fn the_first_failure_in_the_order_sent_is_reported() {
        let mocks = json!({"z/z": 1, "a/a": 2});
        let wrong = check(&mocks, &["z/z", "a/a"]);
        assert!(matches!(wrong, Err(Wrong::Shape { field, .. }) if field == "/mocks/z~1z"));
    }
}
