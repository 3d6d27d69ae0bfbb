//! A command that is no operation: a short form of daily work, or one of the program's own.

use clap::{ArgMatches, Command};
use codespar_engine::Effect;

use crate::outcome::Failure;

/// A command of the program's own; each stands in the file that does it.
pub(crate) struct Own {
    /// The words that call it. No operation has them; one that begins with them is below it.
    pub(crate) words: &'static [&'static str],
    pub(crate) about: &'static str,
    /// What it does on the server at worst; `None` where it sends nothing.
    pub(crate) effect: Option<Effect>,
    /// Adds its options.
    pub(crate) options: fn(Command) -> Command,
    pub(crate) run: Run,
}

/// What a command does when it is called.
pub(crate) enum Run {
    Alone(fn(&ArgMatches) -> Result<(), Failure>),
    /// It tells of all commands.
    Knowing(fn(&'static [Own], &ArgMatches) -> Result<(), Failure>),
}

impl Own {
    /// The one among these that has these words.
    pub(crate) fn find(all: &'static [Self], words: &[&str]) -> Option<&'static Self> {
        all.iter().find(|own| own.words == words)
    }

    /// What it does on the server at worst, in a word.
    pub(crate) fn effect_word(&self) -> &'static str {
        self.effect.map_or("none", Effect::as_str)
    }
}
