//! Where a request goes: path segments, URLs and queries made of a caller's values.

use std::collections::BTreeMap;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::error::Error;

/// What must not stand bare in a path segment: everything but RFC 3986's unreserved characters.
pub(super) const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Fills a path in: each value becomes one segment, whatever it holds.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String, Error> {
    let mut path = String::with_capacity(template.len() + 32);
    let mut rest = template;
    for (name, value) in values {
        check_segment(name, value)?;
        let Some((before, after)) = split_at_byte(rest, b'{') else { break };
        path.push_str(before);
        path.extend(utf8_percent_encode(value, SEGMENT));
        rest = split_at_byte(after, b'}').map_or("", |(_, after)| after);
    }
    if rest.bytes().any(|byte| byte == b'{') {
        return Err(Error::config("path", format_args!("expected a value for {rest}")));
    }
    path.push_str(rest);
    Ok(path)
}

/// What stands before an ASCII character and after it; faster than a search for a `char`.
fn split_at_byte(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = memchr::memchr(byte, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// A value that can stand for one segment of a path.
///
/// # Errors
/// `Config` naming the field: empty, `.` and `..` lead to another route. So may a slash, a
/// backslash and control characters, where a gateway decodes a path before it takes the steps out;
/// no id of a server holds them.
pub fn check_segment(field: &str, value: &str) -> Result<(), Error> {
    let strays = |letter: char| matches!(letter, '/' | '\\') || letter.is_control();
    match value {
        "" => Err(Error::config(field, "expected an id, it is empty")),
        "." | ".." => Err(Error::config(field, "expected an id, not a step within the path")),
        _ if value.contains(strays) => Err(Error::config(
            field,
            "expected an id without slashes, backslashes and control characters",
        )),
        _ => Ok(()),
    }
}

/// A URL that a request can be sent to.
pub(super) fn check_url(field: &str, url: &str) -> Result<(), Error> {
    let uri: Option<Uri> = url.parse().ok();
    let authority = uri.as_ref().and_then(Uri::authority);
    let is_web = matches!(uri.as_ref().and_then(Uri::scheme_str), Some("http" | "https"));
    match authority {
        Some(authority) if is_web && !authority.host().is_empty() => {
            if authority.as_str().contains('@') {
                return Err(Error::config(field, "expected a URL without user name or password"));
            }
            Ok(())
        }
        _ => Err(Error::config(field, "expected an http or https URL")),
    }
}

/// A value as one path segment: everything but unreserved characters is encoded.
pub fn encode_segment(value: &str) -> String {
    utf8_percent_encode(value, SEGMENT).to_string()
}

/// The pairs of a flat value, by name. Lists give a pair each.
pub(super) fn pairs(query: serde_json::Result<Value>) -> Result<Vec<(String, String)>, Error> {
    let wrong = || Error::config("query", "expected a flat object of texts, numbers and booleans");
    let value = query.map_err(|error| wrong().with_source(error))?;
    // Sorted, whatever order the maps of `serde_json` keep: a program may choose it for all.
    let members: BTreeMap<String, Value> = match value {
        Value::Object(members) => members.into_iter().collect(),
        Value::Null => return Ok(Vec::new()),
        _ => return Err(wrong()),
    };
    let mut pairs = Vec::with_capacity(members.len());
    for (name, value) in members {
        let values = match value {
            Value::Array(values) => values,
            value => vec![value],
        };
        for value in values {
            match value {
                Value::Null => {}
                Value::String(text) => pairs.push((name.clone(), text)),
                Value::Bool(_) | Value::Number(_) => pairs.push((name.clone(), value.to_string())),
                Value::Array(_) | Value::Object(_) => return Err(wrong()),
            }
        }
    }
    Ok(pairs)
}
