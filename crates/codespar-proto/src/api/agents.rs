//! Agents that act for the organization (`/v1/agents`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Timestamp, driver::Transport, endpoints,
    kit::Response,
};

use crate::{api::answer::require_list, check::check_filled, client::Client};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the agents that act for the organization.
    fn list() -> Vec<Agent>: "agents.list" GET "/v1/agents", read rows;
    /// Registers an agent that acts for a principal.
    fn register(; json: &RegisterAgent) -> Agent: "agents.register" POST "/v1/agents", scope "agents:write";
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
    /// Lists the agents (`GET /v1/agents`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for agent in client.agents().list().send()? {
    ///     println!("{:?}", agent.agent_id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<Agent>> {
        self.client().call(list(self.client().service()))
    }

    /// Registers an agent (`POST /v1/agents`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `principal_ref`; `Api` with `agent_already_registered`,
    /// `agent_did_owned_elsewhere`, `agent_id_not_did_safe` and others.
    ///
    /// ```
    /// use codespar_proto::agents::RegisterAgent;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = RegisterAgent::new("shopper", "org_1").display_name("Shopper");
    /// let agent = client.agents().register(&args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn register(&self, args: &RegisterAgent) -> Call<T, Agent> {
        self.client().call(register(self.client().service(), args))
    }

    /// The DID document of an agent, as the service keeps it
    /// (`GET /v1/agents/{did}/did.json`): the `mandate` module reads keys from it.
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

/// The agent to register.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RegisterAgent {
    /// The id under which the agent is registered.
    pub agent_id: String,
    /// The reference of the principal whom the agent acts for.
    pub principal_ref: String,
    /// The name for people.
    pub display_name: Option<String>,
}

impl RegisterAgent {
    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)?;
        check_filled("principal_ref", &self.principal_ref)
    }
}

/// An agent. What the API does not write down is in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Agent {
    /// The id under which the agent is registered.
    pub agent_id: Option<String>,
    /// Its decentralized identifier.
    pub did: Option<String>,
    /// The reference of the principal whom the agent acts for.
    pub principal_ref: Option<String>,
    /// The name for people.
    pub display_name: Option<String>,
    /// The status of the agent.
    pub status: Option<String>,
    /// When it was registered.
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    agents: Option<Vec<Agent>>,
    data: Option<Vec<Agent>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<Agent>, Error> {
    let rows: Rows = answer.json()?;
    require_list(&answer, "agents", rows.agents.or(rows.data))
}
