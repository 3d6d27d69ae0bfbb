//! Policies: rules about what agents may do (`/v1/policies`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::no_answer,
};

use crate::{
    check::{check_filled, check_length, check_object, check_range},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the policy rules of the organization, in their order.
    fn list() -> Vec<Policy>: "policies.list" GET "/v1/policies";
    /// Makes a policy rule.
    fn create(; json: &CreatePolicy) -> Policy: "policies.create" POST "/v1/policies";
    /// Reads a policy rule.
    fn get(policy_id) -> Policy: "policies.get" GET "/v1/policies/{policy_id}";
    /// Changes a policy rule.
    fn update(policy_id; json: &UpdatePolicy) -> Policy:
        "policies.update" PATCH "/v1/policies/{policy_id}";
    /// Deletes a policy rule; without it more may be allowed.
    fn delete(policy_id) -> ():
        "policies.delete" DELETE "/v1/policies/{policy_id}" Safe, read no_answer;
    /// Sets the order of the policy rules.
    fn reorder(; json: &ReorderPolicies) -> ():
        "policies.reorder" POST "/v1/policies/reorder", read no_answer;
    /// Lists the latest decisions of the policy rules, newest first.
    fn evaluations(; query: &LatestEvaluations) -> Vec<PolicyEvaluation>:
        "policies.evaluations" GET "/v1/policy-evaluations";
}

/// Policies: rules about what agents may do, asked in their order (`/v1/policies`).
#[derive(Handle)]
#[handle(Client.policies)]
pub struct Policies<T> {
    client: Client<T>,
}

impl<T: Transport> Policies<T> {
    /// Lists the policy rules of the organization, in their order (`GET /v1/policies`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for policy in client.policies().list().send()? {
    ///     println!("{:?} {:?}", policy.order, policy.name);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Vec<Policy>> {
        self.client().call(list(self.client().service()))
    }

    /// Makes a policy rule (`POST /v1/policies`). A budget counts the declared cost of a call when
    /// it is decided on, gives it back where provably nothing moved, and keeps it while that is not
    /// known.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. Look at the list after a lost answer.
    ///
    /// # Errors
    /// `Config` naming `name`, `type` or `config`; `Api` as the server says.
    ///
    /// ```
    /// use codespar_proto::{Json, policies::{CreatePolicy, PolicyKind}};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let config = Json::parse_str(r#"{"limit_minor":50000}"#)?;
    /// let args = CreatePolicy::new("daily limit", PolicyKind::Budget).config(config);
    /// let policy = client.policies().create(&args).send()?;
    /// println!("{:?}", policy.id);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, args: &CreatePolicy) -> Call<T, Policy> {
        self.client().call(create(self.client().service(), args))
    }

    /// A policy rule (`GET /v1/policies/{policy_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let policy = client.policies().get("pol_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn get(&self, policy_id: &str) -> Call<T, Policy> {
        self.client().call(get(self.client().service(), policy_id))
    }

    /// Changes a policy rule (`PATCH /v1/policies/{policy_id}`). What is not set stays.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `policy` where nothing is changed, or the field; `Api` with `not_found`.
    ///
    /// ```
    /// use codespar_proto::policies::UpdatePolicy;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.policies().update("pol_1", &UpdatePolicy::default().enabled(false)).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update(&self, policy_id: &str, args: &UpdatePolicy) -> Call<T, Policy> {
        self.client().call(update(self.client().service(), policy_id, args))
    }

    /// Deletes a policy rule (`DELETE /v1/policies/{policy_id}`). Without a rule that denies or
    /// asks, **more is allowed**.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment. The second time the server answers 404: after a lost answer that says that it is
    /// done.
    ///
    /// # Errors
    /// `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.policies().delete("pol_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, policy_id: &str) -> Call<T, ()> {
        self.client().call(delete(self.client().service(), policy_id))
    }

    /// Sets the order of the policy rules (`POST /v1/policies/reorder`). All or nothing: one id
    /// that is not known leaves the order as it was.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `ids`; `Api` with `not_found`.
    ///
    /// ```
    /// use codespar_proto::policies::ReorderPolicies;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// client.policies().reorder(&ReorderPolicies::new(["pol_2", "pol_1"])).send()?;
    /// # Ok(()) }
    /// ```
    pub fn reorder(&self, args: &ReorderPolicies) -> Call<T, ()> {
        self.client().call(reorder(self.client().service(), args))
    }

    /// The latest decisions of the policy rules, newest first (`GET /v1/policy-evaluations`): 100
    /// at most, and there is no next page. A key sees those of its own project.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for evaluation in client.policies().evaluations(Some(20)).send()? {
    ///     println!("{:?} {:?}", evaluation.tool_name, evaluation.decision);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn evaluations(&self, limit: Option<u32>) -> Call<T, Vec<PolicyEvaluation>> {
        let args = LatestEvaluations { limit };
        self.client().call(evaluations(self.client().service(), &args))
    }
}

/// What a policy rule does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PolicyKind {
    /// It allows what it is about.
    Allow,
    /// It denies what it is about.
    Deny,
    /// It limits what is spent.
    Budget,
    /// It limits how often.
    RateLimit,
    /// It limits when.
    TimeWindow,
    /// It asks for the approval of a person.
    ApprovalRequired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The policy rule to make.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreatePolicy {
    /// The name of the rule, 1 to 128 characters.
    pub name: String,
    /// What the rule does.
    #[serde(rename = "type")]
    pub kind: PolicyKind,
    /// The agents it is about; all unless said otherwise.
    pub agents: Option<Vec<String>>,
    /// The tools it is about; all unless said otherwise.
    pub tools: Option<Vec<String>>,
    /// What else the kind of rule needs: an object.
    #[wire(into)]
    pub config: Option<Json>,
    /// Whether it holds; it does unless said otherwise.
    pub enabled: Option<bool>,
}

impl CreatePolicy {
    fn check(&self) -> Result<(), Error> {
        check_length("name", &self.name, 128)?;
        check_filled("type", self.kind.as_str())?;
        check_object("config", self.config.as_ref())
    }
}

/// What to change about a policy rule.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdatePolicy {
    /// The name of the rule, 1 to 128 characters.
    pub name: Option<String>,
    /// What the rule does.
    #[serde(rename = "type")]
    pub kind: Option<PolicyKind>,
    /// The agents it is about.
    pub agents: Option<Vec<String>>,
    /// The tools it is about.
    pub tools: Option<Vec<String>>,
    /// What else the kind of rule needs: an object.
    #[wire(into)]
    pub config: Option<Json>,
    /// Whether the rule holds.
    pub enabled: Option<bool>,
}

impl UpdatePolicy {
    fn check(&self) -> Result<(), Error> {
        if *self == Self::default() {
            return Err(Error::config("policy", "expected something to change"));
        }
        if let Some(name) = &self.name {
            check_length("name", name, 128)?;
        }
        check_object("config", self.config.as_ref())
    }
}

/// The policy rules in the order in which they are to be asked.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check, no_new)]
#[non_exhaustive]
pub struct ReorderPolicies {
    /// The ids of the rules, 1 to 1000 of them.
    pub ids: Vec<String>,
}

impl ReorderPolicies {
    /// These rules, in this order.
    pub fn new<I: Into<String>>(ids: impl IntoIterator<Item = I>) -> Self {
        Self { ids: ids.into_iter().map(Into::into).collect() }
    }

    fn check(&self) -> Result<(), Error> {
        if self.ids.is_empty() || self.ids.len() > 1000 {
            return Err(Error::config("ids", "expected 1 to 1000 ids"));
        }
        self.ids.iter().try_for_each(|id| check_filled("ids", id))
    }
}

/// How many of the latest decisions are read.
#[derive(Args)]
#[wire(check)]
struct LatestEvaluations {
    /// How many at most, 1 to 100.
    #[wire(no_setter)]
    limit: Option<u32>,
}

impl LatestEvaluations {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=100)
    }
}

/// A policy rule.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Policy {
    /// The id of the rule.
    pub id: Option<String>,
    /// The name of the rule.
    pub name: Option<String>,
    /// What the rule does.
    #[serde(rename = "type")]
    pub kind: Option<PolicyKind>,
    /// What else the kind of rule needs.
    pub config: Option<Json>,
    /// The agents it is about; empty is all.
    #[wire(default)]
    pub agents: Vec<String>,
    /// The tools it is about; empty is all.
    #[wire(default)]
    pub tools: Vec<String>,
    /// Whether the rule holds.
    pub enabled: Option<bool>,
    /// Its place among the rules.
    pub order: Option<u32>,
    /// When it was made (RFC 3339).
    #[serde(rename = "createdAt")]
    pub created_at: Option<Timestamp>,
    /// When it was changed last (RFC 3339).
    #[serde(rename = "updatedAt")]
    pub updated_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the policy rules decided about a call.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PolicyDecision {
    /// The call may be made.
    Allow,
    /// The call is refused.
    Deny,
    /// The call waits for a person.
    ApprovalRequired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A decision of the policy rules about a call.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PolicyEvaluation {
    /// The id of the decision.
    pub id: Option<String>,
    /// The project in which the call was made.
    #[serde(rename = "projectId")]
    pub project_id: Option<String>,
    /// When it was decided (RFC 3339).
    pub timestamp: Option<Timestamp>,
    /// The agent that called.
    #[serde(rename = "agentId")]
    pub agent_id: Option<String>,
    /// The tool that was called.
    #[serde(rename = "toolName")]
    pub tool_name: Option<String>,
    /// The name of the rule that decided.
    #[serde(rename = "ruleName")]
    pub rule_name: Option<String>,
    /// The id of the rule that decided.
    #[serde(rename = "ruleId")]
    pub rule_id: Option<String>,
    /// What was decided.
    pub decision: Option<PolicyDecision>,
    /// Why the call was refused, in words.
    #[serde(rename = "denialReason")]
    pub denial_reason: Option<String>,
    /// The approval that the call waits for.
    #[serde(rename = "approvalId")]
    pub approval_id: Option<String>,
    /// When a person decided (RFC 3339).
    #[serde(rename = "decidedAt")]
    pub decided_at: Option<Timestamp>,
    /// The person who decided.
    #[serde(rename = "decidedBy")]
    pub decided_by: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
