//! What agents remember (`/api/v1/agents/{id}/memories`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled},
};
use serde::Serialize;

use crate::{
    client::{
        Client,
        auth::{AGENT, ANY, SESSION_ONLY},
    },
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what an agent remembers.
    fn list(agent_id) -> Memories: "memory.list" GET "/api/v1/agents/{agent_id}/memories", auth ANY;
    /// Looks for something in an agent's memory.
    fn search(agent_id; query: &MemorySearch) -> Memories:
        "memory.search" GET "/api/v1/agents/{agent_id}/memories", auth ANY;
    /// Has an agent remember something.
    fn create(agent_id; json: &Object as "input") -> Object:
        "memory.create" POST "/api/v1/agents/{agent_id}/memories", auth AGENT;
    /// Changes what an agent remembers, or archives it.
    fn update(agent_id, memory_id; json: &Object as "patch") -> Object:
        "memory.update" PATCH "/api/v1/agents/{agent_id}/memories/{memory_id}", auth SESSION_ONLY;
    /// Has an agent forget something.
    fn delete(agent_id, memory_id) -> Object:
        "memory.delete" DELETE "/api/v1/agents/{agent_id}/memories/{memory_id}", auth SESSION_ONLY;
    /// Gives an agent's memories and how they hang together.
    fn graph(agent_id) -> Object:
        "memory.graph" GET "/api/v1/agents/{agent_id}/memories/graph", auth SESSION_ONLY;
}

/// What to look for in an agent's memory.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct MemorySearch {
    /// The words that are searched for.
    #[wire(personal)]
    pub q: String,
    /// Whether to look for the meaning, not the words. The server decides without it.
    pub semantic: Option<bool>,
}

impl MemorySearch {
    fn check(&self) -> Result<(), Error> {
        check_filled("q", &self.q)
    }
}

/// What an agent remembers.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Memories {
    /// The memories. Their members are not documented.
    #[wire(default)]
    #[wire(personal)]
    pub memories: Vec<Object>,
    /// Whether they were found by their meaning.
    pub semantic: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What agents remember (`/api/v1/agents/{id}/memories`).
#[derive(Handle)]
#[handle(Client.memory)]
pub struct Memory<T> {
    client: Client<T>,
}

impl<T: Transport> Memory<T> {
    /// What an agent remembers (`GET /api/v1/agents/{id}/memories`, agent key, access token or
    /// cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config`: `agent_id`, missing credentials.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{} memories", client.memory().list("agt_1").send()?.memories.len());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, agent_id: &str) -> Call<T, Memories> {
        self.client().api.call(list(self.client().api.service(), agent_id))
    }

    /// Looks for something in an agent's memory (`GET /api/v1/agents/{id}/memories?q=…`, agent
    /// key, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, or `q` when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::memory::MemorySearch;
    ///
    /// let found = client
    ///     .memory()
    ///     .search("agt_1", &MemorySearch::new("payment terms").semantic(true))
    ///     .send()?;
    /// println!("{} memories", found.memories.len());
    /// # Ok(()) }
    /// ```
    pub fn search(&self, agent_id: &str, query: &MemorySearch) -> Call<T, Memories> {
        self.client().api.call(search(self.client().api.service(), agent_id, query))
    }

    /// Has an agent remember something (`POST /api/v1/agents/{id}/memories`, agent key): at least
    /// a text as `content`. The write is subject to policy, and audited.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config`: `agent_id`, `input`, a missing agent key.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.memory().create("agt_1", &serde_json::json!({"content": "prefers Pix"})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create<I: Serialize + ?Sized>(&self, agent_id: &str, input: &I) -> Call<T, Object> {
        let (input, given) = Object::given("input", input);
        self.client().api.call(create(self.client().api.service(), agent_id, &input).checked(given))
    }

    /// Changes a memory (`PATCH /api/v1/agents/{id}/memories/{memory}`, session cookie only),
    /// such as `archived`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, `memory_id` or `patch`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.memory().update("agt_1", "mem_1", &serde_json::json!({"archived": true})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update<I: Serialize + ?Sized>(
        &self,
        agent_id: &str,
        memory_id: &str,
        patch: &I,
    ) -> Call<T, Object> {
        let (patch, given) = Object::given("patch", patch);
        self.client()
            .api
            .call(update(self.client().api.service(), agent_id, memory_id, &patch).checked(given))
    }

    /// Has an agent forget something (`DELETE /api/v1/agents/{id}/memories/{memory}`, session
    /// cookie only).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `agent_id` or `memory_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.memory().delete("agt_1", "mem_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, agent_id: &str, memory_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), agent_id, memory_id))
    }

    /// How memories hang together (`GET /api/v1/agents/{id}/memories/graph`, session cookie
    /// only): nodes and edges.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.memory().graph("agt_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn graph(&self, agent_id: &str) -> Call<T, Object> {
        self.client().api.call(graph(self.client().api.service(), agent_id))
    }
}
