//! The servers and tools of a session, and how waiting for them ended.

use std::sync::Arc;

use codespar_engine::{Answer, Describe, Extra, Json};
use serde::Serialize;

use crate::types::auth_type::AuthType;

/// A server of a session.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ServerConnection {
    /// The id, such as `asaas`.
    pub id: String,
    /// The name for people.
    pub name: Option<String>,
    /// What it is for, such as `payments`.
    pub category: Option<String>,
    /// The country, such as `BR`.
    pub country: Option<String>,
    /// How it knows its caller, where the server says so.
    pub auth_type: Option<AuthType>,
    /// Whether it is connected. The managed service says `false` throughout today.
    #[wire(default)]
    pub connected: bool,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool that can be called by its name.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Tool {
    /// The name: `codespar_charge`, `asaas/create_payment`.
    #[wire(default)]
    pub name: String,
    /// The description of the tool: what it does.
    #[wire(default)]
    pub description: String,
    /// What it takes, as a JSON schema.
    pub input_schema: Option<Json>,
    /// The server it belongs to.
    pub server: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The servers and tools of a session. Clones share the lists.
#[derive(Default, Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SessionConnections {
    /// The servers that the session reaches.
    #[wire(default)]
    pub servers: Arc<[ServerConnection]>,
    /// The tools. A self-hosted runtime lists none.
    #[wire(default)]
    pub tools: Arc<[Tool]>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl SessionConnections {
    /// Whether there are servers and all of them are connected.
    pub fn all_connected(&self) -> bool {
        !self.servers.is_empty() && self.servers.iter().all(|server| server.connected)
    }
}

impl Tool {
    /// Whether its name or description holds a text, which is lower case.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.name.to_lowercase().contains(text) || self.description.to_lowercase().contains(text)
    }
}

/// How waiting for connections ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Describe)]
#[non_exhaustive]
pub struct ConnectionsWait {
    /// Whether every server was connected when it ended.
    pub all_connected: bool,
    /// The list as it was last seen; `None` when it could not be read even once.
    pub connections: Option<SessionConnections>,
}

impl ConnectionsWait {
    /// How it ended, by what was seen last.
    pub fn of(connections: Option<SessionConnections>) -> Self {
        let all_connected = connections.as_ref().is_some_and(SessionConnections::all_connected);
        Self { all_connected, connections }
    }
}
