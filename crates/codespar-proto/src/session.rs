//! A session: what it knows, and closing it. Its other operations stand with their subjects.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codespar_engine::{
    ApiKey, Call, Error, Extra, Flow, Items, Json, Response, Sensitive, Service, Transport, Unary,
    answer, endpoints,
    kit::{Failed, encode_segment},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Connections, ConnectionsWait, SessionStatus, Timestamp, client::ClientCore};

endpoints! {
    pub(crate) static ROUTES;
    fn close(session) -> Closed: "session.close" DELETE "/v1/sessions/{session}" Safe, read closed;
}

answer! {
    /// What is known of a session.
    pub struct SessionInfo {
        /// Its id.
        pub id: String,
        /// The organization it belongs to.
        pub org_id: Option<String>,
        /// The project it belongs to.
        pub project_id: Option<String>,
        /// The user of yours it acts for; the one that was asked for where the server does not
        /// say.
        pub user_id: String = default,
        /// Its servers; those that were asked for where the server does not say.
        pub servers: Vec<ServerRef> = default,
        /// How it stood when it was last looked at.
        pub status: SessionStatus = default,
        /// When it was made, as the server says.
        pub created_at: Option<Timestamp>,
        /// When it was closed.
        pub closed_at: Option<Timestamp>,
        /// How many tool calls it has made (only where a single session is asked for).
        pub tool_calls_count: Option<u64>,
    }

    /// The answer to closing a session. A self-hosted runtime answers nothing, which is this
    /// without values.
    pub struct Closed {
        /// The session.
        pub id: Option<String>,
        /// `closed`.
        pub status: Option<SessionStatus>,
        /// When it was closed first: closing twice does not change it.
        pub closed_at: Option<Timestamp>,
    }
}

impl SessionInfo {
    pub(crate) fn of_creation(id: String, user_id: String, servers: Vec<ServerRef>) -> Self {
        Self {
            id,
            user_id,
            servers,
            status: SessionStatus::Active,
            org_id: None,
            project_id: None,
            created_at: None,
            closed_at: None,
            tool_calls_count: None,
            extra: Extra::default(),
        }
    }
}

/// A server of a session: its id, and whatever else the API told with it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ServerRef {
    /// The id, such as `asaas`.
    pub id: String,
    /// The whole object, where the server sent one instead of the bare id.
    pub details: Option<Json>,
}

impl From<&str> for ServerRef {
    fn from(id: &str) -> Self {
        Self { id: id.to_owned(), details: None }
    }
}

impl Serialize for ServerRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.details {
            Some(details) => details.serialize(serializer),
            None => self.id.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ServerRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
        }
        let json = Json::deserialize(deserializer)?;
        let wrong = |error: Error| serde::de::Error::custom(error.message());
        if json.is_object() {
            let row: Row = json.read().map_err(wrong)?;
            return Ok(Self { id: row.id, details: Some(json) });
        }
        Ok(Self { id: json.read().map_err(wrong)?, details: None })
    }
}

/// 200, 204 and 404 all mean that the session is closed.
fn closed(answer: Response) -> Result<Closed, Error> {
    let said = answer.json();
    if answer.is_success() || answer.status == 404 {
        // It is closed, whatever else the answer says.
        return said.or_else(|_| codespar_engine::decode(b"{}"));
    }
    said
}

/// Where an agent reaches the tools of a session by the Model Context Protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct McpConfig {
    /// The endpoint.
    pub url: String,
    /// The headers it wants; the key is among them, so their values do not show.
    pub headers: Vec<(String, Sensitive)>,
}

/// An open session over any transport.
///
/// Cloning is cheap. The driver crates name it without the parameter:
/// `codespar_blocking::Session`, `codespar_async::Session`.
pub struct Session<T> {
    transport: T,
    core: Arc<SessionCore>,
}

/// What a session knows, whatever its transport.
#[derive(Debug)]
pub(crate) struct SessionCore {
    service: Arc<Service>,
    key: ApiKey,
    info: SessionInfo,
    waited: Option<ConnectionsWait>,
    connections: Mutex<Option<Connections>>,
}

impl SessionCore {
    pub(crate) fn made(
        service: Arc<Service>,
        key: ApiKey,
        info: SessionInfo,
        waited: Option<ConnectionsWait>,
    ) -> Self {
        Self { service, key, info, waited, connections: Mutex::new(None) }
    }

    pub(crate) fn known(client: &ClientCore, info: SessionInfo) -> Self {
        Self::made(Arc::clone(&client.service), client.key.clone(), info, None)
    }

    pub(crate) fn remembered(&self) -> MutexGuard<'_, Option<Connections>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Session<T> {
    pub(crate) const fn new(transport: T, core: Arc<SessionCore>) -> Self {
        Self { transport, core }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.core.info.id
    }

    /// What was known of it when it was opened. For a session taken up by its id that is the id
    /// alone.
    pub fn info(&self) -> &SessionInfo {
        &self.core.info
    }

    /// How waiting for its connections went, if it was opened with
    /// [`wait_for_connections`](crate::CreateSession::wait_for_connections).
    pub fn connections_wait(&self) -> Option<&ConnectionsWait> {
        self.core.waited.as_ref()
    }

    /// The connections and tools as they were last seen. Sends nothing.
    pub fn last_connections(&self) -> Option<Connections> {
        self.core.remembered().clone()
    }

    /// Where an agent reaches its tools by the Model Context Protocol.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// let mcp = session.mcp();
    /// println!("{} with {} headers", mcp.url, mcp.headers.len());
    /// # Ok(()) }
    /// ```
    pub fn mcp(&self) -> McpConfig {
        let base = self.core.service.base.as_str();
        let bearer = self.core.key.bearer();
        let mut headers = vec![("Authorization".to_owned(), text(&bearer))];
        if let Some(project) = self.core.service.headers.get(crate::ids::PROJECT_HEADER) {
            headers.push(("x-codespar-project".to_owned(), text(project)));
        }
        let id = encode_segment(self.id());
        McpConfig { url: format!("{base}/v1/sessions/{id}/mcp"), headers }
    }

    pub(crate) const fn core(&self) -> &Arc<SessionCore> {
        &self.core
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.core.service
    }
}

fn text(value: &http::HeaderValue) -> Sensitive {
    Sensitive::from(value.to_str().unwrap_or_default())
}

impl<T: Transport> Session<T> {
    /// Closes it (`DELETE /v1/sessions/{id}`). Closing twice is no error, nor is closing one that
    /// is gone.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// ```
    /// # fn example<T: codespar_proto::BlockingTransport>(session: &codespar_proto::Session<T>) -> Result<(), codespar_proto::Error> {
    /// session.close().send()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Whatever else the server answers: then the session may still be open.
    pub fn close(&self) -> Call<T, Closed> {
        self.call(close(self.service(), self.id()))
    }

    pub(crate) fn call<O>(
        &self,
        flow: impl Flow<Item = std::convert::Infallible, Output = O> + 'static,
    ) -> Call<T, O> {
        Call::new(self.transport.clone(), flow)
    }

    /// Makes a call, unless its arguments cannot work.
    pub(crate) fn checked<O: 'static>(
        &self,
        operation: &'static str,
        check: Result<(), Error>,
        flow: impl FnOnce(&Arc<Service>) -> Unary<O>,
    ) -> Call<T, O> {
        match check {
            Ok(()) => self.call(flow(self.service())),
            Err(error) => self.fails(error.at(operation)),
        }
    }

    pub(crate) fn items<I>(&self, flow: impl Flow<Item = I, Output = ()> + 'static) -> Items<T, I> {
        Items::new(self.transport.clone(), flow)
    }

    pub(crate) fn fails<O: 'static>(&self, error: Error) -> Call<T, O> {
        self.call(Failed::with(error))
    }
}

impl<T: Clone> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self { transport: self.transport.clone(), core: Arc::clone(&self.core) }
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.id()).finish_non_exhaustive()
    }
}
