//! The sessions of a project (`/v1/sessions`), beyond the one at hand.

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Items, Page, Sensitive, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    check::check_range,
    client::Client,
    session::{create::SessionStatus, info::SessionInfo},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the sessions of the project, newest first.
    fn list_page(; query: &ListSessions) -> Page<SessionInfo>:
        "sessions.list" GET "/v1/sessions", scope "sessions:read", read page, pages list;
    /// Says how a session stands, with the number of its tool calls.
    fn get(session_id) -> SessionInfo: "sessions.get" GET "/v1/sessions/{session_id}";
}

/// Which sessions are listed: all of the project, unless something is set.
///
/// ```
/// use codespar_proto::{session::SessionStatus, sessions::ListSessions};
///
/// let args = ListSessions::default().status(SessionStatus::Active).user_id("buyer-77");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListSessions {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
    /// Only sessions with this status.
    pub status: Option<SessionStatus>,
    /// Of this user of yours only.
    #[wire(personal)]
    pub user_id: Option<Sensitive>,
    /// Of this agent only, by its id; one that is not known has none.
    pub agent_id: Option<String>,
}

impl ListSessions {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    sessions: Vec<SessionInfo>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<SessionInfo>, Error> {
    answer.json().map(|listed: Listed| Page::new(listed.sessions, listed.next_before))
}

/// The sessions of the project, open and closed (`/v1/sessions`).
#[derive(Handle)]
#[handle(Client.sessions)]
pub struct Sessions<T> {
    client: Client<T>,
}

impl<T: Transport> Sessions<T> {
    /// All sessions that fit, newest first (`GET /v1/sessions`), page after page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles; `Api` with
    /// 404 on a self-hosted runtime, which lists none.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, sessions::ListSessions};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for session in client.sessions().list(&ListSessions::default()) {
    ///     println!("{} {}", session?.id, client.base_url());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListSessions) -> Items<T, SessionInfo> {
        self.client().items(list(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, sessions::ListSessions};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.sessions().list_page(&ListSessions::default().limit(20)).send()?;
    /// let next = page.next.map(|cursor| ListSessions::default().cursor(cursor));
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn list_page(&self, args: &ListSessions) -> Call<T, Page<SessionInfo>> {
        self.client().call(list_page(self.client().service(), args))
    }

    /// How a session stands, with the number of its tool calls (`GET /v1/sessions/{session_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `session_id`; `Api` with `not_found`, also for another project's session.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let info = client.sessions().get("ses_Qm4kX1aZ8tPd2LwR").send()?;
    /// println!("{}: {} tool calls", info.status, info.tool_calls_count.unwrap_or(0));
    /// # Ok(()) }
    /// ```
    pub fn get(&self, session_id: impl AsRef<str>) -> Call<T, SessionInfo> {
        self.client().call(get(self.client().service(), session_id.as_ref()))
    }
}
