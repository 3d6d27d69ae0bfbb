//! Members of teams (`/api/v1/teams/{id}/members`).

use codespar_engine::{Call, Handle, driver::Transport, endpoints};
use serde::Serialize;

use crate::{api::teams::Teams, client::auth::SESSION_ONLY, types::object::Object};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the members of a team, their roles and budgets.
    fn list(team_id) -> Object:
        "teams.members.list" GET "/api/v1/teams/{team_id}/members", auth SESSION_ONLY;
    /// Changes the role of a member of a team.
    fn update(team_id, membership_id; json: &Object as "body") -> Object:
        "teams.members.update" PATCH "/api/v1/teams/{team_id}/members/{membership_id}",
        auth SESSION_ONLY;
}

/// Members of teams (`/api/v1/teams/{id}/members`, session cookie only).
#[derive(Handle)]
#[handle(Teams.members)]
pub struct TeamMembers<T> {
    client: crate::Client<T>,
}

impl<T: Transport> TeamMembers<T> {
    /// The members of a team, their roles and budgets (`GET /api/v1/teams/{id}/members`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `team_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.teams().members().list("team_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, team_id: &str) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service(), team_id))
    }

    /// Changes a membership (`PATCH /api/v1/teams/{id}/members/{membership}`): its `role`
    /// (`manager` or `worker`) or `role_id`.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `team_id`, `membership_id` or `body`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let role = serde_json::json!({"role": "manager"});
    /// client.teams().members().update("team_1", "mb_1", &role).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update<I: Serialize + ?Sized>(
        &self,
        team_id: &str,
        membership_id: &str,
        body: &I,
    ) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client()
            .api
            .call(update(self.client().api.service(), team_id, membership_id, &body).checked(given))
    }
}
