//! Teams: who shares a budget (`/api/v1/teams`).

pub(crate) mod members;

use codespar_engine::{Call, Handle, driver::Transport, endpoints, kit::check_optional};
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
    pub(crate) static ROUTES;
    fn list() -> Object: "teams.list" GET "/api/v1/teams", auth WORKSPACE;
    fn switch(; json: &Team<'_>) -> Object:
        "teams.switch" POST "/api/v1/teams/switch", auth SESSION_ONLY;
    fn budget(team_id) -> Object:
        "teams.budget" GET "/api/v1/teams/{team_id}/budget", auth SESSION_ONLY;
    fn allocate_budget(team_id; json: &Object) -> Object:
        "teams.allocate_budget" POST "/api/v1/teams/{team_id}/budget/allocate",
        effect MovesMoney, auth SESSION_ONLY;
}

/// `null` means something here: all teams.
#[derive(Serialize)]
struct Team<'a> {
    team_id: Option<&'a str>,
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
        let checked = check_optional("team_id", team_id);
        let flow = checked.map(|()| switch(self.client().api.service(), &Team { team_id }));
        self.client().api.checked("teams.switch", flow)
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
        let body = Object::input("body", body);
        let flow = body.map(|body| allocate_budget(self.client().api.service(), team_id, &body));
        self.client().api.checked("teams.allocate_budget", flow)
    }
}
