//! Chat sessions (`/api/v1/chat/sessions`).

use codespar_engine::{
    Answer, Args, Call, Extra, Handle, Timestamp,
    driver::Transport,
    endpoints,
    kit::{Error, check_segment},
};
use serde::Serialize;

use crate::{
    chat::Chat,
    client::{auth::WORKSPACE, pages::check_page_limit},
    types::{nothing::Nothing, object::Object},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the caller's chat sessions.
    fn list(; query(ListQuery::of): &ChatSessionQuery) -> ChatSessionList:
        "chat.sessions.list" GET "/api/v1/chat/sessions", auth WORKSPACE;
    /// Makes a chat session, or gives an open one in which nothing was said yet.
    fn create(; json: &CreateChatSession) -> ChatSession:
        "chat.sessions.create" POST "/api/v1/chat/sessions", auth WORKSPACE;
    /// Gives a chat session and everything said in it.
    fn get(session_id) -> Object:
        "chat.sessions.get" GET "/api/v1/chat/sessions/{session_id}", auth WORKSPACE;
    /// Closes a chat session; what was said stays readable.
    fn delete(; query: &OneSession) -> Object:
        "chat.sessions.delete" DELETE "/api/v1/chat/sessions", auth WORKSPACE;
    /// Closes all open chat sessions of the caller.
    fn delete_all(; query(all): &Nothing) -> Object:
        "chat.sessions.delete_all" DELETE "/api/v1/chat/sessions", auth WORKSPACE;
}

/// Which chat sessions are listed: the caller's open ones in which something was said, unless
/// something is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ChatSessionQuery {
    /// With one agent.
    pub agent_id: Option<String>,
    /// Of one team.
    pub team_id: Option<String>,
    /// At most this many, 1 to 500.
    pub limit: Option<u32>,
    /// Closed ones too.
    pub include_closed: Option<bool>,
    /// Ones in which nothing was said, too.
    pub include_empty: Option<bool>,
}

impl ChatSessionQuery {
    fn check(&self) -> Result<(), Error> {
        check_page_limit(self.limit)
    }
}

/// A flag that is off is left out.
#[derive(Serialize)]
struct ListQuery<'a> {
    agent_id: Option<&'a str>,
    team_id: Option<&'a str>,
    limit: Option<u32>,
    include_closed: Option<bool>,
    include_empty: Option<bool>,
}

impl<'a> ListQuery<'a> {
    fn of(query: &'a ChatSessionQuery) -> Self {
        Self {
            agent_id: query.agent_id.as_deref(),
            team_id: query.team_id.as_deref(),
            limit: query.limit,
            include_closed: query.include_closed.filter(|flag| *flag),
            include_empty: query.include_empty.filter(|flag| *flag),
        }
    }
}

/// What a chat session is made with.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct CreateChatSession {
    /// The agent; the server's default unless set.
    pub agent_id: Option<String>,
    /// The model; the agent's own unless set.
    pub model_id: Option<String>,
    /// What it is called.
    pub title: Option<String>,
}

/// Which session is deleted.
#[derive(Args)]
#[wire(check)]
struct OneSession {
    /// The session.
    session_id: String,
}

impl OneSession {
    fn check(&self) -> Result<(), Error> {
        check_segment("session_id", &self.session_id)
    }
}

#[derive(Serialize)]
struct AllSessions {
    all: bool,
}

fn all(_: &Nothing) -> AllSessions {
    AllSessions { all: true }
}

/// The chat sessions that were asked for.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ChatSessionList {
    /// The sessions, in the server's order.
    #[wire(default)]
    pub sessions: Vec<ChatSession>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A chat session.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ChatSession {
    /// The id of the session, such as `cs_1`.
    pub id: String,
    /// The id of the agent that is talked to.
    pub agent_id: Option<String>,
    /// What the agent is called.
    pub agent_name: Option<String>,
    /// The id of the model that answers.
    pub model_id: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When something was last said in it.
    pub last_message_at: Option<Timestamp>,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Chat sessions (`/api/v1/chat/sessions`).
#[derive(Handle)]
#[handle(Chat.sessions)]
pub struct ChatSessions<T> {
    client: crate::Client<T>,
}

impl<T: Transport> ChatSessions<T> {
    /// Lists chat sessions (`GET /api/v1/chat/sessions`, access token or cookie).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`, when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::chat::ChatSessionQuery;
    ///
    /// let query = ChatSessionQuery::default().include_closed(true);
    /// for session in client.chat().sessions().list(&query).send()?.sessions {
    ///     println!("{} {:?}", session.id, session.title);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, query: &ChatSessionQuery) -> Call<T, ChatSessionList> {
        self.client().api.call(list(self.client().api.service(), query))
    }

    /// Makes a chat session, or gives an open one in which nothing was said yet
    /// (`POST /api/v1/chat/sessions`, access token or cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Decode`, when the server gives a session without an id.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::chat::CreateChatSession;
    ///
    /// let session = client
    ///     .chat()
    ///     .sessions()
    ///     .create(&CreateChatSession::default().title("Bills"))
    ///     .send()?;
    /// println!("{}", session.id);
    /// # Ok(()) }
    /// ```
    pub fn create(&self, session: &CreateChatSession) -> Call<T, ChatSession> {
        self.client().api.call(create(self.client().api.service(), session))
    }

    /// A chat session and everything said in it
    /// (`GET /api/v1/chat/sessions/{id}`, access token or cookie). Its members are not
    /// documented.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `session_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let session = client.chat().sessions().get("cs_1").send()?;
    /// println!("{:?}", session.names());
    /// # Ok(()) }
    /// ```
    pub fn get(&self, session_id: &str) -> Call<T, Object> {
        self.client().api.call(get(self.client().api.service(), session_id))
    }

    /// Closes a chat session (`DELETE /api/v1/chat/sessions?session_id=…`, access token or
    /// cookie). What was said stays readable.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `session_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.chat().sessions().delete("cs_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn delete(&self, session_id: &str) -> Call<T, Object> {
        self.client().api.call(delete(self.client().api.service(), &OneSession::new(session_id)))
    }

    /// Closes all open chat sessions of the caller
    /// (`DELETE /api/v1/chat/sessions?all=true`, access token or cookie).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let closed = client.chat().sessions().delete_all().send()?;
    /// println!("{:?} closed", closed.get::<u32>("count")?);
    /// # Ok(()) }
    /// ```
    pub fn delete_all(&self) -> Call<T, Object> {
        self.client().api.call(delete_all(self.client().api.service(), &Nothing {}))
    }
}
