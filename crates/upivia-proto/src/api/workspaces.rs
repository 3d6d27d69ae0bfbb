//! Workspaces: organizations, each with a balance, agents and teams of its own
//! (`/api/v1/workspaces`).

use codespar_engine::{
    Args, Call, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_filled},
};
use serde::Serialize;

use crate::{
    client::{
        Client,
        auth::{SESSION_ONLY, WORKSPACE},
    },
    types::object::Object,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the caller's workspaces.
    fn list() -> Object: "workspaces.list" GET "/api/v1/workspaces", auth WORKSPACE;
    /// Makes a workspace the one that later calls are about.
    fn switch(; json(Organization::body): &Organization) -> Object:
        "workspaces.switch" POST "/api/v1/workspaces/switch", auth SESSION_ONLY;
}

/// The workspace that is to be the caller's.
#[derive(Args)]
#[wire(check)]
struct Organization {
    /// The organization that the workspace is of.
    org_id: String,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "orgId")]
    org_id: &'a str,
}

impl Organization {
    fn check(&self) -> Result<(), Error> {
        check_filled("org_id", &self.org_id)
    }

    fn body(&self) -> Body<'_> {
        Body { org_id: &self.org_id }
    }
}

/// The workspaces that a user belongs to (`/api/v1/workspaces`).
#[derive(Handle)]
#[handle(Client.workspaces)]
pub struct Workspaces<T> {
    client: Client<T>,
}

impl<T: Transport> Workspaces<T> {
    /// The caller's workspaces (`GET /api/v1/workspaces`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.workspaces().list().send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service()))
    }

    /// Makes a workspace the one that later calls of this client are about
    /// (`POST /api/v1/workspaces/switch`, session cookie only). The server answers with a
    /// cookie, which the client and its clones keep.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `org_id`, when it is empty.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workspaces().switch("org_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn switch(&self, org_id: &str) -> Call<T, Object> {
        self.client().api.call(switch(self.client().api.service(), &Organization::new(org_id)))
    }
}
