//! Requests as text, for snapshots.

use std::fmt::Write as _;

use http::{
    HeaderMap, Request,
    header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE},
};

use crate::http::payload::Payload;

/// Writes a request down: method and address, headers in alphabetical order, and the body, JSON
/// indented with its members in the order they are sent.
///
/// Credentials are left out: `authorization` shows its scheme, sensitive headers and cookies show
/// nothing.
///
/// ```
/// use codespar_engine::{Payload, testing::request_text};
///
/// let request = http::Request::post("https://api.test/v1/sessions")
///     .header("authorization", "Bearer csk_test_1")
///     .body(Payload::from(bytes::Bytes::from(r#"{"user_id":"u1"}"#)))?;
/// let text = "POST https://api.test/v1/sessions\n\
///             authorization: Bearer [redacted]\n\
///             \n\
///             {\n  \"user_id\": \"u1\"\n}\n";
/// assert_eq!(request_text(&request), text);
/// # Ok::<(), http::Error>(())
/// ```
pub fn request_text(request: &Request<Payload>) -> String {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for line in shown_headers(request.headers()) {
        let _ = writeln!(text, "{line}");
    }
    if !request.body().is_empty() {
        let _ = writeln!(text, "\n{}", payload_text(request.body()));
    }
    text
}

/// A request's body as [`body_text`]; what is read while it is sent by its length.
pub(super) fn payload_text(payload: &Payload) -> String {
    match payload.to_bytes() {
        Ok(bytes) => body_text(&bytes),
        Err(_) => format!("({} bytes, not in memory)", payload.len()),
    }
}

/// Headers in alphabetical order, one line each, without credentials.
pub(super) fn shown_headers(headers: &HeaderMap) -> Vec<String> {
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            match name {
                &AUTHORIZATION | &PROXY_AUTHORIZATION => {
                    let scheme = text.split_once(' ').map_or("", |(scheme, _)| scheme);
                    format!(
                        "{name}: {scheme}{}[redacted]",
                        if scheme.is_empty() { "" } else { " " }
                    )
                }
                &COOKIE | &SET_COOKIE => format!("{name}: [redacted]"),
                _ if value.is_sensitive() => format!("{name}: [redacted]"),
                _ => format!("{name}: {text}"),
            }
        })
        .collect();
    lines.sort();
    lines
}

/// A body: JSON indented, text as it is, anything else by its length.
pub(super) fn body_text(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => indented(text),
        Ok(text) => text.replace("\r\n", "\n"),
        Err(_) => format!("({} bytes)", body.len()),
    }
}

/// Indents JSON without touching names, order and numbers.
fn indented(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut letters = json.chars().peekable();
    let new_line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                text.push('"');
                while let Some(letter) = letters.next() {
                    text.push(letter);
                    match letter {
                        '\\' => text.extend(letters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                text.push(letter);
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                match letters.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => text.push(end),
                    None => {
                        depth += 1;
                        new_line(&mut text, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut text, depth);
                text.push(letter);
            }
            ',' => {
                text.push(',');
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            letter if letter.is_ascii_whitespace() => {}
            letter => text.push(letter),
        }
    }
    text
}
