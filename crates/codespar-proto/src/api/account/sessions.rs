//! The sessions of a project, with what was done and paid in them (`/v1/account/sessions`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Items, Page, Timestamp, WireEnum, driver::Transport,
    endpoints, kit::Response,
};

use crate::{
    api::account::Account, check::check_range, session::create::SessionStatus,
    types::minor_text::MinorText,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the sessions of the project with their agents, calls, reviews and money.
    fn sessions_page(; query: &ListAccountSessions) -> Page<AccountSession>:
        "account.sessions" GET "/v1/account/sessions", read page, pages sessions;
}

impl<T: Transport> Account<T> {
    /// The sessions of the project with their agents, calls, reviews and money, newest first (`GET
    /// /v1/account/sessions`), page after page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles; `Api` with
    /// `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::account::ListAccountSessions;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for session in client.account().sessions(&ListAccountSessions::default()) {
    ///     let session = session?;
    ///     println!("{:?} {:?}", session.id, session.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn sessions(&self, args: &ListAccountSessions) -> Items<T, AccountSession> {
        self.client().items(sessions(self.client().service(), args))
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::account::ListAccountSessions;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let args = ListAccountSessions::default().limit(20);
    /// let page = client.account().sessions_page(&args).send()?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn sessions_page(&self, args: &ListAccountSessions) -> Call<T, Page<AccountSession>> {
        self.client().call(sessions_page(self.client().service(), args))
    }
}

/// Which sessions are listed: all of the project, unless something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListAccountSessions {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
    /// Only those that stand so.
    #[wire(into)]
    pub status: Option<SessionStatus>,
    /// Not those opened before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// Only those opened by such.
    #[wire(into)]
    pub origin: Option<AccountSessionOrigin>,
    /// Of this agent only.
    pub agent_id: Option<String>,
}

impl ListAccountSessions {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// Who opened a session.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccountSessionOrigin {
    /// An agent opened it.
    Agent,
    /// A person opened it.
    Person,
    /// A person in the playground.
    Playground,
    /// A program of yours opened it.
    Api,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A session, with what was done and paid in it.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountSession {
    /// The id of the session.
    pub id: Option<String>,
    /// How it stands.
    pub status: Option<SessionStatus>,
    /// When it was opened.
    pub created_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The agent that acts in it.
    pub agent_id: Option<String>,
    /// The name of that agent, for people.
    pub agent_display_name: Option<String>,
    /// Who opened it.
    pub origin_kind: Option<AccountSessionOrigin>,
    /// The user who opened it.
    pub opened_by_user_id: Option<String>,
    /// What was called in it.
    pub tool_calls: Option<AccountSessionCalls>,
    /// The mandate it was made under.
    pub mandate_id: Option<String>,
    /// What was debited in it in `BRL`, in **minor** units; absent where nothing was.
    pub amount_minor: Option<MinorText>,
    /// What persons had to decide.
    pub review: Option<AccountReviews>,
    /// What it is called.
    pub title: Option<String>,
    /// What was played in it.
    pub scene: Option<String>,
    /// What carried it out, where that was no provider: `codespar_simulator`.
    pub executor: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The tool calls of a session.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountSessionCalls {
    /// How many there were.
    pub count: Option<u64>,
    /// How many failed.
    pub errors: Option<u64>,
    /// How many were denied.
    pub denied: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What persons had to decide in a session.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AccountReviews {
    /// How many wait for a person.
    pub pending: Option<u64>,
    /// How many were decided.
    pub decided: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct PageList {
    sessions: Vec<AccountSession>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<AccountSession>, Error> {
    answer.json().map(|list: PageList| Page::new(list.sessions, list.next_before))
}
