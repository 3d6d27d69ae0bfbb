//! The commands that are no operations: the short forms of daily work, and the program's own.

use clap::{ArgMatches, Command};
use codespar_engine::Effect;

use crate::outcome::Failure;

/// A command of the program's own; each stands in the file that does it.
pub(crate) struct Own {
    /// The words that call it. No operation has them; one that begins with them is below it.
    pub(crate) words: &'static [&'static str],
    pub(crate) about: &'static str,
    /// Adds its options.
    pub(crate) options: fn(Command) -> Command,
    pub(crate) run: fn(&ArgMatches) -> Result<(), Failure>,
}

/// All of them.
pub(crate) const OWN: &[Own] = &[
    crate::completions::COMPLETIONS,
    crate::connect::CONNECT,
    crate::connect::CONNECT_LIST,
    crate::execute::EXECUTE,
    crate::init::INIT,
    crate::login::LOGIN,
    crate::login::LOGOUT,
    crate::login::WHOAMI,
    crate::logs::LOGS,
    crate::money::charge::CHARGE,
    crate::money::pay::PAY,
    crate::money::spend::SPEND,
    crate::money::upivia::REQUEST,
    crate::money::upivia::STATUS,
    crate::money::upivia::WAIT,
    crate::money::watch::APPROVALS_WAIT,
    crate::money::watch::STATUS,
    crate::money::watch::WAIT,
    crate::man::MAN,
    crate::profiles::PROFILES,
    crate::request::REQUEST,
    #[cfg(feature = "sandbox")]
    crate::sandbox::SANDBOX,
    crate::schema::SCHEMA,
    crate::send::SEND,
    crate::tools::TOOLS,
    crate::verify::MANDATE_VERIFY,
    crate::verify::RECEIPT_VERIFY,
    crate::webhook::WEBHOOK_LISTEN,
    crate::upivia_login::LOGIN,
    crate::upivia_login::LOGOUT,
    crate::upivia_login::WHOAMI,
];

/// The one that has these words.
pub(crate) fn own(words: &[&str]) -> Option<&'static Own> {
    OWN.iter().find(|own| own.words == words)
}

/// What each does on the server at worst; those that are not here send nothing.
const EFFECTS: &[(&[&str], Effect)] = &[
    (&["approvals", "wait"], Effect::Reads),
    (&["charge"], Effect::MovesMoney),
    (&["connect"], Effect::Changes),
    (&["connect", "list"], Effect::Reads),
    (&["execute"], Effect::MovesMoney),
    (&["login"], Effect::Reads),
    (&["logs"], Effect::Reads),
    (&["mandate", "verify"], Effect::Reads),
    (&["mcp"], Effect::MovesMoney),
    (&["pay"], Effect::MovesMoney),
    (&["receipt", "verify"], Effect::Reads),
    (&["request"], Effect::MovesMoney),
    (&["send"], Effect::MovesMoney),
    (&["spend"], Effect::MovesMoney),
    (&["status"], Effect::Reads),
    (&["tools"], Effect::Reads),
    (&["upivia", "login"], Effect::Reads),
    (&["upivia", "request"], Effect::MovesMoney),
    (&["upivia", "status"], Effect::Reads),
    (&["upivia", "wait"], Effect::Reads),
    (&["upivia", "whoami"], Effect::Reads),
    (&["wait"], Effect::Reads),
    (&["webhook", "listen"], Effect::Changes),
    (&["whoami"], Effect::Reads),
];

/// What a command does on the server at worst, in a word.
pub(crate) fn effect(own: &Own) -> &'static str {
    let found = EFFECTS.iter().find(|(words, _)| *words == own.words);
    found.map_or("none", |(_, effect)| effect.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those that send nothing to either API.
    const OFFLINE: &[&[&str]] = &[
        &["completions"],
        &["init"],
        &["logout"],
        &["man"],
        &["profiles"],
        &["sandbox"],
        &["schema"],
        &["upivia", "logout"],
    ];

    #[test]
    fn every_command_says_what_it_does() {
        for own in OWN {
            let sends = EFFECTS.iter().any(|(words, _)| *words == own.words);
            assert_ne!(sends, OFFLINE.contains(&own.words), "{:?}", own.words);
        }
    }
}
