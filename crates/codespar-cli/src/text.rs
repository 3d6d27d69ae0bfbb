//! Text that comes from elsewhere, made fit for a terminal.

use std::sync::{Mutex, PoisonError};

/// The credentials that are in use.
static CREDENTIALS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What is a credential from now on.
pub(crate) fn hide(credential: &str) {
    let mut all = CREDENTIALS.lock().unwrap_or_else(PoisonError::into_inner);
    // Anything shorter is no credential, and may be a word.
    if credential.len() >= 8 && !all.iter().any(|known| known == credential) {
        all.push(credential.to_owned());
    }
}

/// A text without credentials: servers repeat them in their messages.
pub(crate) fn without_credentials(text: &str) -> String {
    let all = CREDENTIALS.lock().unwrap_or_else(PoisonError::into_inner);
    all.iter().fold(text.to_owned(), |text, known| text.replace(known, "[redacted]"))
}

/// The same in one line, without what a terminal would take for a command.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// Whether a character orders text about, or is not seen.
pub(crate) fn plain(text: &str) -> String {
    let is_safe = |char: char| char == '\n' || !char.is_control();
    text.chars().map(|char| if is_safe(char) { char } else { '\u{fffd}' }).collect()
}
