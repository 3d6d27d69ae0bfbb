//! The words of `when`: what kind of case a recording is of, in one word each.
//!
//! Each word stands once, in a table with its meaning: [`answers`], [`arguments`], [`mandates`].
//! The README shows them all.

mod answers;
mod arguments;
mod mandates;

use super::word::Word;
use crate::recording::Recording;

/// All words, by what they are about.
pub(super) const TABLES: [(&str, &[Word]); 4] = [
    ("the call and its arguments", arguments::WORDS),
    ("the last answer", answers::LAST),
    ("all answers", answers::ALL),
    ("offline calls on mandates", mandates::WORDS),
];

/// The word of this name.
pub(super) fn word(name: &str) -> Option<&'static Word> {
    TABLES.iter().flat_map(|(_, words)| *words).find(|word| word.name == name)
}

/// Whether a word of a rule holds: one with `!` before it where the word itself does not.
pub(super) fn holds(recording: &Recording, spelled: &str) -> bool {
    let name = spelled.trim_start_matches('!');
    word(name).is_some_and(|word| word.holds(recording) != (name != spelled))
}
