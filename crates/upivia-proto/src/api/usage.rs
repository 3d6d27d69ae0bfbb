//! What was spent (`/api/v1/usage`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, driver::Transport, endpoints, kit::Error,
};
use serde::Serialize;

use crate::{
    client::{Client, auth::WORKSPACE, pages::check_page_limit},
    types::{money::Cents, object::Object},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what was spent, and how much in all.
    fn list(; query(UsageQuery::pairs): &UsageQuery) -> Usage:
        "usage.list" GET "/api/v1/usage", auth WORKSPACE;
}

/// Which records of usage.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UsageQuery {
    /// Those of one agent.
    pub agent_id: Option<String>,
    /// From this moment on, as ISO 8601 text.
    #[wire(timestamp)]
    pub from: Option<String>,
    /// Until before this moment, as ISO 8601 text.
    #[wire(timestamp)]
    pub to: Option<String>,
    /// At most this many, 1 to 500; the server's default is 100.
    pub limit: Option<u32>,
    /// With the balance, sums per agent, and the last 14 days as data of a chart.
    pub include_chart: Option<bool>,
}

#[derive(Serialize)]
struct Pairs<'a> {
    agent_id: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    limit: Option<u32>,
    include_chart: Option<u8>,
}

impl UsageQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }

    fn pairs(&self) -> Pairs<'_> {
        Pairs {
            agent_id: self.agent_id.as_deref(),
            from: self.from.as_deref(),
            to: self.to.as_deref(),
            limit: self.limit,
            include_chart: (self.include_chart == Some(true)).then_some(1),
        }
    }
}

/// What was spent.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Usage {
    /// What was spent in all, in cents.
    pub total_cents: Option<Cents>,
    /// The records. Their members are not documented.
    #[wire(default)]
    pub records: Vec<Object>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What was spent (`/api/v1/usage`).
#[derive(Handle)]
#[handle(Client.usage)]
pub struct UsageRecords<T> {
    client: Client<T>,
}

impl<T: Transport> UsageRecords<T> {
    /// What was spent (`GET /api/v1/usage`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::usage::UsageQuery;
    ///
    /// let june =
    ///     UsageQuery::default().from("2026-06-01T00:00:00Z").to("2026-07-01T00:00:00Z");
    /// println!("{:?} cents", client.usage().list(&june).send()?.total_cents);
    /// # Ok(()) }
    /// ```
    pub fn list(&self, query: &UsageQuery) -> Call<T, Usage> {
        self.client().api.call(list(self.client().api.service(), query))
    }
}
