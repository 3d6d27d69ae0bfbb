//! The agents that a caller may see.

use codespar_engine::{Answer, Call, Describe, Extra, driver::Transport};

use crate::{
    api::agents::{Agents, args::OfTeam, list},
    types::object::Object,
};

/// The agents that the caller may see.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AgentList {
    /// The agents. Their members are documented where one is changed: see
    /// [`Agents::update`](super::Agents::update).
    #[wire(default)]
    #[wire(like = Vec<KnownAgent>)]
    pub agents: Vec<Object>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An agent, as far as its members are documented: for descriptions alone.
#[derive(Describe)]
#[wire(open)]
#[allow(dead_code, reason = "it is described, and never made")]
struct KnownAgent {
    /// Its id.
    id: Option<String>,
    /// Its name.
    name: Option<String>,
    /// Whether it may act.
    status: Option<String>,
    /// What kind of agent it is.
    category: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// The model that it thinks with, unless another is named.
    #[serde(rename = "defaultModelId")]
    default_model_id: Option<String>,
    /// How it remembers.
    #[serde(rename = "memoryMode")]
    memory_mode: Option<String>,
    /// The picture that stands for it.
    icon: Option<String>,
}

impl<T: Transport> Agents<T> {
    /// The agent itself and those that are shared with it (`GET /api/v1/agents`, agent key); for
    /// a user without an agent key, those of the organization (access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{} agents", client.agents().list().send()?.agents.len());
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, AgentList> {
        self.client().api.call(list(self.client().api.service(), &OfTeam::default()))
    }

    /// The agents of a team (`GET /api/v1/agents?team_id=…`), with the credentials of
    /// [`list`](Self::list). What it changes for an agent key is not documented.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `team_id`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{} agents", client.agents().of_team("team_1").send()?.agents.len());
    /// # Ok(()) }
    /// ```
    pub fn of_team(&self, team_id: &str) -> Call<T, AgentList> {
        let team = OfTeam::default().team_id(team_id);
        self.client().api.call(list(self.client().api.service(), &team))
    }
}
