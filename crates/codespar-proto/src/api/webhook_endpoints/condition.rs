//! Which events a webhook endpoint takes, and what is done when one happens.

use codespar_engine::{Answer, Args, Error, Extra, Json, WireEnum};

use crate::check::check_filled;

/// What of an event a rule looks at. Which there are depends on the event; see `event_types`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TriggerField {
    /// The amount, in minor units.
    AmountMinor,
    /// Which way the money goes.
    Rail,
    /// The agent of the event.
    AgentId,
    /// How many deliveries failed in a row.
    ConsecutiveFailures,
    /// How many days before something ends.
    DaysBefore,
    /// The balance, in minor units.
    BalanceMinor,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a rule compares.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TriggerOperator {
    /// More than the value.
    Gt,
    /// As much or more.
    Gte,
    /// Less than the value.
    Lt,
    /// As much or less.
    Lte,
    /// The same as the value.
    Eq,
    /// One of several.
    In,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A rule about an event: what it looks at, how it compares, and with what.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TriggerRule {
    /// What of the event it looks at.
    #[wire(into)]
    pub field: TriggerField,
    /// How it compares.
    #[wire(into)]
    pub op: TriggerOperator,
    /// With what: a number, a text, or a list of texts.
    #[wire(into)]
    pub value: Json,
}

/// Rules about an event that all have to fit.
///
/// ```
/// use codespar_proto::{
///     Json,
///     webhook_endpoints::{TriggerCondition, TriggerField, TriggerOperator, TriggerRule},
/// };
///
/// let much = Json::parse_str("100000")?;
/// let rule = TriggerRule::new(TriggerField::AmountMinor, TriggerOperator::Gte, much);
/// let condition = TriggerCondition::new(vec![rule]);
/// # Ok::<(), codespar_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TriggerCondition {
    /// The rules of the condition.
    pub all: Vec<TriggerRule>,
}

impl TriggerCondition {
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.all.is_empty() {
            return Err(Error::config("condition", "expected at least one rule"));
        }
        self.all.iter().try_for_each(|rule| match (rule.op.as_str(), rule.value.as_str()) {
            ("in", list) if !list.starts_with('[') => {
                Err(Error::config("condition", "expected a list of texts with in"))
            }
            (_, text) => check_filled("condition", text),
        })
    }
}

/// What is done when an event happens.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TriggerActionKind {
    /// It is delivered to an address.
    Webhook,
    /// A person is asked to look at it.
    HumanReview,
    /// An agent is paused.
    PauseAgent,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What is done when an event happens.
///
/// ```
/// use codespar_proto::webhook_endpoints::{TriggerAction, TriggerActionKind};
///
/// let ask = TriggerAction::new(TriggerActionKind::HumanReview).note("more than usual");
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TriggerAction {
    /// What is done.
    #[wire(into)]
    pub kind: TriggerActionKind,
    /// What the person is told; only where one is asked.
    pub note: Option<String>,
    /// The agent, by its DID; only where one is paused.
    pub agent_did: Option<String>,
}

impl TriggerAction {
    /// Whether the event is delivered to an address.
    pub(super) fn is_delivery(&self) -> bool {
        self.kind == TriggerActionKind::Webhook
    }
}

/// A rule about an event, as it is set.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SetRule {
    /// What of the event it looks at.
    pub field: Option<TriggerField>,
    /// How it compares.
    pub op: Option<TriggerOperator>,
    /// With what it compares.
    pub value: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Rules about an event that all have to fit, as they are set.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SetCondition {
    /// The rules of the condition.
    #[wire(default)]
    pub all: Vec<SetRule>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What is done when an event happens, as it is set.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SetAction {
    /// What is done.
    pub kind: Option<TriggerActionKind>,
    /// What the person is told.
    pub note: Option<String>,
    /// The agent that is paused, by its DID.
    pub agent_did: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
