//! What comes of a service request.

use std::fmt;

use codespar_engine::{
    Answer, Describe, Extra, Json, Stage, Timestamp, Verdict,
    describe::{OneOf, Shape, Variant},
    kit::{Error, MemberName, Response},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned, IgnoredAny, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::types::money::Cents;

/// It was done and charged.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Executed {
    /// The id of the service request, such as `req_7`.
    pub request_id: Option<String>,
    /// What the service answered.
    #[wire(personal)]
    pub result: Option<Json>,
    /// What was charged.
    pub cost_cents: Option<Cents>,
    /// What was expected to be charged.
    pub estimated_cost_cents: Option<Cents>,
    /// What it came to, where that is known apart from the charge.
    pub actual_cost_cents: Option<Cents>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// It was not done: a policy or budget stopped it, or the provider failed.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Stopped {
    /// The id of the service request, such as `req_7`.
    pub request_id: Option<String>,
    /// Why, as a code: `policy_block`, `daily_limit_exceeded`, `adapter_error`, others.
    pub reason_code: Option<String>,
    /// Why, in words.
    pub message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// It is parked until a person decides.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Parked {
    /// The id of the service request, such as `req_7`.
    pub request_id: Option<String>,
    /// The approval to decide on: see [`Approvals`](crate::approvals::Approvals).
    pub approval_id: Option<String>,
    /// What is expected to be charged.
    pub estimated_cost_cents: Option<Cents>,
    /// Until when it can be decided.
    pub expires_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// It goes on after the answer; the provider reports later.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Running {
    /// The request, to be asked about.
    pub request_id: Option<String>,
    /// What was charged for the beginning.
    pub initial_cost_cents: Option<Cents>,
    /// Who does it.
    pub provider: Option<String>,
    /// The provider's name for it.
    pub external_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something else; all members but these are in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OtherOutcome {
    /// The status, as the server wrote it. Some operations, such as `platform.check_budget`,
    /// answer without one: what they answer is in `extra`.
    pub status: Option<String>,
    /// The id of the service request, such as `req_7`.
    pub request_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The outcome of a service request: executed, blocked, waiting for approval, failed or running.
///
/// [`verdict`](Self::verdict) says what it means for what was to be done.
///
/// ```
/// use upivia_proto::Outcome;
///
/// let json = r#"{"status":"blocked","request_id":"req_2","reason_code":"policy_block"}"#;
/// let outcome: Outcome = serde_json::from_str(json).unwrap();
/// let Outcome::Blocked(stopped) = &outcome else { panic!("{}", outcome.status()) };
/// assert_eq!(stopped.reason_code.as_deref(), Some("policy_block"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The request was carried out and charged.
    Executed(Executed),
    /// A policy or a budget stopped the request.
    Blocked(Stopped),
    /// The request waits until a person decides.
    ApprovalRequired(Parked),
    /// The provider failed; it may have done its work.
    Failed(Stopped),
    /// The request is being carried out; ask again.
    Running(Running),
    /// Something this version does not know, or an answer that says no status.
    Other(OtherOutcome),
}

impl Outcome {
    /// The status as the server writes it; `unknown` if there is none.
    pub fn status(&self) -> &str {
        match self {
            Self::Executed(_) => "executed",
            Self::Blocked(_) => "blocked",
            Self::ApprovalRequired(_) => "approval_required",
            Self::Failed(_) => "failed",
            Self::Running(_) => "running",
            Self::Other(other) => other.status.as_deref().unwrap_or("unknown"),
        }
    }

    /// The id of the service request, if the server named it.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Executed(executed) => executed.request_id.as_deref(),
            Self::Blocked(stopped) | Self::Failed(stopped) => stopped.request_id.as_deref(),
            Self::ApprovalRequired(parked) => parked.request_id.as_deref(),
            Self::Running(running) => running.request_id.as_deref(),
            Self::Other(other) => other.request_id.as_deref(),
        }
    }

    /// What was charged, in cents, once the request is executed.
    pub fn cost_cents(&self) -> Option<Cents> {
        match self {
            Self::Executed(executed) => executed.cost_cents,
            _ => None,
        }
    }

    /// Whether the request was executed.
    pub const fn is_executed(&self) -> bool {
        matches!(self, Self::Executed(_))
    }

    /// Whether the request is still being carried out.
    pub const fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    /// What happened, as a verdict: a request that waits for approval is held, one that a policy or
    /// a budget stopped was refused. A provider that failed may have done its work: that is
    /// unknown, as is a running request and a status that this version does not know.
    ///
    /// Written out, an outcome has it as its member `verdict`, unless it says no status at all.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Executed(_) => Verdict::Done(Stage::Completed),
            Self::Blocked(_) => Verdict::Refused,
            Self::ApprovalRequired(_) => Verdict::Held,
            Self::Failed(_) | Self::Running(_) | Self::Other(_) => Verdict::Unknown,
        }
    }

    /// Whether the status is one that this version knows.
    pub const fn is_known(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

impl Describe for Outcome {
    const SHAPE: &'static Shape = &Shape::OneOf(|| {
        /// What every outcome says.
        #[derive(Describe)]
        #[wire(open)]
        #[allow(dead_code, reason = "it is described only")]
        struct OutcomeStatus {
            /// How it ended, or that it goes on.
            status: Option<String>,
            /// What happened, as far as effects go.
            #[wire(text)]
            verdict: Option<Verdict>,
        }
        const STATUS: &Shape = OutcomeStatus::SHAPE;
        const VARIANTS: &[Variant] = &[
            Variant::new(
                "executed",
                "It was done and charged",
                &Shape::AllOf(&[STATUS, Executed::SHAPE]),
            ),
            Variant::new(
                "blocked",
                "A policy or budget stopped it",
                &Shape::AllOf(&[STATUS, Stopped::SHAPE]),
            ),
            Variant::new(
                "approval_required",
                "It is parked until a person decides",
                &Shape::AllOf(&[STATUS, Parked::SHAPE]),
            ),
            Variant::new("failed", "The provider failed", &Shape::AllOf(&[STATUS, Stopped::SHAPE])),
            Variant::new(
                "running",
                "It goes on; ask again",
                &Shape::AllOf(&[STATUS, Running::SHAPE]),
            ),
            Variant::new("other", "Something this version does not know", OtherOutcome::SHAPE),
        ];
        const { &OneOf::new("Outcome", "What came of a service request", None, VARIANTS) }
    });
}

/// The status of an outcome, and whether it has any members.
#[derive(Default)]
struct Head {
    status: Option<String>,
    has_members: bool,
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Head;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Head, M::Error> {
                let mut head = Head::default();
                while let Some(name) = map.next_key::<MemberName<'de>>()? {
                    head.has_members = true;
                    if name.as_str() == "status" {
                        head.status = map.next_value()?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(head)
            }

            fn visit_unit<E>(self) -> Result<Head, E> {
                Ok(Head::default())
            }
        }
        deserializer.deserialize_any(Members)
    }
}

/// What an outcome is read from: once for its status, once for what it says under it.
trait Source {
    fn read<O: DeserializeOwned>(&self) -> Result<O, Error>;
}

impl Source for Json {
    fn read<O: DeserializeOwned>(&self) -> Result<O, Error> {
        Self::read(self)
    }
}

impl Source for Response {
    fn read<O: DeserializeOwned>(&self) -> Result<O, Error> {
        self.json()
    }
}

impl Outcome {
    /// Reads what the status says is there.
    fn read(source: &impl Source, status: Option<&str>) -> Result<Self, Error> {
        let mut outcome = match status {
            Some("executed") => Self::Executed(source.read()?),
            Some("blocked") => Self::Blocked(source.read()?),
            Some("approval_required") => Self::ApprovalRequired(source.read()?),
            Some("failed") => Self::Failed(source.read()?),
            Some("running") => Self::Running(source.read()?),
            _ => Self::Other(source.read()?),
        };
        let extra = match &mut outcome {
            Self::Executed(content) => &mut content.extra,
            Self::Blocked(content) | Self::Failed(content) => &mut content.extra,
            Self::ApprovalRequired(content) => &mut content.extra,
            Self::Running(content) => &mut content.extra,
            Self::Other(content) => &mut content.extra,
        };
        // Said by the variant.
        extra.remove("status");
        // Ours, if it was written out before.
        extra.remove("verdict");
        Ok(outcome)
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let head: Head = json.read().map_err(de::Error::custom)?;
        Self::read(&json, head.status.as_deref()).map_err(de::Error::custom)
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Tagged<'a, C: Serialize> {
            status: &'a str,
            #[serde(flatten)]
            content: &'a C,
            verdict: Verdict,
        }
        let (status, verdict) = (self.status(), self.verdict());
        match self {
            Self::Executed(content) => Tagged { status, content, verdict }.serialize(serializer),
            Self::Blocked(content) | Self::Failed(content) => {
                Tagged { status, content, verdict }.serialize(serializer)
            }
            Self::ApprovalRequired(content) => {
                Tagged { status, content, verdict }.serialize(serializer)
            }
            Self::Running(content) => Tagged { status, content, verdict }.serialize(serializer),
            // As it came: members that are not there are not `null`.
            Self::Other(other) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, text) in [("status", &other.status), ("request_id", &other.request_id)] {
                    if let Some(text) = text {
                        map.serialize_entry(name, text)?;
                    }
                }
                if other.status.is_some() {
                    map.serialize_entry("verdict", &verdict)?;
                }
                other.extra.write(&mut map)?;
                map.end()
            }
        }
    }
}

/// Reads what came of a request. An answer that says nothing at all is not one.
pub(crate) fn outcome(answer: Response) -> Result<Outcome, Error> {
    let head: Head = answer.json()?;
    if !head.has_members {
        let error = Error::decode("status: the answer has no members, expected an outcome");
        return Err(answer.decorate(error));
    }
    Outcome::read(&answer, head.status.as_deref())
}
