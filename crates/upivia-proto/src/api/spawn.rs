//! Agents that make agents (`/api/v1/agents/spawn`).

use codespar_engine::{
    Answer, Args, Call, Describe, Extra, Handle, Json,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled, through_json},
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    client::{Client, auth::AGENT},
    types::money::{Cents, Dollars, budget},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Makes a child of the agent, which may spend up to a budget.
    fn create(; json(SpawnAgent::body): &SpawnAgent) -> Spawned:
        "spawn.create" POST "/api/v1/agents/spawn", effect MovesMoney, auth AGENT;
    /// Says what a child would need to do these operations; nothing is made.
    fn estimate(; query(Operations::joined): &Operations) -> SpawnEstimate:
        "spawn.estimate" GET "/api/v1/agents/spawn", auth AGENT;
}

/// The child an agent makes: its name, and what it may use (`service.operation`), which must
/// be a part of what its parent may.
///
/// ```
/// use upivia_proto::{Cents, spawn::SpawnAgent};
///
/// let child = SpawnAgent::new("researcher", ["web_search.search"])
///     .budget_cents(Cents::new(150));
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct SpawnAgent {
    /// What the child is called.
    pub name: String,
    /// What it may use: `service.operation` each.
    #[wire(into)]
    pub services: ServiceNames,
    /// What it is for.
    pub description: Option<String>,
    /// What it may spend, taken from its parent's budget.
    pub budget_cents: Option<Cents>,
    /// The same in dollars; one of the two.
    pub budget_dollars: Option<Dollars>,
    /// A category for people.
    pub category: Option<String>,
    /// An icon for people.
    pub icon: Option<String>,
}

/// Names of operations, `service.operation` each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Describe)]
#[serde(transparent)]
pub struct ServiceNames(Vec<String>);

impl ServiceNames {
    /// The names, as `service.operation` each.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

impl<I: IntoIterator<Item: Into<String>>> From<I> for ServiceNames {
    fn from(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

/// Each a text, or an object with the text as its `service`.
impl<'de> Deserialize<'de> for ServiceNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Name {
            Plain(String),
            Within { service: String },
        }
        let names: Vec<Name> = through_json(deserializer)?;
        let names = names.into_iter().map(|name| match name {
            Name::Plain(name) | Name::Within { service: name } => name,
        });
        Ok(Self(names.collect()))
    }
}

#[derive(Serialize)]
struct Body<'a> {
    name: &'a str,
    services: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_cents: Option<Cents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a str>,
}

impl SpawnAgent {
    fn budget(&self) -> Result<Option<Cents>, Error> {
        budget(("budget_cents", self.budget_cents), self.budget_dollars)
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("name", &self.name)?;
        for name in &self.services.0 {
            check_filled("services", name)?;
        }
        self.budget().map(|_| ())
    }

    /// What is sent, once it is checked.
    fn body(&self) -> Body<'_> {
        Body {
            name: &self.name,
            services: &self.services.0,
            description: self.description.as_deref(),
            budget_cents: self.budget().unwrap_or_default(),
            category: self.category.as_deref(),
            icon: self.icon.as_deref(),
        }
    }
}

/// What an agent is to be able to do.
#[derive(Args)]
#[wire(check)]
struct Operations {
    /// The operations, such as `email.send`.
    operations: ServiceNames,
}

#[derive(Serialize)]
struct Joined {
    operations: String,
}

impl Operations {
    fn check(&self) -> Result<(), Error> {
        let is_name = |name: &String| !name.trim().is_empty() && !name.contains(',');
        let names = &self.operations.0;
        if names.is_empty() || !names.iter().all(is_name) {
            return Err(Error::config("operations", "expected names such as email.send"));
        }
        Ok(())
    }

    fn joined(&self) -> Joined {
        Joined { operations: self.operations.0.join(",") }
    }
}

/// The child that was made. Its key is in `extra`, once; the member's name is not documented.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Spawned {
    /// Whether it was made.
    pub ok: Option<bool>,
    /// The agent that was made.
    pub agent: Option<SpawnedAgent>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A child agent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpawnedAgent {
    /// The id of the agent, such as `agt_1`.
    pub id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a child would need.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SpawnEstimate {
    /// How much it would take to do each operation once.
    pub estimated_budget_cents: Option<Cents>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Spawned {
    /// A member that is not documented, such as the child's key.
    pub fn member(&self, name: &str) -> Option<&Json> {
        self.extra.get(name)
    }
}

/// Agents that make agents (`/api/v1/agents/spawn`).
#[derive(Handle)]
#[handle(Client.spawn)]
pub struct Spawn<T> {
    client: Client<T>,
}

impl<T: Transport> Spawn<T> {
    /// Makes a child of the agent whose key is used (`POST /api/v1/agents/spawn`, agent key).
    /// Never repeated. Children may have children, three generations deep.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config`: an empty name, a budget that is negative, has a fraction of a cent, or is given
    /// in both units, a missing agent key.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::spawn::SpawnAgent;
    ///
    /// let child = SpawnAgent::new("researcher", ["web_search.search"])
    ///     .budget_dollars("1.50".parse()?);
    /// let spawned = client.spawn().create(&child).send()?;
    /// println!("{:?}", spawned.agent.and_then(|agent| agent.id));
    /// # Ok(()) }
    /// ```
    pub fn create(&self, child: &SpawnAgent) -> Call<T, Spawned> {
        self.client().api.call(create(self.client().api.service(), child))
    }

    /// What a child would need to do these operations (`GET /api/v1/agents/spawn`, agent key).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `operations`: none, an empty one, or one with a comma.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let estimate = client.spawn().estimate(["email.send", "sms.send"]).send()?;
    /// println!("{:?} cents", estimate.estimated_budget_cents);
    /// # Ok(()) }
    /// ```
    pub fn estimate(&self, operations: impl Into<ServiceNames>) -> Call<T, SpawnEstimate> {
        let query = Operations::new(operations.into());
        self.client().api.call(estimate(self.client().api.service(), &query))
    }
}
