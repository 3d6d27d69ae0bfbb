//! The commands that are no operations: the short forms of daily work, and the program's own.

use clap::{ArgMatches, Command};

use crate::outcome::Failure;

/// A command of the program's own; each stands in the file that does it.
pub(crate) struct Own {
    /// The words that call it. No operation has them, or begins with them.
    pub(crate) words: &'static [&'static str],
    pub(crate) about: &'static str,
    /// Adds its options.
    pub(crate) options: fn(Command) -> Command,
    pub(crate) run: fn(&ArgMatches) -> Result<(), Failure>,
}

/// All of them.
pub(crate) const OWN: &[Own] = &[
    crate::completions::COMPLETIONS,
    crate::login::LOGIN,
    crate::login::LOGOUT,
    crate::login::WHOAMI,
    crate::profiles::PROFILES,
    crate::request::REQUEST,
    #[cfg(feature = "sandbox")]
    crate::sandbox::SANDBOX,
    crate::schema::SCHEMA,
    crate::upivia_login::LOGIN,
    crate::upivia_login::LOGOUT,
    crate::upivia_login::WHOAMI,
];

/// The one that has these words.
pub(crate) fn own(words: &[&str]) -> Option<&'static Own> {
    OWN.iter().find(|own| own.words == words)
}
