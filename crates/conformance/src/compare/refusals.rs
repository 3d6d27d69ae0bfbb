//! What an error answer says, read apart from the code that is checked and in the plainest way.

use serde_json::Value;

use crate::recording::Response;

/// More than any code has letters.
const LONGEST_CODE: usize = 128;

/// The code: the first of `code` and `error.code` that looks like one, else the first of `error`
/// and `error.type` that does. A member that says it is a code may have capitals; a word under
/// `error` may not, since `Unauthorized` is the name of a status.
pub(super) fn code(answer: &Response) -> Option<String> {
    code_of(&answer.json()?)
}

/// The code in the body of an error, or in the data of an event that is one.
pub(crate) fn code_of(body: &Value) -> Option<String> {
    let text = |pointer: &str| body.pointer(pointer)?.as_str();
    let fits = |text: &&str, capitals: bool| {
        let allowed = |byte: u8| match byte {
            b'A'..=b'Z' | b'/' => capitals,
            byte => byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte),
        };
        (1..=LONGEST_CODE).contains(&text.len()) && text.bytes().all(allowed)
    };
    let named = ["/code", "/error/code"].into_iter().filter_map(text).find(|text| fits(text, true));
    let bare =
        || ["/error", "/error/type"].into_iter().filter_map(text).find(|text| fits(text, false));
    named.or_else(bare).map(str::to_owned)
}

/// The server's words: `message`, else `error.message`, else `error`, else `reason`.
pub(super) fn message(answer: &Response) -> Option<String> {
    message_of(&answer.json()?)
}

/// The words in the body of an error, or in the data of an event that is one.
pub(crate) fn message_of(body: &Value) -> Option<String> {
    let places = ["/message", "/error/message", "/error", "/reason"];
    let mut texts = places.into_iter().filter_map(|pointer| body.pointer(pointer)?.as_str());
    texts.find(|text| !text.is_empty()).map(str::to_owned)
}

/// The server's name for the request: the header's, else the one that the body quotes.
pub(super) fn request_id(answer: &Response) -> Option<String> {
    let quoted = || answer.json()?.get("request_id")?.as_str().map(str::to_owned);
    header(answer, "x-request-id").or_else(quoted).filter(|id| !id.is_empty())
}

/// Seconds to wait, where the header says them as a number.
pub(super) fn wait(answer: &Response) -> Option<f64> {
    let seconds = header(answer, "retry-after")?.parse().ok();
    seconds.filter(|wait: &f64| wait.is_finite() && *wait >= 0.0)
}

fn header(answer: &Response, name: &str) -> Option<String> {
    answer.headers.get(name)?.values().first().map(|&value| value.to_owned())
}

/// Whether a text is among the words of an error, which are on one line and of a readable length.
pub(super) fn is_said(words: &str, text: &str) -> bool {
    const LONGEST: usize = 1000;
    let plain = |text: &str, most: usize| {
        let letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
        let letters: String = letters.take(most).collect();
        letters.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    plain(words, usize::MAX).contains(&plain(text, LONGEST / 2))
}
