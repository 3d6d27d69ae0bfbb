//! What happened (`/api/v1/audit-logs`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Items, Page, Timestamp,
    driver::Transport,
    endpoints,
    kit::{Error, PageOf},
};

use crate::client::{Client, auth::WORKSPACE, pages::check_page_limit};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the entries of the audit log.
    fn list_page(; query: &AuditLogQuery) -> AuditLogs:
        "audit_logs.list" GET "/api/v1/audit-logs",
        auth WORKSPACE, pages list as "audit_logs.iter";
}

/// Which entries of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct AuditLogQuery {
    /// Those of one agent.
    pub agent_id: Option<String>,
    /// Those of one service.
    pub service: Option<String>,
    /// Those with this status, such as `executed`.
    pub status: Option<String>,
    /// From this moment on, as ISO 8601 text.
    #[wire(timestamp)]
    pub from: Option<String>,
    /// Until this moment, as ISO 8601 text.
    #[wire(timestamp)]
    pub to: Option<String>,
    /// At most this many per page, 1 to 500.
    pub limit: Option<u32>,
    /// The page at this cursor; only for single pages.
    pub cursor: Option<String>,
}

impl AuditLogQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }
}

/// A page of the audit log.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditLogs {
    /// The entries of this page, in the server's order.
    #[wire(default)]
    pub logs: Vec<AuditLog>,
    /// The cursor of the next page, if there is one.
    pub next_cursor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl PageOf for AuditLogs {
    type Item = AuditLog;

    fn into_page(self) -> Page<AuditLog> {
        Page::new(self.logs, self.next_cursor)
    }
}

/// An entry of the audit log. Members that are not documented are in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AuditLog {
    /// The id of the entry.
    pub id: Option<String>,
    /// What happened, such as `service_request.executed`.
    pub event_type: Option<String>,
    /// When the entry was made.
    pub created_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What happened (`/api/v1/audit-logs`). Entries are kept for 7 to 90 days, by plan.
#[derive(Handle)]
#[handle(Client.audit_logs)]
pub struct AuditLogEntries<T> {
    client: Client<T>,
}

impl<T: Transport> AuditLogEntries<T> {
    /// A page of the audit log (`GET /api/v1/audit-logs`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::audit_logs::AuditLogQuery;
    ///
    /// let page = client
    ///     .audit_logs()
    ///     .list_page(&AuditLogQuery::default().service("email").limit(50))
    ///     .send()?;
    /// println!("{} entries, next {:?}", page.logs.len(), page.next_cursor);
    /// # Ok(()) }
    /// ```
    pub fn list_page(&self, query: &AuditLogQuery) -> Call<T, AuditLogs> {
        self.client().api.call(list_page(self.client().api.service(), query))
    }

    /// All entries, page after page, as they are asked for.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit` or `cursor`; `Decode` when the server's cursors lead in circles.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::audit_logs::AuditLogQuery;
    ///
    /// for entry in client.audit_logs().list(&AuditLogQuery::default().agent_id("agt_1")) {
    ///     println!("{:?}", entry?.event_type);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "iter")]
    pub fn list(&self, query: &AuditLogQuery) -> Items<T, AuditLog> {
        self.client().api.items(list(self.client().api.service(), query))
    }
}
