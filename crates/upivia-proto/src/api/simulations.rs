//! What would become of a service request, without making it (`/api/v1/simulations`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled},
};
use serde::Serialize;

use crate::{
    client::{Client, auth::WORKSPACE},
    types::{money::Cents, object::Object},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says what policy and budget would make of a service request; nothing is done or spent.
    fn policy_check(; json: &PolicyCheck) -> PolicyDecision:
        "simulations.policy_check" POST "/api/v1/simulations/policy-check" Safe,
        effect Reads, auth WORKSPACE;
}

/// A service request that is only imagined: the agent that would make it, and what it would ask.
///
/// ```
/// use upivia_proto::simulations::PolicyCheck;
///
/// let email = serde_json::json!({"to": "ana@example.com"});
/// let check = PolicyCheck::new("agt_1", "email", "send", &email)?;
/// # Ok::<(), upivia_proto::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, no_new)]
#[non_exhaustive]
pub struct PolicyCheck {
    /// The agent that would ask.
    pub agent_id: String,
    /// The service, such as `email`.
    pub service: String,
    /// The operation, such as `send`.
    pub operation: String,
    /// What the operation would be given.
    #[wire(personal, no_setter)]
    #[serde(default)]
    pub payload: Object,
}

impl PolicyCheck {
    /// An operation that an agent would ask a service for, with what it would be given: anything
    /// that serializes to a JSON object.
    ///
    /// # Errors
    /// `Config` naming `payload`: it is no object, or a number in it is not finite.
    pub fn new<P: Serialize + ?Sized>(
        agent_id: impl Into<String>,
        service: impl Into<String>,
        operation: impl Into<String>,
        payload: &P,
    ) -> Result<Self, Error> {
        Ok(Self {
            agent_id: agent_id.into(),
            service: service.into(),
            operation: operation.into(),
            payload: Object::of("payload", payload)?,
        })
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)?;
        check_filled("service", &self.service)?;
        check_filled("operation", &self.operation)
    }
}

/// What policy and budget would make of a service request.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PolicyDecision {
    /// What would be decided. The words are not documented.
    pub decision: Option<String>,
    /// Why, as a code, where it would not be done.
    pub reason_code: Option<String>,
    /// What it would cost, in cents, as far as that is known before.
    pub estimated_cost_cents: Option<Cents>,
    /// What was looked at for it.
    #[wire(default)]
    pub checks: Vec<PolicyFinding>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PolicyDecision {
    /// What stands in the way.
    pub fn failed(&self) -> impl Iterator<Item = &PolicyFinding> {
        self.checks.iter().filter(|check| check.ok != Some(true))
    }
}

/// One of the things that were looked at.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PolicyFinding {
    /// What was looked at.
    pub name: Option<String>,
    /// Whether it lets the request pass.
    pub ok: Option<bool>,
    /// What was found.
    pub detail: Option<String>,
    /// What would have to be changed, where it does not pass.
    pub fix: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What would become of something, without doing it (`/api/v1/simulations`, access token or
/// cookie).
#[derive(Handle)]
#[handle(Client.simulations)]
pub struct Simulations<T> {
    client: Client<T>,
}

impl<T: Transport> Simulations<T> {
    /// What policy and budget would make of a service request
    /// (`POST /api/v1/simulations/policy-check`). Nothing is done, and nothing is spent. What is
    /// decided then may be something else: budgets and policies change.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, `service` or `operation`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::simulations::PolicyCheck;
    ///
    /// let email = serde_json::json!({"to": "ana@example.com", "body": "Oi"});
    /// let check = PolicyCheck::new("agt_1", "email", "send", &email)?;
    /// let decided = client.simulations().policy_check(&check).send()?;
    /// println!("{:?} for {:?} cents", decided.decision, decided.estimated_cost_cents);
    /// for finding in decided.failed() {
    ///     println!("{:?}: {:?}", finding.name, finding.fix);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "dry run")]
    pub fn policy_check(&self, check: &PolicyCheck) -> Call<T, PolicyDecision> {
        self.client().api.call(policy_check(self.client().api.service(), check))
    }
}
