//! A short way to read the events that a turn mostly consists of: pieces of text, written as
//! servers write them.
//!
//! A turn has fifty of them to each other event, and to read one as any JSON costs five times as
//! much as where it is known what comes next. So what is spelled in one of the ways below is read
//! here. Everything else is left to the reader of all events, which would read these as the same:
//! escapes, other members or another order of them, numbers spelled otherwise, bytes that are not
//! UTF-8, and whatever is wrong.

#[cfg(test)]
mod tests;

use codespar_engine::{Extra, sse::Frame};

use crate::session::chat::event::AssistantText;

/// What stands around the values of a text delta.
struct Spelling {
    /// Whether `type` says what the event is, and not the event line alone.
    is_typed: bool,
    before_content: &'static [u8],
    before_iteration: &'static [u8],
}

const SPELLINGS: [Spelling; 4] = [
    Spelling {
        is_typed: true,
        before_content: br#"{"type":"assistant_text","content":""#,
        before_iteration: br#"","iteration":"#,
    },
    Spelling {
        is_typed: true,
        before_content: br#"{"type": "assistant_text", "content": ""#,
        before_iteration: br#"", "iteration": "#,
    },
    Spelling {
        is_typed: false,
        before_content: br#"{"content":""#,
        before_iteration: br#"","iteration":"#,
    },
    Spelling {
        is_typed: false,
        before_content: br#"{"content": ""#,
        before_iteration: br#"", "iteration": "#,
    },
];

/// Reads an event that is spelled in one of these ways; `None` for any other.
#[inline]
pub(super) fn text_delta(frame: &Frame<'_>) -> Option<AssistantText> {
    let is_named = frame.event() == "assistant_text";
    // Where the event line names another event, that may decide.
    if !is_named && frame.has_event() {
        return None;
    }
    SPELLINGS.iter().filter(|spelling| is_named || spelling.is_typed).find_map(|spelling| {
        let values = frame.data().strip_prefix(spelling.before_content)?;
        // The first quote ends the text, unless there is something before that needs a reader.
        let end = values.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
        let (content, rest) = values.split_at_checked(end)?;
        let iteration = rest.strip_prefix(spelling.before_iteration)?.strip_suffix(b"}")?;
        Some(AssistantText {
            iteration: whole(iteration)?,
            content: std::str::from_utf8(content).ok()?.to_owned(),
            extra: Extra::default(),
        })
    })
}

/// A whole number of up to nine digits, which fits in any case. JSON has no leading zeros.
fn whole(digits: &[u8]) -> Option<u32> {
    match digits {
        [b'0'] => Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 9 => digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        }),
        _ => None,
    }
}
