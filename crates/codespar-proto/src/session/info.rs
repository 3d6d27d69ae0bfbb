//! What is known of a session: its ids, its servers, its status.

use codespar_engine::{
    Answer, Error, Extra, Json, Sensitive, Timestamp,
    describe::{Describe, OneOf, Shape, Variant},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::session::create::SessionStatus;

/// What is known of a session.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SessionInfo {
    /// The id of the session.
    pub id: String,
    /// The organization it belongs to.
    pub org_id: Option<String>,
    /// The project it belongs to.
    pub project_id: Option<String>,
    /// The user of yours it acts for; the one that was asked for where the server does not
    /// say.
    #[wire(default)]
    #[wire(personal)]
    pub user_id: Sensitive,
    /// Its servers; those that were asked for where the server does not say.
    #[wire(default)]
    pub servers: Vec<ServerRef>,
    /// How it stood when it was last looked at.
    #[wire(default)]
    pub status: SessionStatus,
    /// When it was made, as the server says.
    pub created_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The DID of the agent that it is of; lists only.
    pub agent_did: Option<String>,
    /// The id of the agent that it is of; lists only.
    pub agent_id: Option<String>,
    /// How many tool calls it has made (only where a single session is asked for).
    pub tool_calls_count: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl SessionInfo {
    pub(crate) fn of_creation(id: String, user_id: Sensitive, servers: Vec<ServerRef>) -> Self {
        Self {
            id,
            user_id,
            servers,
            status: SessionStatus::Active,
            org_id: None,
            project_id: None,
            created_at: None,
            closed_at: None,
            agent_did: None,
            agent_id: None,
            tool_calls_count: None,
            extra: Extra::default(),
        }
    }
}

/// A server of a session: its id, and whatever else the API told with it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ServerRef {
    /// The id, such as `asaas`.
    pub id: String,
    /// The whole object, where the server sent one instead of the bare id.
    pub details: Option<Json>,
}

/// The bare id, or the object that the server sent.
impl Describe for ServerRef {
    const SHAPE: &'static Shape = &Shape::OneOf(|| {
        const {
            &OneOf::new(
                "ServerRef",
                "A server of a session",
                None,
                const {
                    &[
                        Variant::new("id", "Its id", Shape::TEXT),
                        Variant::new("details", "The whole object", &Shape::Map(Shape::ANY)),
                    ]
                },
            )
        }
    });
}

impl From<&str> for ServerRef {
    fn from(id: &str) -> Self {
        Self { id: id.to_owned(), details: None }
    }
}

impl Serialize for ServerRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.details {
            Some(details) => details.serialize(serializer),
            None => self.id.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ServerRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
        }
        let json = Json::deserialize(deserializer)?;
        let wrong = |error: Error| serde::de::Error::custom(error.message());
        if json.is_object() {
            let row: Row = json.read().map_err(wrong)?;
            return Ok(Self { id: row.id, details: Some(json) });
        }
        Ok(Self { id: json.read().map_err(wrong)?, details: None })
    }
}
