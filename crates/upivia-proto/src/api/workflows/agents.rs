//! Which agents may run a workflow (`/api/v1/workflows/{id}/agents`).

use codespar_engine::{
    Args, Call, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled, no_answer},
};

use crate::{api::workflows::Workflows, client::auth::SESSION, types::object::Object};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the agents that may run a workflow.
    fn list(workflow_id) -> Object:
        "workflows.agents.list" GET "/api/v1/workflows/{workflow_id}/agents", auth SESSION;
    /// Makes a workflow a skill of an agent.
    fn grant(workflow_id; json: &SkilledAgent) -> Object:
        "workflows.agents.grant" POST "/api/v1/workflows/{workflow_id}/agents", auth SESSION;
    /// Takes a workflow away from an agent.
    fn revoke(workflow_id; query: &SkilledAgent) -> ():
        "workflows.agents.revoke" DELETE "/api/v1/workflows/{workflow_id}/agents",
        auth SESSION, read no_answer;
}

/// Whom it is about.
#[derive(Args)]
#[wire(check)]
struct SkilledAgent {
    /// The agent.
    agent_id: String,
}

impl SkilledAgent {
    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)
    }
}

/// Which agents may run a workflow (`/api/v1/workflows/{id}/agents`, session cookie).
#[derive(Handle)]
#[handle(Workflows.agents)]
pub struct WorkflowAgents<T> {
    client: crate::Client<T>,
}

impl<T: Transport> WorkflowAgents<T> {
    /// The agents that may run a workflow (`GET /api/v1/workflows/{id}/agents`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.workflows().agents().list("wf_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, workflow_id: &str) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service(), workflow_id))
    }

    /// Makes a workflow a skill of an agent (`POST /api/v1/workflows/{id}/agents`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id` or `agent_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().agents().grant("wf_1", "agt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn grant(&self, workflow_id: &str, agent_id: &str) -> Call<T, Object> {
        let agent = SkilledAgent::new(agent_id);
        self.client().api.call(grant(self.client().api.service(), workflow_id, &agent))
    }

    /// Takes a workflow away from an agent (`DELETE /api/v1/workflows/{id}/agents`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id` or `agent_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().agents().revoke("wf_1", "agt_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn revoke(&self, workflow_id: &str, agent_id: &str) -> Call<T, ()> {
        let agent = SkilledAgent::new(agent_id);
        self.client().api.call(revoke(self.client().api.service(), workflow_id, &agent))
    }
}
