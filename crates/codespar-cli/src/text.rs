//! Text that comes from elsewhere, made fit for a terminal.

/// The same in one line, without what a terminal would take for a command.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// Whether a character orders text about, or is not seen.
pub(crate) fn plain(text: &str) -> String {
    let is_safe = |char: char| char == '\n' || !char.is_control();
    text.chars().map(|char| if is_safe(char) { char } else { '\u{fffd}' }).collect()
}
