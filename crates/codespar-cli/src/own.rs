//! The commands that are no operations: the short forms of daily work, and the program's own.

use clap::{ArgMatches, Command};

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
    crate::request::REQUEST,
    #[cfg(feature = "sandbox")]
    crate::sandbox::SANDBOX,
    crate::schema::SCHEMA,
    crate::send::SEND,
    crate::tools::TOOLS,
    crate::verify::MANDATE_VERIFY,
    crate::verify::RECEIPT_VERIFY,
    crate::webhook::WEBHOOK_LISTEN,
];

/// The one that has these words.
pub(crate) fn own(words: &[&str]) -> Option<&'static Own> {
    OWN.iter().find(|own| own.words == words)
}
