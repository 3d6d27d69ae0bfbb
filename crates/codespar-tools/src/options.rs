//! What a toolbox offers, and what it asks before it sends.

use std::{collections::BTreeSet, time::Duration};

use crate::{limits::MoneyLimits, names::LONGEST_NAME, spec::ToolSpec, view::ViewOptions};

/// How long the same payment counts as a repetition.
const WINDOW: Duration = Duration::from_secs(10 * 60);

/// What a toolbox offers, and what it asks before it sends.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToolboxOptions {
    pub(crate) read_only: bool,
    pub(crate) allowed: Option<BTreeSet<String>>,
    pub(crate) limits: MoneyLimits,
    pub(crate) before_money: BeforeMoney,
    pub(crate) repeats: Repeats,
    pub(crate) window: Duration,
    pub(crate) longest_name: usize,
    pub(crate) strict: bool,
    pub(crate) view: ViewOptions,
}

/// What happens before money moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeforeMoney {
    /// What is within the limits is sent, and what is not is refused. Without limits, everything is
    /// sent.
    #[default]
    Send,
    /// What is within the limits is sent, and a person is asked about everything else. Without
    /// limits, about everything.
    AskAboveLimits,
    /// A person is always asked.
    Ask,
}

/// What happens when the same money tool is called with the same arguments again, under another
/// call id and within the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeats {
    /// A person is asked, who is told of the first.
    #[default]
    Ask,
    /// It is refused: where nobody can be asked.
    Refuse,
    /// It is answered with what the first came to.
    FirstAnswer,
}

impl Default for ToolboxOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl ToolboxOptions {
    /// Everything is offered; nothing limits money; a repeated payment is a question.
    pub fn new() -> Self {
        Self {
            read_only: false,
            allowed: None,
            limits: MoneyLimits::new(),
            before_money: BeforeMoney::default(),
            repeats: Repeats::default(),
            window: WINDOW,
            longest_name: LONGEST_NAME,
            strict: true,
            view: ViewOptions::new(),
        }
    }

    /// Only tools that only read.
    #[must_use]
    pub const fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Only the tools with these ids or names.
    #[must_use]
    pub fn allow<S: Into<String>>(mut self, tools: impl IntoIterator<Item = S>) -> Self {
        self.allowed = Some(tools.into_iter().map(Into::into).collect());
        self
    }

    /// Limits of money.
    #[must_use]
    pub fn limits(mut self, limits: MoneyLimits) -> Self {
        self.limits = limits;
        self
    }

    /// What happens before money moves.
    #[must_use]
    pub const fn before_money(mut self, before_money: BeforeMoney) -> Self {
        self.before_money = before_money;
        self
    }

    /// What happens when a payment is repeated.
    #[must_use]
    pub const fn repeats(mut self, repeats: Repeats) -> Self {
        self.repeats = repeats;
        self
    }

    /// How long the same payment counts as a repetition. Default 10 minutes.
    #[must_use]
    pub const fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// How long names are at most, 24 to 64. Clients of MCP put the server's name before them: 40
    /// leaves room for it. Default 64.
    #[must_use]
    pub const fn longest_name(mut self, letters: usize) -> Self {
        self.longest_name = letters;
        self
    }

    /// Whether strict mode is asked for, where a dialect has one and it can hold. Default `true`.
    #[must_use]
    pub const fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// What of the data of results a model is shown.
    #[must_use]
    pub fn view(mut self, view: ViewOptions) -> Self {
        self.view = view;
        self
    }

    /// Why a tool is not offered, where it is not.
    pub(crate) fn refuses(&self, spec: &ToolSpec, name: &str) -> Option<&'static str> {
        if self.read_only && !spec.effect.only_reads() {
            return Some("only tools that read are offered");
        }
        let is_allowed = |all: &BTreeSet<String>| all.contains(&spec.id) || all.contains(name);
        match &self.allowed {
            Some(all) if !is_allowed(all) => Some("it is not in the list of allowed tools"),
            _ => None,
        }
    }
}
