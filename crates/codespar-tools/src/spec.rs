//! A tool as its source describes it.

use codespar_engine::{Effect, Json};
use serde_json::Value;

use crate::{arguments::Arguments, hints::Hints, money::Money};

/// A tool as its source describes it, before it has a name and a dialect.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToolSpec {
    /// What its source knows it by, such as `asaas/create_payment`; unlike any other of its source.
    pub id: String,
    /// Where it comes from, in a word: `session`, `operation`, `service`.
    pub source: &'static str,
    /// Its name for people.
    pub title: String,
    /// What it does, for the model.
    pub description: String,
    /// What it takes, as JSON Schema; `None` where nothing is known.
    pub input_schema: Option<Value>,
    /// What it does to the world.
    pub effect: ToolEffect,
    /// Whether the server names its effect by a key.
    pub key: KeySupport,
    /// How much money a call moves.
    pub money: Money,
    /// Whether the same call twice means the same once, as the server has it.
    pub repeatable: bool,
    /// Whether what it changes is overwritten or removed, and not added to.
    pub overwrites: bool,
    /// Whether it reaches anybody but the account it is called for.
    pub open_world: bool,
    /// The names of members of its results that are secret.
    pub secrets: Vec<String>,
}

impl ToolSpec {
    /// A tool of which the worst is assumed, but for its effect: no key, unknown amounts.
    pub fn new(id: impl Into<String>, source: &'static str, effect: ToolEffect) -> Self {
        let id = id.into();
        let money = match effect.counts_as_money() {
            true => Money::Unknown("it is not known how much money this tool moves"),
            false => Money::None,
        };
        Self {
            title: title(&id),
            id,
            source,
            description: String::new(),
            input_schema: None,
            effect,
            key: KeySupport::None,
            money,
            repeatable: false,
            overwrites: true,
            open_world: true,
            secrets: Vec::new(),
        }
    }

    /// The same, with a description for the model.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The same, with a name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The same, with what it takes as JSON Schema.
    #[must_use]
    pub fn input_schema(mut self, schema: &Json) -> Self {
        self.input_schema = Some(schema.to_value());
        self
    }

    /// The same, with what is known of the money it moves.
    #[must_use]
    pub fn money(mut self, money: Money) -> Self {
        self.money = money;
        self
    }

    /// The same, with what the server does with a key.
    #[must_use]
    pub fn key(mut self, key: KeySupport) -> Self {
        self.key = key;
        self
    }

    /// What a host may be told of it.
    pub fn hints(&self) -> Hints {
        Hints::of(self)
    }
}

/// A name for people, of an id: `asaas/create_payment` is `Asaas: create payment`.
fn title(id: &str) -> String {
    let words = id.replace('/', ": ").replace(['_', '.', '-'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

/// What a tool does to the world, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ToolEffect {
    /// The API says so.
    Known(Effect),
    /// It was concluded from names and descriptions: the API does not say it.
    Inferred(Effect),
    /// Nobody says: the worst is assumed, and it counts as money.
    Unknown,
}

impl ToolEffect {
    /// The effect, the worst where it is not known.
    pub const fn worst(self) -> Effect {
        match self {
            Self::Known(effect) | Self::Inferred(effect) => effect,
            Self::Unknown => Effect::MovesMoney,
        }
    }

    /// Whether it only reads.
    pub const fn only_reads(self) -> bool {
        matches!(self.worst(), Effect::Reads)
    }

    /// Whether it counts as money for questions and limits.
    pub const fn counts_as_money(self) -> bool {
        matches!(self.worst(), Effect::MovesMoney)
    }
}

/// Whether the server names the effect of a tool by a key, so that it happens once however often
/// it is asked for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum KeySupport {
    /// It does not: a call is sent once at most.
    None,
    /// It does, by an idempotency key.
    Honoured,
    /// It does, by an argument of this name.
    Argument(&'static str),
    /// It depends on the arguments.
    Depends(fn(&Arguments) -> bool),
}

impl KeySupport {
    /// Whether a call with these arguments can be repeated under its key.
    pub fn is_honoured(self, arguments: &Arguments) -> bool {
        match self {
            Self::None => false,
            Self::Honoured | Self::Argument(_) => true,
            Self::Depends(is_honoured) => is_honoured(arguments),
        }
    }

    /// The argument by which a model names the key of an earlier call, where one may be honoured.
    pub const fn argument(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Argument(name) => Some(name),
            Self::Honoured | Self::Depends(_) => Some("idempotency_key"),
        }
    }
}
