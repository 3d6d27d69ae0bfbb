//! What agents ask people (`/api/v1/agent-requests`).

use codespar_engine::{
    Args, Call, Handle, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled},
};
use serde::Serialize;

use crate::{
    client::{Client, auth::WORKSPACE},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what agents ask the caller, or the caller asked.
    fn list(; query: &AgentRequestQuery) -> Object:
        "agent_requests.list" GET "/api/v1/agent-requests", auth WORKSPACE;
    /// Asks a person something for an agent.
    fn create(; json: &CreateAgentRequest) -> Object:
        "agent_requests.create" POST "/api/v1/agent-requests", auth WORKSPACE;
    /// Settles what an agent asked, perhaps with an answer; a larger budget may come of it.
    fn resolve(; json(Settlement::body): &Settlement) -> Object:
        "agent_requests.resolve" PATCH "/api/v1/agent-requests", effect MovesMoney, auth WORKSPACE;
    /// Turns down what an agent asked, perhaps with the reason; it gets nothing.
    fn reject(; json(Settlement::rejection): &Settlement) -> Object:
        "agent_requests.reject" PATCH "/api/v1/agent-requests", auth WORKSPACE;
}

/// What an agent needs a person for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AgentRequestType {
    /// A question that the agent needs answered to go on.
    Clarification,
    /// More money than its budget allows.
    BudgetIncrease,
    /// Leave to change its plan.
    PlanChange,
    /// A secret that it lacks, such as a password.
    SecretNeeded,
    /// A yes or no.
    Approval,
    /// Help: it cannot go on.
    Blocked,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which requests of agents to people are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct AgentRequestQuery {
    /// `pending` (the server's default), `resolved` or `all`.
    pub status: Option<String>,
    /// Those of one type.
    pub r#type: Option<AgentRequestType>,
}

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateAgentRequest {
    /// What it is about.
    #[wire(into)]
    pub request_type: AgentRequestType,
    /// What is asked, in words for the person who reads it.
    #[wire(personal)]
    pub body: String,
    /// The agent that asks.
    pub agent_id: Option<String>,
    /// What it is about, in a few words.
    #[wire(personal)]
    pub title: Option<String>,
    /// Where to look.
    pub link: Option<String>,
}

impl CreateAgentRequest {
    fn check(&self) -> Result<(), Error> {
        check_filled("request_type", self.request_type.as_str())?;
        check_filled("body", &self.body)
    }
}

/// How a request is settled.
#[derive(Args)]
#[wire(check)]
struct Settlement {
    /// The request that is settled.
    request_id: String,
    /// What the agent is told; it may be a secret that it asked for.
    #[wire(secret)]
    response: Option<String>,
}

#[derive(Serialize)]
struct Settled<'a> {
    request_id: &'a str,
    id: &'a str,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'a str>,
}

impl Settlement {
    fn check(&self) -> Result<(), Error> {
        check_filled("request_id", &self.request_id)
    }

    fn body(&self) -> Settled<'_> {
        self.settled("resolve")
    }

    fn rejection(&self) -> Settled<'_> {
        self.settled("reject")
    }

    fn settled(&self, action: &'static str) -> Settled<'_> {
        let id = self.request_id.as_str();
        Settled { request_id: id, id, action, response: self.response.as_deref() }
    }
}

/// What agents ask people (`/api/v1/agent-requests`, access token or cookie).
#[derive(Handle)]
#[handle(Client.agent_requests)]
pub struct AgentRequests<T> {
    client: Client<T>,
}

impl<T: Transport> AgentRequests<T> {
    /// What the caller was asked or asks (`GET /api/v1/agent-requests`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::agent_requests::AgentRequestQuery;
    ///
    /// let open = client.agent_requests().list(&AgentRequestQuery::default()).send()?;
    /// println!("{}", open.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, query: &AgentRequestQuery) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service(), query))
    }

    /// Asks a person (`POST /api/v1/agent-requests`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `body` or `request_type`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::agent_requests::{AgentRequestType, CreateAgentRequest};
    ///
    /// let ask = CreateAgentRequest::new(AgentRequestType::Clarification, "Which account?")
    ///     .agent_id("agt_1");
    /// client.agent_requests().create(&ask).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create(&self, request: &CreateAgentRequest) -> Call<T, Object> {
        self.client().api.call(create(self.client().api.service(), request))
    }

    /// Settles a request, perhaps with an answer (`PATCH /api/v1/agent-requests`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `request_id`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.agent_requests().resolve("ar_1", Some("The savings account.")).send()?;
    /// # Ok(()) }
    /// ```
    pub fn resolve(&self, request_id: &str, response: Option<&str>) -> Call<T, Object> {
        let mut settled = Settlement::new(request_id);
        settled.response = response.map(str::to_owned);
        self.client().api.call(resolve(self.client().api.service(), &settled))
    }

    /// Turns a request down, perhaps with the reason (`PATCH /api/v1/agent-requests`). The agent
    /// gets nothing of what it asked for.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `request_id`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.agent_requests().reject("ar_1", Some("Not this month.")).send()?;
    /// # Ok(()) }
    /// ```
    pub fn reject(&self, request_id: &str, response: Option<&str>) -> Call<T, Object> {
        let mut settled = Settlement::new(request_id);
        settled.response = response.map(str::to_owned);
        self.client().api.call(reject(self.client().api.service(), &settled))
    }
}
