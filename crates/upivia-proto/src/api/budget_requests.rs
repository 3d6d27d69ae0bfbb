//! Workers that ask for budget (`/api/v1/budget-requests`).

use codespar_engine::{Call, Handle, driver::Transport, endpoints};
use serde::Serialize;

use crate::{
    client::{Client, auth::SESSION_ONLY},
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Asks for budget of a team, in cents; somebody decides about it.
    fn create(; json: &Object as "body") -> Object:
        "budget_requests.create" POST "/api/v1/budget-requests", auth SESSION_ONLY;
    /// Lists the requests for budget: those that are open, or those of the caller.
    fn list() -> Object: "budget_requests.list" GET "/api/v1/budget-requests", auth SESSION_ONLY;
    /// Grants or refuses a request for budget; what is granted may be spent.
    fn resolve(request_id; json: &Object as "body") -> Object:
        "budget_requests.resolve" PATCH "/api/v1/budget-requests/{request_id}",
        effect MovesMoney, auth SESSION_ONLY;
}

/// Workers that ask for budget (`/api/v1/budget-requests`, session cookie only).
#[derive(Handle)]
#[handle(Client.budget_requests)]
pub struct BudgetRequests<T> {
    client: Client<T>,
}

impl<T: Transport> BudgetRequests<T> {
    /// Asks for budget of a team, in cents (`POST /api/v1/budget-requests`). What the body names
    /// is not documented.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `body`, or a member that ends in `_cents` and is not a whole number, zero
    /// or more.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let body = serde_json::json!({"team_id": "team_1", "amount_cents": 2500, "reason": "ads"});
    /// client.budget_requests().create(&body).send()?;
    /// # Ok(()) }
    /// ```
    pub fn create<I: Serialize + ?Sized>(&self, body: &I) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client().api.call(create(self.client().api.service(), &body).checked(given))
    }

    /// What was asked: an owner sees all that is open, others what they asked themselves
    /// (`GET /api/v1/budget-requests`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.budget_requests().list().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service()))
    }

    /// Grants or refuses a request (`PATCH /api/v1/budget-requests/{id}`). Never repeated. What
    /// the body names is not documented.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `request_id`, `body`, or a member that ends in `_cents`, as for
    /// [`create`](Self::create).
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.budget_requests().resolve("br_1", &serde_json::json!({"action": "approve"})).send()?;
    /// # Ok(()) }
    /// ```
    pub fn resolve<I: Serialize + ?Sized>(&self, request_id: &str, body: &I) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client()
            .api
            .call(resolve(self.client().api.service(), request_id, &body).checked(given))
    }
}
