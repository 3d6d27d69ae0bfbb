//! A session, and the part of it that tools may know.

use jiff::Timestamp;

use crate::store::records::mocks::Mocks;

pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) user: String,
    /// The agent that it was opened for.
    pub(crate) agent: Option<String>,
    pub(crate) servers: Vec<String>,
    pub(crate) status: &'static str,
    pub(crate) mocks: Option<Mocks>,
    pub(crate) created_at: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
}

/// The part of a session that tools may know.
#[derive(Clone)]
pub(crate) struct SessionInfo {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) agent: Option<String>,
    pub(crate) servers: Vec<String>,
}

impl Session {
    pub(crate) fn info(&self) -> SessionInfo {
        SessionInfo {
            id: self.id.clone(),
            user: self.user.clone(),
            agent: self.agent.clone(),
            servers: self.servers.clone(),
        }
    }
}
