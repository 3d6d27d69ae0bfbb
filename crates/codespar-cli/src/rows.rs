//! The operations of both APIs as commands: what they are called, and what is known of them.

use std::borrow::Cow;

use codespar_blocking::{registry as codespar, upivia::registry as upivia};
use codespar_engine::{Effect, KeyRule, kit::Route, registry::Operation};

/// Which API an operation is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    CodeSpar,
    Upivia,
}

/// An operation of one of the APIs.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) api: Api,
    pub(crate) operation: &'static Operation,
}

/// Every operation of both.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    let codespar = codespar::operations().map(|operation| Row { api: Api::CodeSpar, operation });
    codespar.chain(upivia::operations().map(|operation| Row { api: Api::Upivia, operation }))
}

/// Where the key of an operation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySlot {
    /// The server honours none.
    None,
    /// Into the call.
    Call,
    /// Into this argument.
    Argument(&'static str),
    /// Into `idempotency_key`, where the other arguments are such that there is one.
    Depends,
}

/// The argument that an idempotency key is.
pub(crate) const KEY: &str = "idempotency_key";

impl Row {
    pub(crate) fn route(self) -> Option<&'static Route> {
        match self.api {
            Api::CodeSpar => codespar::route(self.operation),
            Api::Upivia => upivia::route(self.operation),
        }
    }

    /// Whether it is a session's, which is named beside its arguments.
    pub(crate) fn is_of_session(self) -> bool {
        self.api == Api::CodeSpar && self.operation.name.starts_with("session.")
    }

    /// Whether it finds out what became of an effect that has its key already.
    pub(crate) fn looks_up(self) -> bool {
        self.operation.name.ends_with(".look_up")
    }

    /// Whether it is a request that the caller makes up.
    pub(crate) fn is_any_request(self) -> bool {
        self.operation.name == "client.request"
    }

    /// The words of its command.
    pub(crate) fn words(self) -> impl Iterator<Item = Cow<'static, str>> {
        let first = (self.api == Api::Upivia).then_some(Cow::Borrowed("upivia"));
        let words = self.operation.name.split('.').map(|word| match word.contains('_') {
            true => Cow::Owned(word.replace('_', "-")),
            false => Cow::Borrowed(word),
        });
        first.into_iter().chain(words)
    }

    /// Its command as it is typed.
    pub(crate) fn command(self) -> String {
        let words: Vec<_> = self.words().collect();
        format!("codespar {}", words.join(" "))
    }

    /// What it does to the world at worst. A request that the caller makes up is taken for money,
    /// unless its method only reads.
    pub(crate) fn effect(self, method: Option<&str>) -> Effect {
        match self.route() {
            Some(route) => route.effect(),
            None if !self.is_any_request() => Effect::Reads,
            None if method.is_some_and(|method| method.eq_ignore_ascii_case("GET")) => {
                Effect::Reads
            }
            None => Effect::MovesMoney,
        }
    }

    pub(crate) fn key_slot(self) -> KeySlot {
        let takes_key = match self.api {
            Api::CodeSpar => codespar::takes_key(self.operation),
            Api::Upivia => upivia::takes_key(self.operation),
        };
        match self.route().map(|route| route.key) {
            Some(KeyRule::Argument(name)) => KeySlot::Argument(name),
            Some(KeyRule::Depends) => KeySlot::Depends,
            _ if takes_key => KeySlot::Call,
            Some(key) if key.takes_option() => KeySlot::Argument(KEY),
            _ => KeySlot::None,
        }
    }
}

/// Whether a value of a path is a credential, or the document of a person: descriptions say
/// nothing of paths.
pub(crate) fn is_secret_in_path(name: &str) -> bool {
    matches!(name, "document" | "token")
}

/// The row that has these words.
pub(crate) fn row(words: &[&str]) -> Option<Row> {
    rows().find(|row| row.words().eq(words.iter().copied()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn commands_are_unique_and_no_command_is_a_group_too() {
        let all: Vec<Vec<_>> = rows().map(|row| row.words().collect()).collect();
        let unique: BTreeSet<_> = all.iter().collect();
        assert_eq!(unique.len(), all.len());
        for words in &all {
            let is_group =
                |it: &Vec<Cow<'static, str>>| it.len() > words.len() && it.starts_with(words);
            assert!(!all.iter().any(is_group), "{words:?}");
        }
    }
}
