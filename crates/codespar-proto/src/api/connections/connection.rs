//! A connection as the server describes it, and one that was stored.

use std::ops::Deref;

use codespar_engine::{
    Answer, Describe, Error, Extra, Json, Sensitive, Timestamp, WireEnum, describe::Shape,
    kit::Response,
};
use serde::{Serialize, Serializer};

use crate::types::auth_type::AuthType;

/// How a connection stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ConnectionStatus {
    /// A person has yet to allow it.
    Pending,
    /// The provider is connected and can be called.
    Connected,
    /// It was revoked.
    Revoked,
    /// It ran out.
    Expired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A connection to a provider.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Connection {
    /// Its id: `ca_…`.
    pub id: String,
    /// The user of yours whose account it is.
    #[wire(personal)]
    pub user_id: Option<Sensitive>,
    /// The id of the provider, such as `asaas`.
    pub server_id: Option<String>,
    /// How the provider knows its caller.
    pub auth_type: Option<AuthType>,
    /// The status of the connection.
    pub status: Option<ConnectionStatus>,
    /// The name for people.
    pub display_name: Option<String>,
    /// What the service notes about it.
    pub metadata: Option<Json>,
    /// What belongs to it.
    pub connection_metadata: Option<Json>,
    /// What its certificate says.
    pub cert_metadata: Option<Json>,
    /// Whether it is a sandbox account that projects share.
    pub is_shared_sandbox: Option<bool>,
    /// The tools that can be called by it, where it is shared.
    pub shared_sandbox_tools: Option<Vec<String>>,
    /// When the connection was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it was connected.
    pub connected_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Until when it works.
    pub expires_at: Option<Timestamp>,
    /// `true` when it had been revoked before; then nothing else is told but id and status.
    pub already: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A connection that was made, or whose secret was replaced. It dereferences to the connection.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoredConnection {
    /// The connection that was stored.
    pub connection: Connection,
    /// Whether it was there before: the secret then replaced the one it had.
    pub rotated: bool,
}

impl StoredConnection {
    /// A connection that is new, or whose secret was replaced.
    pub const fn new(connection: Connection, rotated: bool) -> Self {
        Self { connection, rotated }
    }
}

impl Deref for StoredConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// What is written besides the connection's members.
#[derive(Describe)]
#[allow(dead_code, reason = "it is described only")]
struct Rotated {
    /// Whether it was there before: the secret then replaced the one it had.
    rotated: bool,
}

/// The connection's members, and `rotated`.
impl Describe for StoredConnection {
    const SHAPE: &'static Shape = &Shape::AllOf(&[Connection::SHAPE, Rotated::SHAPE]);
}

impl Serialize for StoredConnection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut connection = self.connection.clone();
        connection.extra.insert("rotated", Json::from(serde_json::Value::Bool(self.rotated)));
        connection.serialize(serializer)
    }
}

/// The status tells which it was: 201 for a new connection, 200 for a new secret of an old one.
pub(super) fn read_stored(answer: Response) -> Result<StoredConnection, Error> {
    Ok(StoredConnection::new(answer.json()?, answer.status != 201))
}
