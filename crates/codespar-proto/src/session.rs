//! A session: what it knows, and closing it. Its other operations stand with their subjects.

pub(crate) mod authorize;
pub mod chat;
pub(crate) mod connections;
pub(crate) mod create;
pub(crate) mod execute;
pub(crate) mod history;
pub(crate) mod info;
pub(crate) mod proxy_execute;
pub(crate) mod status;
pub(crate) mod tools;
pub mod workflow;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use codespar_engine::{
    Answer, Call, Error, Extra, Sensitive, Timestamp,
    driver::{BoxFlow, Flow, Transport},
    endpoints,
    kit::{ApiClient, Response, Service, encode_segment},
};
use serde::Serialize;

pub use self::{
    authorize::{Authorization, AuthorizeArgs},
    connections::{ConnectionsWait, ServerConnection, SessionConnections, Tool},
    create::{CreateSession, Mock, Preset, ServerSpec, SessionStatus},
    execute::{ToolOutcome, ToolRefusal, ToolResult},
    history::{LogRow, MockCounter, RecordToolCall, SessionMocks, UpdateToolCall},
    info::{ServerRef, SessionInfo},
    proxy_execute::{Proxied, ProxyCall, ProxyMethod},
    status::{
        PaymentEvent, PaymentState, PaymentStatus, Reconnect, VerificationEvent, VerificationState,
        VerificationStatus,
    },
    tools::{ListTools, RankedTool, RankedTools, ToolList},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Closes the session; closing it twice is closing it once.
    fn close(session_id) -> Closed:
        "session.close" DELETE "/v1/sessions/{session_id}" Safe, read read_closed;
}

/// The answer to closing a session. A self-hosted runtime answers nothing, which is this
/// without values.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Closed {
    /// The id of the session that was closed.
    pub id: Option<String>,
    /// The status of the session: `closed`.
    pub status: Option<SessionStatus>,
    /// When it was closed first: closing twice does not change it.
    pub closed_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// 200, 204 and 404 all mean that the session is closed.
fn read_closed(answer: Response) -> Result<Closed, Error> {
    let said = answer.json();
    if answer.is_success() || answer.status == 404 {
        // It is closed, whatever else the answer says.
        return said.or_else(|_| codespar_engine::kit::decode(b"{}"));
    }
    said
}

/// Where an agent reaches the tools of a session by the Model Context Protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct McpConfig {
    /// The URL of the session's MCP endpoint.
    pub url: String,
    /// The headers it wants; the key is among them, so their values do not show.
    pub headers: Vec<(String, Sensitive)>,
}

/// An open session, over any transport: charge and pay, run tools, talk to the agent, on behalf of
/// one user of yours.
///
/// [`charge`](Self::charge), [`pay`](Self::pay) and [`invoice`](Self::invoice) are typed tools,
/// [`execute`](Self::execute) runs any; [`settled`](Self::settled) waits for money,
/// [`send`](Self::send) and [`send_stream`](Self::send_stream) are a turn of chat. A session stays
/// open on the server until [`close`](Self::close): dropping this value closes nothing.
///
/// Sessions come from [`Client::create`](crate::Client::create) and
/// [`Client::session`](crate::Client::session). Cloning is cheap. The driver crates name it without
/// the parameter: `codespar_blocking::Session`, `codespar_async::Session`.
pub struct Session<T> {
    api: ApiClient<T>,
    core: Arc<SessionCore>,
}

/// What a session knows, whatever its transport.
#[derive(Debug)]
pub(crate) struct SessionCore {
    info: SessionInfo,
    waited: Option<ConnectionsWait>,
    connections: Mutex<Option<SessionConnections>>,
}

impl SessionCore {
    pub(crate) const fn new(info: SessionInfo, waited: Option<ConnectionsWait>) -> Self {
        Self { info, waited, connections: Mutex::new(None) }
    }

    pub(crate) fn last_seen(&self) -> MutexGuard<'_, Option<SessionConnections>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Session<T> {
    pub(crate) const fn new(api: ApiClient<T>, core: Arc<SessionCore>) -> Self {
        Self { api, core }
    }

    /// The id of the session. Keep it to take the session up again with
    /// [`Client::session`](crate::Client::session).
    pub fn id(&self) -> &str {
        &self.core.info.id
    }

    /// What the server said of the session when it was opened. For a session taken up by its id,
    /// that is the id alone.
    pub fn info(&self) -> &SessionInfo {
        &self.core.info
    }

    /// The result of waiting for its connections, if it was opened with
    /// [`wait_for_connections`](crate::CreateSession::wait_for_connections).
    pub fn connections_wait(&self) -> Option<&ConnectionsWait> {
        self.core.waited.as_ref()
    }

    /// The connections and tools as they were last seen by this session: the lists are shared, not
    /// copied. Sends nothing.
    pub fn last_connections(&self) -> Option<SessionConnections> {
        self.core.last_seen().clone()
    }

    /// The URL and headers of the session's MCP server, for an agent that speaks the Model Context
    /// Protocol. The headers hold the API key.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// let mcp = session.mcp();
    /// println!("{} with {} headers", mcp.url, mcp.headers.len());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "Model Context Protocol")]
    pub fn mcp(&self) -> McpConfig {
        let service = self.service();
        let header = |name: &str| Some((name.to_owned(), text(service.headers.get(name)?)));
        let headers = ["Authorization", "x-codespar-project"].into_iter().filter_map(header);
        let id = encode_segment(self.id());
        let base = service.base.as_str();
        McpConfig { url: format!("{base}/v1/sessions/{id}/mcp"), headers: headers.collect() }
    }

    pub(crate) const fn core(&self) -> &Arc<SessionCore> {
        &self.core
    }

    pub(crate) const fn api(&self) -> &ApiClient<T> {
        &self.api
    }

    pub(crate) const fn service(&self) -> &Arc<Service> {
        self.api.service()
    }
}

fn text(value: &http::HeaderValue) -> Sensitive {
    Sensitive::from(value.to_str().unwrap_or_default())
}

impl<T: Transport> Session<T> {
    /// Closes the session (`DELETE /v1/sessions/{id}`). Closing twice is no error, nor is closing a
    /// session that is gone.
    ///
    /// Idempotency: none is needed, the same twice is the same once; repeated where it fails for a
    /// moment.
    ///
    /// # Errors
    /// Whatever else the server answers: then the session may still be open.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// session.close().send()?;
    /// # Ok(()) }
    /// ```
    pub fn close(&self) -> Call<T, Closed> {
        self.call(close(self.service(), self.id()))
    }

    pub(crate) fn call<O>(
        &self,
        flow: impl Flow<Item = std::convert::Infallible, Output = O> + 'static,
    ) -> Call<T, O> {
        self.api.call(flow)
    }

    pub(crate) fn boxed_call<O>(&self, flow: BoxFlow<O>) -> Call<T, O> {
        self.api.boxed_call(flow)
    }
}

impl<T: Clone> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self { api: self.api.clone(), core: Arc::clone(&self.core) }
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", &self.id()).finish_non_exhaustive()
    }
}
