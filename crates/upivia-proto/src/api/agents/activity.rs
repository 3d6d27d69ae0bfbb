//! What an agent did (`/api/v1/agents/{id}/activity`).

use codespar_engine::{
    Answer, Args, Call, Extra, Items, Page,
    driver::Transport,
    endpoints,
    kit::{Error, PageOf},
};
use serde::Serialize;

use crate::{
    api::{agents::Agents, audit_logs::AuditLog},
    client::{auth::WORKSPACE, pages::check_page_limit},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists what an agent did.
    fn activity_page(agent_id; query(ActivityQuery::pairs): &ActivityQuery) -> Activity:
        "agents.activity" GET "/api/v1/agents/{agent_id}/activity",
        auth WORKSPACE, pages activity as "agents.activity_iter";
}

/// Which activity of an agent.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ActivityQuery {
    /// At most this many entries per page, 1 to 500.
    pub limit: Option<u32>,
    /// The page at this cursor; only for single pages.
    pub cursor: Option<String>,
    /// What kind of activity; the values are not documented.
    pub r#type: Option<String>,
    /// Has the server verify the entries.
    pub verify: Option<bool>,
}

#[derive(Serialize)]
struct Pairs<'a> {
    limit: Option<u32>,
    cursor: Option<&'a str>,
    r#type: Option<&'a str>,
    verify: Option<u8>,
}

impl ActivityQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }

    fn pairs(&self) -> Pairs<'_> {
        Pairs {
            limit: self.limit,
            cursor: self.cursor.as_deref(),
            r#type: self.r#type.as_deref(),
            verify: (self.verify == Some(true)).then_some(1),
        }
    }
}

/// A page of what an agent did. Delegations, requests and sums are in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Activity {
    /// The entries of this page, in the server's order.
    #[wire(default)]
    pub logs: Vec<AuditLog>,
    /// The cursor of the next page, if there is one.
    #[serde(rename = "nextCursor")]
    pub next_cursor: Option<String>,
    /// Whether there is a next page.
    #[serde(rename = "hasMore")]
    pub has_more: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PageOf for Activity {
    type Item = AuditLog;

    fn into_page(self) -> Page<AuditLog> {
        Page::new(self.logs, self.next_cursor)
    }
}

impl<T: Transport> Agents<T> {
    /// A page of what an agent did (`GET /api/v1/agents/{id}/activity`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, or `limit` when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::agents::ActivityQuery;
    ///
    /// let page = client
    ///     .agents()
    ///     .activity_page("agt_1", &ActivityQuery::default().limit(20))
    ///     .send()?;
    /// println!("{} entries, more: {:?}", page.logs.len(), page.has_more);
    /// # Ok(()) }
    /// ```
    pub fn activity_page(&self, agent_id: &str, query: &ActivityQuery) -> Call<T, Activity> {
        self.client().api.call(activity_page(self.client().api.service(), agent_id, query))
    }

    /// All entries of what an agent did, page after page, as they are asked for.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `agent_id`, `limit` or `cursor`; `Decode` when the server's cursors lead
    /// in circles.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::agents::ActivityQuery;
    ///
    /// for entry in client.agents().activity("agt_1", &ActivityQuery::default()) {
    ///     println!("{:?}", entry?.event_type);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "activity_iter")]
    pub fn activity(&self, agent_id: &str, query: &ActivityQuery) -> Items<T, AuditLog> {
        self.client().api.items(activity(self.client().api.service(), agent_id, query))
    }
}
