//! What holds of every error.

use codespar_proto::Error;

/// An error can be shown on one line, whatever the server said.
pub(super) fn check(error: &Error) {
    let shown = error.to_string();
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(shown.chars().count() < 2000, "{shown}");
    assert!(!format!("{error:?}").is_empty());
    if let Some(code) = error.code() {
        let fine = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
        assert!(!code.is_empty() && code.chars().all(fine), "{code:?}");
    }
    // Reading the body again must not panic either.
    let _ = error.json().map(|json| (json.to_value(), json.member("error")));
}
