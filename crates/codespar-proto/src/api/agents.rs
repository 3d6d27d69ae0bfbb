//! Agents that act for the organization (`/v1/agents`).

pub(crate) mod record;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, driver::Transport, endpoints, kit::Response,
};

pub use self::record::{
    Agent, AgentKeyStatus, AgentProject, AgentRuns, AgentRuntime, AgentRuntimeKind, AgentStatus,
    AgentSuspension, RegisteredAgent, RevocationLimits, RevokedAgent, RevokedAgentKey,
    RotatedAgentKey, SuspendedAgent,
};
use crate::{
    api::answer::require_list,
    check::{check_filled, check_range},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the agents that act for the organization, newest first.
    fn list(; query: &ListAgents) -> Vec<Agent>: "agents.list" GET "/v1/agents", read rows;
    /// Registers an agent that acts for a principal, and makes its first signing key.
    fn register(; json: &RegisterAgent) -> RegisteredAgent:
        "agents.register" POST "/v1/agents", scope "agents:write";
    /// Stops the spending of an agent; only people can let it go on.
    fn suspend(did; json: &AgentReason) -> AgentSuspension:
        "agents.suspend" POST "/v1/agents/{did}/suspend" Safe, effect Destroys,
        scope "agents:write";
    /// Ends an agent and all of its signing keys for good.
    fn revoke(did) -> RevokedAgent:
        "agents.revoke" POST "/v1/agents/{did}/revoke", effect Destroys;
    /// Makes a new signing key for an agent, and retires the one before.
    fn rotate_key(agent_id) -> RotatedAgentKey:
        "agents.rotate_key" POST "/v1/agents/{agent_id}/keys/rotate", scope "agents:write";
    /// Ends a signing key of an agent for good: nothing that it ever signed verifies any more.
    fn revoke_key(agent_id, kid) -> RevokedAgentKey:
        "agents.revoke_key" POST "/v1/agents/{agent_id}/keys/{kid}/revoke", effect Destroys,
        scope "agents:write";
    /// Reads the DID document of an agent, which has its public keys.
    fn did_document(did) -> Json: "agents.did_document" GET "/v1/agents/{did}/did.json";
}

/// Agents that act for the organization (`/v1/agents`).
#[derive(Handle)]
#[handle(Client.agents)]
pub struct Agents<T> {
    client: Client<T>,
}

impl<T: Transport> Agents<T> {
    /// Lists the agents, newest first (`GET /v1/agents`): 50 unless said otherwise, 200 at most,
    /// and there is no next page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::agents::ListAgents;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for agent in client.agents().list(&ListAgents::default()).send()? {
    ///     println!("{:?} {:?}", agent.agent_id, agent.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListAgents) -> Call<T, Vec<Agent>> {
        self.client().call(list(self.client().service(), args))
    }

    /// Registers an agent, and makes its first signing key (`POST /v1/agents`). The private part of
    /// the key never leaves the service.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. The id of the agent is taken once: a second call is 409 `agent_already_registered`.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `principal_ref`; `Api` with `agent_id_not_did_safe`,
    /// `org_id_not_did_safe` (400), `agent_already_registered`, `agent_did_owned_elsewhere` (409)
    /// and others.
    ///
    /// ```
    /// use codespar_proto::agents::RegisterAgent;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = RegisterAgent::new("shopper", "org_1").display_name("Shopper");
    /// let agent = client.agents().register(&args).send()?;
    /// println!("{:?}", agent.agent_did);
    /// # Ok(()) }
    /// ```
    pub fn register(&self, args: &RegisterAgent) -> Call<T, RegisteredAgent> {
        self.client().call(register(self.client().service(), args))
    }

    /// Stops the spending of an active agent (`POST /v1/agents/{did}/suspend`). It counts as
    /// destructive because no key can undo it: people let the agent go on in the dashboard.
    ///
    /// Payments that hold money already finish. Cards of some issuers have to be frozen there as
    /// well.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// `Api` with `agent_not_found` (404), `agent_not_suspendable` (409: it is not active).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let did = "did:web:id.example.com:org1:shopper";
    /// let stopped = client.agents().suspend(did, Some("audit")).send()?;
    /// println!("{:?}", stopped.changed);
    /// # Ok(()) }
    /// ```
    pub fn suspend(&self, did: &str, reason: Option<&str>) -> Call<T, AgentSuspension> {
        let args = AgentReason { reason: reason.map(str::to_owned) };
        self.client().call(suspend(self.client().service(), did, &args))
    }

    /// Ends an agent and all of its signing keys for good (`POST /v1/agents/{did}/revoke`). Its
    /// mandates stay and pay nothing any more; API keys go on to work.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. A second call is 409 `agent_already_revoked`: after a lost answer that says that it
    /// is done.
    ///
    /// # Errors
    /// `Api` with `not_found` (404), `agent_already_revoked` (409).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let ended = client.agents().revoke("did:web:id.example.com:org1:ag1").send()?;
    /// println!("{:?}", ended.revoked_kids);
    /// # Ok(()) }
    /// ```
    pub fn revoke(&self, did: &str) -> Call<T, RevokedAgent> {
        self.client().call(revoke(self.client().service(), did))
    }

    /// Makes a new signing key for an agent, and retires the one before (`POST
    /// /v1/agents/{agent_id}/keys/rotate`). What the old one signed goes on to verify. The id is
    /// the one it was registered under, not its DID.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. Every call makes a key: after a lost answer read the DID document first.
    ///
    /// # Errors
    /// `Api` with `agent_not_found` (404), `no_active_key` (409).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let key = client.agents().rotate_key("shopper").send()?;
    /// println!("{:?} instead of {:?}", key.kid, key.retired_kid);
    /// # Ok(()) }
    /// ```
    pub fn rotate_key(&self, agent_id: &str) -> Call<T, RotatedAgentKey> {
        self.client().call(rotate_key(self.client().service(), agent_id))
    }

    /// Ends a signing key for good, also for what it signed before (`POST
    /// /v1/agents/{agent_id}/keys/{kid}/revoke`). `kid` is the whole id, `did:web:…#agent-1`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. A second call is 409 `key_already_revoked`: after a lost answer that says that it
    /// is done.
    ///
    /// # Errors
    /// `Api` with `agent_key_not_found` (404), `key_already_revoked` (409).
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let kid = "did:web:id.example.com:org1:shopper#agent-1";
    /// client.agents().revoke_key("shopper", kid).send()?;
    /// # Ok(()) }
    /// ```
    pub fn revoke_key(&self, agent_id: &str, kid: &str) -> Call<T, RevokedAgentKey> {
        self.client().call(revoke_key(self.client().service(), agent_id, kid))
    }

    /// The DID document of an agent, as the service keeps it (`GET /v1/agents/{did}/did.json`): the
    /// `mandate` module reads keys from it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let document = client.agents().did_document("did:web:id.example.com:org1:ag1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn did_document(&self, did: &str) -> Call<T, Json> {
        self.client().call(did_document(self.client().service(), did))
    }
}

/// Which agents are listed: all of the organization, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAgents {
    /// Only agents with this status.
    pub status: Option<AgentStatus>,
    /// Only agents that may spend in this project.
    pub project_id: Option<String>,
    /// How many at most, 1 to 200; 50 unless said otherwise.
    pub limit: Option<u32>,
}

impl ListAgents {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=200)
    }
}

/// The agent to register.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RegisterAgent {
    /// The id under which the agent is registered: letters, digits, `.`, `_` and `-`.
    pub agent_id: String,
    /// Your reference of the principal whom the agent acts for. Anybody can read it in mandates:
    /// never the number of a document, which the server refuses.
    pub principal_ref: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// What the agent runs on.
    pub runtime: Option<AgentRuntime>,
    /// The role of the agent, in words.
    pub role: Option<String>,
}

impl RegisterAgent {
    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)?;
        check_filled("principal_ref", &self.principal_ref)?;
        let digits = |run: &str| run.len() >= 11;
        let is_document = self.principal_ref.split(|c: char| !c.is_ascii_digit()).any(digits);
        match is_document {
            true => Err(Error::config("principal_ref", "expected no number of a document")),
            false => Ok(()),
        }
    }
}

/// Why an agent is stopped.
#[derive(Args)]
struct AgentReason {
    /// Why, in words for people.
    #[wire(no_setter)]
    reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    agents: Option<Vec<Agent>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Agent>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "agents", rows.agents)
}
