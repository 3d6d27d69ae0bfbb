//! How the platform itself is, and whom it takes the caller for (`/api/v1/healthz` and others).

use codespar_engine::{Call, Handle, driver::Transport, endpoints};

use crate::{
    client::{
        Client,
        auth::{OPEN, WORKSPACE},
    },
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says whether the platform's database answers.
    fn health() -> Object: "platform.health" GET "/api/v1/healthz", auth OPEN;
    /// Says whether database and background workers are at work.
    fn readiness() -> Object: "platform.readiness" GET "/api/v1/health/readiness", auth OPEN;
    /// Gives what the platform tells agents about itself: catalogue, prices, examples.
    fn agent_docs() -> Object: "platform.agent_docs" GET "/api/v1/agent-docs", auth OPEN;
    /// Says whose token or cookie it is that the caller has.
    fn whoami() -> Object: "platform.whoami" GET "/api/v1/whoami", auth WORKSPACE;
}

/// How the platform itself is.
#[derive(Handle)]
#[handle(Client.platform)]
pub struct Platform<T> {
    client: Client<T>,
}

impl<T: Transport> Platform<T> {
    /// Whether the database answers (`GET /api/v1/healthz`, no credentials).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 503 when it does not, after the usual repetitions; the body is in the
    /// error.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let health = client.platform().health().send()?;
    /// println!("{:?}", health.get::<bool>("ok")?);
    /// # Ok(()) }
    /// ```
    pub fn health(&self) -> Call<T, Object> {
        self.client().api.call(health(self.client().api.service()))
    }

    /// Whether database and background workers are at work (`GET /api/v1/health/readiness`, no
    /// credentials).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 503 when they are not.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.platform().readiness().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn readiness(&self) -> Call<T, Object> {
        self.client().api.call(readiness(self.client().api.service()))
    }

    /// What the platform tells agents about itself (`GET /api/v1/agent-docs`, no credentials):
    /// catalogue, shapes of requests, prices, examples.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.platform().agent_docs().send()?.names());
    /// # Ok(()) }
    /// ```
    pub fn agent_docs(&self) -> Call<T, Object> {
        self.client().api.call(agent_docs(self.client().api.service()))
    }

    /// Whose credentials they are (`GET /api/v1/whoami`, access token or cookie). An `email` is in
    /// it, or a `user` with one; what else is not documented.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.platform().whoami().send()?.names());
    /// # Ok(()) }
    /// ```
    pub fn whoami(&self) -> Call<T, Object> {
        self.client().api.call(whoami(self.client().api.service()))
    }
}
