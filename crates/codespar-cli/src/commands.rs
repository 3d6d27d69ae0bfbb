//! The list of the commands that are no operations: each stands in the file that does it.

use crate::own::Own;

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
    #[cfg(feature = "mcp")]
    crate::mcp::MCP,
    #[cfg(feature = "outbox")]
    crate::outbox::items::OUTBOX_LIST,
    #[cfg(feature = "outbox")]
    crate::outbox::items::OUTBOX_SHOW,
    #[cfg(feature = "outbox")]
    crate::outbox::reconcile::OUTBOX_PURGE,
    #[cfg(feature = "outbox")]
    crate::outbox::reconcile::OUTBOX_RECONCILE,
    #[cfg(feature = "outbox")]
    crate::outbox::resolve::OUTBOX_RESOLVE,
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

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, collections::BTreeSet};

    use super::*;
    use crate::rows::rows;

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
            assert_ne!(own.effect.is_some(), OFFLINE.contains(&own.words), "{:?}", own.words);
        }
    }

    /// A command of its own may be a group, too; an operation is none.
    #[test]
    fn no_words_call_two_commands() {
        let of_rows: BTreeSet<Vec<_>> = rows().map(|row| row.words().collect()).collect();
        let mut seen = BTreeSet::new();
        for own in OWN {
            assert!(seen.insert(own.words), "{:?} twice", own.words);
            for count in 1..=own.words.len() {
                let words: Vec<_> =
                    own.words[..count].iter().map(|word| Cow::Borrowed(*word)).collect();
                assert!(!of_rows.contains(&words), "{:?}", own.words);
            }
        }
    }
}
