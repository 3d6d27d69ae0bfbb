//! How much an agent may still spend (`platform.check_budget`, free of charge).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, Response, check_filled},
};
use serde::Serialize;

use crate::{
    client::{Client, auth::AGENT},
    types::{money::Dollars, object::Object},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how much an agent may still spend, free of charge.
    fn check(; json(OfAgent::body): &OfAgent) -> Budget:
        "budget_check.check" POST "/api/v1/service-requests", effect Reads, auth AGENT, read budget;
}

/// Whose budget it is.
#[derive(Args)]
#[wire(check)]
struct OfAgent {
    /// The agent.
    agent_id: String,
}

impl OfAgent {
    fn check(&self) -> Result<(), Error> {
        check_filled("agent_id", &self.agent_id)
    }

    fn body(&self) -> Body<'_> {
        let payload = Payload { agent_id: &self.agent_id };
        Body { service: "platform", operation: "check_budget", payload }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    service: &'static str,
    operation: &'static str,
    payload: Payload<'a>,
}

#[derive(Serialize)]
struct Payload<'a> {
    agent_id: &'a str,
}

/// How much an agent may still spend, in dollars.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Budget {
    /// What is left.
    pub remaining_dollars: Option<Dollars>,
    /// What was spent this month.
    pub monthly_spent: Option<Dollars>,
    /// What may be spent in a month.
    pub monthly_limit: Option<Dollars>,
    /// What the workspace has.
    pub org_balance: Option<Dollars>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An outcome that holds the budget as its result.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Enveloped {
    result: Option<Object>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The documents show the members at the top, where other requests have an outcome: both are
/// read.
fn budget(answer: Response) -> Result<Budget, Error> {
    let budget: Budget = answer.json()?;
    let known =
        [budget.remaining_dollars, budget.monthly_spent, budget.monthly_limit, budget.org_balance];
    if known.iter().all(Option::is_none) {
        if let Some(result) = answer.json::<Enveloped>()?.result {
            return result.as_json().read_at("result").map_err(|error| answer.decorate(error));
        }
    }
    Ok(budget)
}

/// How much an agent may still spend.
#[derive(Handle)]
#[handle(Client.budget_check)]
pub struct BudgetCheck<T> {
    client: Client<T>,
}

impl<T: Transport> BudgetCheck<T> {
    /// How much an agent may still spend (`POST /api/v1/service-requests` of
    /// `platform.check_budget`, agent key). Costs nothing. Never repeated.
    ///
    /// Idempotency: a read; it is not repeated once the server may have seen it.
    ///
    /// # Errors
    /// `Config`: an empty `agent_id`, a missing agent key.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let budget = client.budget_check().check("agt_1").send()?;
    /// println!("{:?} dollars left", budget.remaining_dollars);
    /// # Ok(()) }
    /// ```
    pub fn check(&self, agent_id: &str) -> Call<T, Budget> {
        self.client().api.call(check(self.client().api.service(), &OfAgent::new(agent_id)))
    }
}
