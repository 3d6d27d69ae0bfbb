//! Service requests that wait for a person (`/api/v1/approvals`).

use codespar_engine::{Answer, Call, Extra, Handle, Timestamp, driver::Transport, endpoints};
use serde::Serialize;

use crate::{
    client::{Client, auth::SESSION},
    types::{money::Cents, nothing::Nothing, object::Object, outcome::Outcome},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the service requests that wait for a person.
    fn list(; query(pending): &Nothing) -> ApprovalList:
        "approvals.list" GET "/api/v1/approvals", auth SESSION;
    /// Lets a service request happen, which spends money where the budget allows it.
    fn approve(approval_id; json: &Nothing) -> Outcome:
        "approvals.approve" POST "/api/v1/approvals/{approval_id}/approve",
        effect MovesMoney, auth SESSION;
    /// Does not let a service request happen; nothing is spent.
    fn reject(approval_id; json: &Nothing) -> Outcome:
        "approvals.reject" POST "/api/v1/approvals/{approval_id}/reject", auth SESSION;
}

#[derive(Serialize)]
struct Pending {
    status: &'static str,
}

fn pending(_: &Nothing) -> Pending {
    Pending { status: "pending" }
}

/// The approvals that are open.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ApprovalList {
    /// The approvals that are waited for.
    #[wire(default)]
    pub approvals: Vec<Approval>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A service request that waits for a person.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Approval {
    /// Its id, to decide it by.
    pub id: String,
    /// The service request.
    pub request_id: Option<String>,
    /// The agent that made it.
    pub agent_id: Option<String>,
    /// The agent's name.
    pub agent_name: Option<String>,
    /// The service it is for.
    pub service: Option<String>,
    /// The operation it is for.
    pub operation: Option<String>,
    /// What the operation would be given.
    #[wire(personal)]
    pub payload: Option<Object>,
    /// What is expected to be charged.
    pub estimated_cost_cents: Option<Cents>,
    /// How it stands: `pending`.
    pub status: Option<String>,
    /// Until when it can be decided.
    pub expires_at: Option<Timestamp>,
    /// When it was opened.
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Service requests that wait for a person (`/api/v1/approvals`).
#[derive(Handle)]
#[handle(Client.approvals)]
pub struct Approvals<T> {
    client: Client<T>,
}

impl<T: Transport> Approvals<T> {
    /// The approvals that are open (`GET /api/v1/approvals?status=pending`, session cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// for approval in client.approvals().list().send()?.approvals {
    ///     println!(
    ///         "{} {:?} {:?}",
    ///         approval.id, approval.service, approval.estimated_cost_cents
    ///     );
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, ApprovalList> {
        self.client().api.call(list(self.client().api.service(), &Nothing {}))
    }

    /// Lets a request happen (`POST /api/v1/approvals/{id}/approve`, session cookie). The budget
    /// is looked at once more; the outcome says what came of the request, as far as the server
    /// does. Never repeated.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `approval_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let outcome = client.approvals().approve("appr_12").send()?;
    /// println!("{}", outcome.status());
    /// # Ok(()) }
    /// ```
    pub fn approve(&self, approval_id: &str) -> Call<T, Outcome> {
        self.client().api.call(approve(self.client().api.service(), approval_id, &Nothing {}))
    }

    /// Does not let a request happen (`POST /api/v1/approvals/{id}/reject`, session cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `approval_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let outcome = client.approvals().reject("appr_12").send()?;
    /// println!("{}", outcome.status());
    /// # Ok(()) }
    /// ```
    pub fn reject(&self, approval_id: &str) -> Call<T, Outcome> {
        self.client().api.call(reject(self.client().api.service(), approval_id, &Nothing {}))
    }
}
