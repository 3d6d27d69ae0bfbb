//! Teams: who shares a budget (`/api/v1/teams`).

pub(crate) mod members;

use codespar_engine::{
    Args, Call, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_optional},
};
use serde::Serialize;

pub use self::members::TeamMembers;
use crate::{
    client::{
        Client,
        auth::{SESSION_ONLY, WORKSPACE},
    },
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the caller's teams; an administrator's are all of the organization.
    fn list() -> Object: "teams.list" GET "/api/v1/teams", auth WORKSPACE;
    /// Makes a team the one that later calls are about; without one, all of them.
    fn switch(; json(Chosen::body): &Chosen) -> Object:
        "teams.switch" POST "/api/v1/teams/switch", auth SESSION_ONLY;
    /// Says what a team may spend and who got how much of it.
    fn budget(team_id) -> Object:
        "teams.budget" GET "/api/v1/teams/{team_id}/budget", auth SESSION_ONLY;
    /// Moves money from the organization to a team, which may spend it.
    fn allocate_budget(team_id; json: &Object as "body") -> Object:
        "teams.allocate_budget" POST "/api/v1/teams/{team_id}/budget/allocate",
        effect MovesMoney, auth SESSION_ONLY;
}

/// `null` means something here: all teams.
/// Which team is to be the caller's.
#[derive(Args)]
#[wire(check)]
struct Chosen {
    /// The team; all of them without one, which administrators may see.
    team_id: Option<String>,
}

/// No team is `null`.
#[derive(Serialize)]
struct Team<'a> {
    team_id: Option<&'a str>,
}

impl Chosen {
    fn check(&self) -> Result<(), Error> {
        check_optional("team_id", self.team_id.as_deref())
    }

    fn body(&self) -> Team<'_> {
        Team { team_id: self.team_id.as_deref() }
    }
}

/// Teams, who share a budget (`/api/v1/teams`).
#[derive(Handle)]
#[handle(Client.teams)]
pub struct Teams<T> {
    client: Client<T>,
}

impl<T: Transport> Teams<T> {
    /// The caller's teams; an administrator's are all of the organization
    /// (`GET /api/v1/teams`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.teams().list().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service()))
    }

    /// Makes a team the one that later calls of this client are about; `None` for all of them,
    /// which administrators may see (`POST /api/v1/teams/switch`, session cookie only). The
    /// server answers with a cookie, which the client and its clones keep.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `team_id`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.teams().switch(Some("team_1")).send()?;
    /// client.teams().switch(None).send()?;
    /// # Ok(()) }
    /// ```
    pub fn switch(&self, team_id: Option<&str>) -> Call<T, Object> {
        let chosen = Chosen { team_id: team_id.map(str::to_owned) };
        self.client().api.call(switch(self.client().api.service(), &chosen))
    }

    /// What a team may spend and who got how much of it (`GET /api/v1/teams/{id}/budget`,
    /// session cookie only).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `team_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.teams().budget("team_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn budget(&self, team_id: &str) -> Call<T, Object> {
        self.client().api.call(budget(self.client().api.service(), team_id))
    }

    /// Moves money from the organization to a team, as `amount_cents`
    /// (`POST /api/v1/teams/{id}/budget/allocate`, session cookie only). Never repeated.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `team_id`, `body`, or `amount_cents` when it is not a whole number, zero
    /// or more.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let budget = serde_json::json!({"amount_cents": 2500});
    /// client.teams().allocate_budget("team_1", &budget).send()?;
    /// # Ok(()) }
    /// ```
    pub fn allocate_budget<I: Serialize + ?Sized>(
        &self,
        team_id: &str,
        body: &I,
    ) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client()
            .api
            .call(allocate_budget(self.client().api.service(), team_id, &body).checked(given))
    }
}
