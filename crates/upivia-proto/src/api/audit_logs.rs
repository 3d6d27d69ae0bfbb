//! What happened (`/api/v1/audit-logs`).

use codespar_engine::{
    Call, Items, Page, Timestamp, answer, args, driver::Transport, endpoints, resource,
};

use crate::client::{Client, auth::WORKSPACE, pages::page_query};

endpoints! {
    pub(crate) static ROUTES;
    fn list(; query: &AuditLogQuery) -> AuditLogs:
        "audit_logs.list" GET "/api/v1/audit-logs", auth WORKSPACE;
}

args! {
    /// Which entries of the audit log.
    pub struct AuditLogQuery with {
        /// Those of one agent.
        agent_id: String = into,
        /// Those of one service.
        service: String = into,
        /// Those with this status, such as `executed`.
        status: String = into,
        /// From this moment on, as ISO 8601 text.
        from: String = into,
        /// Until this moment, as ISO 8601 text.
        to: String = into,
        /// At most this many per page, 1 to 500.
        limit: u32,
        /// The page at this cursor; only for single pages.
        cursor: String = into,
    }
}

page_query!(AuditLogQuery);

answer! {
    /// A page of the audit log.
    pub struct AuditLogs {
        /// The entries of this page, in the server's order.
        pub logs: Vec<AuditLog> = default,
        /// The cursor of the next page, if there is one.
        pub next_cursor: Option<String>,
    }

    /// An entry of the audit log. Members that are not documented are in `extra`.
    pub struct AuditLog {
        /// The id of the entry.
        pub id: Option<String>,
        /// What happened, such as `service_request.executed`.
        pub event_type: Option<String>,
        /// When the entry was made.
        pub created_at: Option<Timestamp>,
    }
}

resource! {
    /// What happened (`/api/v1/audit-logs`). Entries are kept for 7 to 90 days, by plan.
    AuditLogEntries = Client.audit_logs
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
        self.client().page("audit_logs.list", query, list)
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
        self.client().all_pages("audit_logs.iter", query, list, |page: AuditLogs| {
            Page::new(page.logs, page.next_cursor)
        })
    }
}
