//! Agents: who may ask services for something (`/api/v1/agents`).

pub(crate) mod activity;
mod args;
mod list;

use codespar_engine::{Call, Handle, driver::Transport, endpoints};
use serde::Serialize;

pub use self::{
    activity::{Activity, ActivityQuery},
    list::AgentList,
};
use crate::{
    api::agents::args::{OfService, OfWorkflow, confirmed},
    client::{
        Client,
        auth::{ANY, SESSION, SESSION_ONLY, WORKSPACE},
    },
    types::{nothing::Nothing, object::Object},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the agent itself and those shared with it; without an agent key, the organization's.
    fn list() -> AgentList: "agents.list" GET "/api/v1/agents", auth ANY;
    /// Makes an agent; its key is in the answer, once.
    fn create(; json: &Object as "input") -> Object:
        "agents.create" POST "/api/v1/agents", auth SESSION;
    /// Gives an agent and what it may use.
    fn get(agent_id) -> Object: "agents.get" GET "/api/v1/agents/{agent_id}", auth SESSION_ONLY;
    /// Changes an agent, such as its name or status; `null` takes a value away.
    fn update(agent_id; json: &Object as "patch") -> Object:
        "agents.update" PATCH "/api/v1/agents/{agent_id}", auth SESSION_ONLY;
    /// Deletes an agent and what it may use.
    fn delete(agent_id) -> Object:
        "agents.delete" DELETE "/api/v1/agents/{agent_id}", auth SESSION_ONLY;
    /// Gives an agent a new key, in the answer, once; the old key is void.
    fn reset_key(agent_id; json(confirmed): &Nothing) -> Object:
        "agents.reset_key" PATCH "/api/v1/agents/{agent_id}/key",
        effect Destroys, auth SESSION_ONLY;
    /// Makes an agent that may use the same as another; its key is in the answer, once.
    fn clone_agent(agent_id; json: &Object) -> Object:
        "agents.clone" POST "/api/v1/agents/{agent_id}/clone",
        auth SESSION_ONLY, part of clone_agent;
    /// Gives an agent to another member of the organization; the new key is in the answer, once.
    fn transfer(agent_id; json: &Object as "body") -> Object:
        "agents.transfer" PATCH "/api/v1/agents/{agent_id}/transfer", auth SESSION_ONLY;
    /// Sets what an agent may spend in a month, in whole cents.
    fn set_budget(agent_id; json: &Object as "body") -> Object:
        "agents.set_budget" PATCH "/api/v1/agents/{agent_id}/budget",
        effect MovesMoney, auth SESSION_ONLY;
    /// Lets an agent use an operation of a service.
    fn enable_service(agent_id; json: &Object as "input") -> Object:
        "agents.enable_service" POST "/api/v1/agents/{agent_id}/services", auth SESSION_ONLY;
    /// Lets an agent use a service no longer.
    fn disable_service(agent_id; query: &OfService) -> Object:
        "agents.disable_service" DELETE "/api/v1/agents/{agent_id}/services", auth SESSION_ONLY;
    /// Says how well an agent does: its error rate and latency.
    fn health(agent_id) -> Object:
        "agents.health" GET "/api/v1/agents/{agent_id}/health", auth WORKSPACE;
    /// Says how well all agents do that the caller sees.
    fn fleet_health() -> Object: "agents.fleet_health" GET "/api/v1/agents/health", auth WORKSPACE;
    /// Lists the workflows granted to an agent and the services it may use.
    fn skills(agent_id) -> Object:
        "agents.skills" GET "/api/v1/agents/{agent_id}/skills", auth WORKSPACE;
    /// Takes a workflow away from an agent.
    fn remove_skill(agent_id; query: &OfWorkflow) -> Object:
        "agents.remove_skill" DELETE "/api/v1/agents/{agent_id}/skills", auth SESSION_ONLY;
}

/// Agents (`/api/v1/agents`).
///
/// A new key is in the answer that made it, and nowhere else afterwards.
#[derive(Handle)]
#[handle(Client.agents)]
pub struct Agents<T> {
    client: Client<T>,
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
        self.client().api.call(list(self.client().api.service()))
    }

    /// Makes an agent (`POST /api/v1/agents`, session cookie). Its key is in the answer, once.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `input`, when it is no JSON object.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let made = client.agents().create(&serde_json::json!({"name": "Sales"})).send()?;
    /// println!("{:?}", made.names());
    /// # Ok(()) }
    /// ```
    pub fn create<I: Serialize + ?Sized>(&self, input: &I) -> Call<T, Object> {
        let (input, given) = Object::given("input", input);
        self.client().api.call(create(self.client().api.service(), &input).checked(given))
    }

    /// An agent and what it may use (`GET /api/v1/agents/{id}`, session cookie only).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.agents().get("agt_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn get(&self, agent_id: &str) -> Call<T, Object> {
        self.client().api.call(get(self.client().api.service(), agent_id))
    }

    /// Changes an agent (`PATCH /api/v1/agents/{id}`, session cookie only): `name`,
    /// `description`, `status`, `icon`, `category`, `defaultModelId`, `personality`,
    /// `systemPrompt`, `voiceConfig`, `memoryMode`. `null` takes a value away.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `patch`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.agents().update("agt_1", &serde_json::json!({"status": "paused"})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update<I: Serialize + ?Sized>(&self, agent_id: &str, patch: &I) -> Call<T, Object> {
        let (patch, given) = Object::given("patch", patch);
        self.client().api.call(update(self.client().api.service(), agent_id, &patch).checked(given))
    }

    /// Deletes an agent and what it may use (`DELETE /api/v1/agents/{id}`, session cookie only).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id`. `Api` for the agents that the platform protects: those of the
    /// chat and the terminal.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.agents().delete("agt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, agent_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), agent_id))
    }

    /// Gives an agent a new key; the old one is void (`PATCH /api/v1/agents/{id}/key`, session
    /// cookie only). The new key is in the answer, once.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let answer = client.agents().reset_key("agt_1").send()?;
    /// println!("{:?}", answer.names());
    /// # Ok(()) }
    /// ```
    pub fn reset_key(&self, agent_id: &str) -> Call<T, Object> {
        self.client().api.call(reset_key(self.client().api.service(), agent_id, &Nothing {}))
    }

    /// Makes an agent that may use the same (`POST /api/v1/agents/{id}/clone`, session cookie
    /// only). `input` may be empty. The new key is in the answer, once.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `input`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.agents().clone_agent("agt_1", &serde_json::json!({"name": "Sales 2"})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn clone_agent<I: Serialize + ?Sized>(&self, agent_id: &str, input: &I) -> Call<T, Object> {
        let (input, given) = Object::given("input", input);
        self.client()
            .api
            .call(clone_agent(self.client().api.service(), agent_id, &input).checked(given))
    }

    /// Gives an agent to another member of the organization
    /// (`PATCH /api/v1/agents/{id}/transfer`, session cookie only). The old key is void; the new
    /// one is in the answer, once. What the body names is not documented.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `body`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let owner = serde_json::json!({"new_owner_user_id": "usr_2"});
    /// client.agents().transfer("agt_1", &owner).send()?;
    /// # Ok(()) }
    /// ```
    pub fn transfer<I: Serialize + ?Sized>(&self, agent_id: &str, body: &I) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client()
            .api
            .call(transfer(self.client().api.service(), agent_id, &body).checked(given))
    }

    /// Sets what an agent may spend in a month, in whole cents
    /// (`PATCH /api/v1/agents/{id}/budget`, session cookie only). The member's name is not
    /// documented.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, `body`, or a member that ends in `_cents` and is not a whole
    /// number, zero or more.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let budget = serde_json::json!({"monthly_budget_cents": 9900});
    /// client.agents().set_budget("agt_1", &budget).send()?;
    /// # Ok(()) }
    /// ```
    pub fn set_budget<I: Serialize + ?Sized>(&self, agent_id: &str, body: &I) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client()
            .api
            .call(set_budget(self.client().api.service(), agent_id, &body).checked(given))
    }

    /// Lets an agent use an operation of a service (`POST /api/v1/agents/{id}/services`, session
    /// cookie only); again, to change on what terms.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, `input`, or a member that ends in `_cents`, as for
    /// [`set_budget`](Self::set_budget).
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let terms = serde_json::json!({"service_id": "email", "operation": "send"});
    /// client.agents().enable_service("agt_1", &terms).send()?;
    /// # Ok(()) }
    /// ```
    pub fn enable_service<I: Serialize + ?Sized>(
        &self,
        agent_id: &str,
        input: &I,
    ) -> Call<T, Object> {
        let (input, given) = Object::given("input", input);
        self.client()
            .api
            .call(enable_service(self.client().api.service(), agent_id, &input).checked(given))
    }

    /// Lets an agent use a service no longer (`DELETE /api/v1/agents/{id}/services`, session
    /// cookie only). Twice is once.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `service_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.agents().disable_service("agt_1", "email").send()?;
    /// # Ok(()) }
    /// ```
    pub fn disable_service(&self, agent_id: &str, service_id: &str) -> Call<T, Object> {
        let query = OfService::new(service_id);
        self.client().api.call(disable_service(self.client().api.service(), agent_id, &query))
    }

    /// How well an agent does (`GET /api/v1/agents/{id}/health`, access token or cookie):
    /// healthy, degraded, failing or idle, with its error rate and latency.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.agents().health("agt_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn health(&self, agent_id: &str) -> Call<T, Object> {
        self.client().api.call(health(self.client().api.service(), agent_id))
    }

    /// How well all agents do that the caller sees (`GET /api/v1/agents/health`, access token or
    /// cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.agents().fleet_health().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn fleet_health(&self) -> Call<T, Object> {
        self.client().api.call(fleet_health(self.client().api.service()))
    }

    /// What an agent can do (`GET /api/v1/agents/{id}/skills`, access token or cookie): the
    /// workflows granted to it and the services it may use.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.agents().skills("agt_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn skills(&self, agent_id: &str) -> Call<T, Object> {
        self.client().api.call(skills(self.client().api.service(), agent_id))
    }

    /// Takes a workflow away from an agent (`DELETE /api/v1/agents/{id}/skills`, session cookie
    /// only).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `workflow_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.agents().remove_skill("agt_1", "wf_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn remove_skill(&self, agent_id: &str, workflow_id: &str) -> Call<T, Object> {
        let query = OfWorkflow::new(workflow_id);
        self.client().api.call(remove_skill(self.client().api.service(), agent_id, &query))
    }
}
