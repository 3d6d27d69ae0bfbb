//! Swarms: several agents that work on one objective, round after round (`/api/v1/swarms`).

use codespar_engine::{
    Args, Call, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled, check_optional},
};
use serde::Serialize;

use crate::{
    api::rooms::{RoomAnswer, check_ids, room},
    client::{Client, auth::WORKSPACE},
    types::money::{Cents, Dollars, budget},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Has several agents work on an objective at once, which spends money up to a cap.
    fn create(; json(CreateSwarm::body): &CreateSwarm) -> RoomAnswer:
        "swarms.create" POST "/api/v1/swarms", effect MovesMoney, auth WORKSPACE, read room;
}

/// Several agents that are to work on an objective: who, how many rounds, up to what cap.
///
/// ```
/// use upivia_proto::{Cents, swarms::CreateSwarm};
///
/// let agents = vec!["agt_1".to_owned(), "agt_2".to_owned()];
/// let swarm = CreateSwarm::new("Compare three suppliers", agents, 2)
///     .budget_cap_cents(Cents::new(500));
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct CreateSwarm {
    /// What is to be achieved.
    #[wire(personal)]
    pub objective: String,
    /// The agents that work on it, two or more. The official program speaks of six at most.
    pub agent_ids: Vec<String>,
    /// How many rounds they work, one or more; each round spends money.
    pub rounds: u32,
    /// The agent that leads them.
    pub moderator_agent_id: Option<String>,
    /// What they may spend together, in cents; without it no more than each may by itself.
    pub budget_cap_cents: Option<Cents>,
    /// The same in dollars; one of the two.
    pub budget_dollars: Option<Dollars>,
    /// The team for which they work.
    pub team_id: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    objective: &'a str,
    agent_ids: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    moderator_agent_id: Option<&'a str>,
    rounds: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_cap_cents: Option<Cents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team_id: Option<&'a str>,
}

impl CreateSwarm {
    fn cap(&self) -> Result<Option<Cents>, Error> {
        budget(("budget_cap_cents", self.budget_cap_cents), self.budget_dollars)
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("objective", &self.objective)?;
        check_ids("agent_ids", &self.agent_ids)?;
        if self.agent_ids.len() < 2 {
            return Err(Error::config("agent_ids", "expected two agents or more"));
        }
        if self.rounds == 0 {
            return Err(Error::config("rounds", "expected one round or more"));
        }
        check_optional("moderator_agent_id", self.moderator_agent_id.as_deref())?;
        check_optional("team_id", self.team_id.as_deref())?;
        self.cap().map(|_| ())
    }

    /// What is sent, once it is checked.
    fn body(&self) -> Body<'_> {
        Body {
            objective: &self.objective,
            agent_ids: &self.agent_ids,
            moderator_agent_id: self.moderator_agent_id.as_deref(),
            rounds: self.rounds,
            budget_cap_cents: self.cap().unwrap_or_default(),
            team_id: self.team_id.as_deref(),
        }
    }
}

/// Several agents on one objective (`/api/v1/swarms`, access token or cookie).
#[derive(Handle)]
#[handle(Client.swarms)]
pub struct Swarms<T> {
    client: Client<T>,
}

impl<T: Transport> Swarms<T> {
    /// Has several agents work on an objective (`POST /api/v1/swarms`). They begin at once, go on
    /// after the answer, and spend money up to the cap, in cents. The answer names the room in
    /// which they work: follow them by [`rooms().get`](crate::rooms::Rooms::get).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it. Look for its room in [`rooms().list`](crate::rooms::Rooms::list) before
    /// beginning again: a second swarm spends a second time.
    ///
    /// # Errors
    /// `Config`: an empty objective, fewer than two agents, an agent that is named twice, no
    /// rounds, a cap that is negative, has a fraction of a cent or is given in both units.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{Cents, swarms::CreateSwarm};
    ///
    /// let agents = vec!["agt_1".to_owned(), "agt_2".to_owned()];
    /// let swarm = CreateSwarm::new("Compare three suppliers", agents, 2)
    ///     .budget_cap_cents(Cents::new(500));
    /// let room = client.swarms().create(&swarm).send()?.room;
    /// println!("in room {}", room.id);
    /// # Ok(()) }
    /// ```
    #[doc(alias = "start")]
    pub fn create(&self, swarm: &CreateSwarm) -> Call<T, RoomAnswer> {
        self.client().api.call(create(self.client().api.service(), swarm))
    }
}
