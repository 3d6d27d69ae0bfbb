//! A session: one method per operation.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use codespar_engine::{
    Answer, ApiKey, Call, Error, Extra, Flow, Items, Json, Sensitive, Service, Transport, Unary,
    answer,
    describe::{EventStream, Failed, LastItem},
    endpoints,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Called, Charge, ChargeArgs, ChatEvent, Connections, ConnectionsWait, Pay, PayArgs,
    PaymentStatus, SendResult, SessionStatus, Timestamp, Tool, ToolResult, VerificationStatus,
    charge, chat,
    client::ClientCore,
    connections, pay, status, tools,
};

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

impl Default for SessionStatus {
    /// Sessions are active unless the server says otherwise.
    fn default() -> Self {
        Self::Active
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
fn closed(answer: Answer) -> Result<Closed, Error> {
    let gone = answer.status == 404 || answer.status == 204 || answer.body.is_empty();
    if gone && (answer.is_success() || answer.status == 404) {
        return codespar_engine::decode(b"{}");
    }
    answer.json()
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

    pub(crate) fn known(client: &ClientCore, id: String) -> Self {
        let info = SessionInfo::of_creation(id, String::new(), Vec::new());
        Self::made(Arc::clone(&client.service), client.key.clone(), info, None)
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Option<Connections>> {
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
    pub fn mcp(&self) -> McpConfig {
        let base = self.core.service.base.as_str();
        let bearer = self.core.key.bearer();
        let mut headers = vec![("Authorization".to_owned(), text(&bearer))];
        if let Some(project) = self.core.service.headers.get(crate::ids::PROJECT_HEADER) {
            headers.push(("x-codespar-project".to_owned(), text(project)));
        }
        let id = codespar_engine::describe::encode_segment(self.id());
        McpConfig { url: format!("{base}/v1/sessions/{id}/mcp"), headers }
    }

    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.core.service
    }
}

fn text(value: &http::HeaderValue) -> Sensitive {
    Sensitive::from(value.to_str().unwrap_or_default())
}

impl<T: Transport> Session<T> {
    /// Runs a tool (`POST /v1/sessions/{id}/execute`): a catalog tool `server/tool`, or a meta-tool
    /// such as `codespar_charge`. `input` becomes a JSON object.
    ///
    /// A tool that fails or refuses is a [`ToolResult`] too; [`ToolResult::outcome`] tells which.
    /// Money may move: the call is not repeated once the server may have seen it.
    ///
    /// # Errors
    /// `Config` naming `tool` or `input`, before anything is sent; `Api` when nothing ran:
    /// `session_not_active`, `not_found`, `policy_denied`, `quota_exceeded` and others.
    pub fn execute<I: Serialize + ?Sized>(&self, tool: &str, input: &I) -> Call<T, ToolResult> {
        match Json::of(input) {
            Ok(input) => self.execute_json(tool, &input),
            Err(error) => self.fails(Error::config("input", "expected a JSON object").with_source(error)),
        }
    }

    fn execute_json(&self, tool: &str, input: &Json) -> Call<T, ToolResult> {
        self.start(tools::execute(self.service(), self.id(), tool, input))
    }

    /// Hands a message to the session's agent and waits for its answer
    /// (`POST /v1/sessions/{id}/send`).
    ///
    /// # Errors
    /// `Config` naming `message`; `Api` with `chat_loop_failed`, whose body lists the tool calls
    /// that were made, `anthropic_not_configured`, and others.
    pub fn send(&self, message: &str) -> Call<T, SendResult> {
        self.start(chat::send(self.service(), self.id(), message))
    }

    /// Hands a message to the session's agent and follows it at work
    /// (`POST /v1/sessions/{id}/send`, as an event stream).
    ///
    /// The stream is over after [`ChatEvent::Done`] or [`ChatEvent::Error`]; one that ends before
    /// is an error. It is never opened a second time: the agent may have acted.
    ///
    /// # Errors
    /// As items: `Api` when the server refuses, `Stream` when the stream cannot be read or ends
    /// before its end, `Timeout` when it is silent for longer than the idle limit.
    pub fn send_stream(&self, message: &str) -> Items<T, ChatEvent> {
        self.items(chat::stream(self.service(), self.id(), message))
    }

    /// Charges a buyer (`codespar_charge`).
    ///
    /// Amounts are major units: `"150.00"` is R$ 150,00. The `tool_call_id` of the answer is what
    /// [`payment_status`](Self::payment_status) asks for. The call is not repeated once the
    /// server may have seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` when the charge was refused.
    pub fn charge(&self, args: &ChargeArgs) -> Call<T, Called<Charge>> {
        self.start(charge::charge(self.service(), self.id(), args))
    }

    /// Pays somebody, or asks how a payment stands (`codespar_pay`).
    ///
    /// Amounts are **minor** units: 15 000 is R$ 150,00. The call is not repeated once the server
    /// may have seen it.
    ///
    /// # Errors
    /// `Config` naming the field that cannot work; `Api` when the payment was refused.
    pub fn pay(&self, args: &PayArgs) -> Call<T, Called<Pay>> {
        self.start(pay::pay(self.service(), self.id(), args))
    }

    /// How the payment behind a tool call stands
    /// (`GET /v1/tool-calls/{id}/payment-status`).
    ///
    /// # Errors
    /// `Config` naming `tool_call`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    pub fn payment_status(&self, tool_call: impl AsRef<str>) -> Call<T, PaymentStatus> {
        self.call(status::payment_status(self.service(), tool_call.as_ref()))
    }

    /// How the verification behind a tool call stands
    /// (`GET /v1/tool-calls/{id}/verification-status`).
    ///
    /// # Errors
    /// `Config` naming `tool_call`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    pub fn verification_status(&self, tool_call: impl AsRef<str>) -> Call<T, VerificationStatus> {
        self.call(status::verification_status(self.service(), tool_call.as_ref()))
    }

    /// Follows a payment (`GET /v1/tool-calls/{id}/payment-status/stream`): its state now, and at
    /// every change.
    ///
    /// The server ends the stream when the payment is settled, or after half an hour. With
    /// `reconnect`, a stream that ends or breaks before that is opened again.
    ///
    /// # Errors
    /// As items; the error holds the last state (`error.last::<PaymentStatus>()`).
    pub fn payment_status_stream(
        &self,
        tool_call: impl AsRef<str>,
        reconnect: bool,
    ) -> Items<T, PaymentStatus> {
        self.items(self.payments(tool_call.as_ref()).reconnecting(reconnect))
    }

    /// Follows a verification (`GET /v1/tool-calls/{id}/verification-status/stream`): its state
    /// now, and at every change.
    ///
    /// # Errors
    /// As items; the error holds the last state (`error.last::<VerificationStatus>()`).
    pub fn verification_status_stream(
        &self,
        tool_call: impl AsRef<str>,
        reconnect: bool,
    ) -> Items<T, VerificationStatus> {
        self.items(self.verifications(tool_call.as_ref()).reconnecting(reconnect))
    }

    /// Waits until a payment is settled, and gives its last state: succeeded, failed, refunded,
    /// or unknown, which will never resolve.
    ///
    /// A stream that ends or breaks before that is opened again. The call's `timeout` limits the
    /// whole wait; without one it lasts until the payment is settled.
    ///
    /// # Errors
    /// As [`payment_status_stream`](Self::payment_status_stream).
    pub fn settled(&self, tool_call: impl AsRef<str>) -> Call<T, PaymentStatus> {
        let stream = self.payments(tool_call.as_ref()).reconnecting(true);
        self.call(LastItem::new("session.settled", stream, PaymentStatus::is_over))
    }

    /// Waits until a verification is decided, and gives its last state: approved, rejected,
    /// expired, or unknown, which will never resolve. A review by a person has no deadline.
    ///
    /// # Errors
    /// As [`verification_status_stream`](Self::verification_status_stream).
    pub fn decided(&self, tool_call: impl AsRef<str>) -> Call<T, VerificationStatus> {
        let stream = self.verifications(tool_call.as_ref()).reconnecting(true);
        self.call(LastItem::new("session.decided", stream, VerificationStatus::is_over))
    }

    fn payments(&self, tool_call: &str) -> EventStream<status::StatusFrames<PaymentStatus>> {
        status::payments(self.service(), tool_call)
    }

    fn verifications(
        &self,
        tool_call: &str,
    ) -> EventStream<status::StatusFrames<VerificationStatus>> {
        status::verifications(self.service(), tool_call)
    }

    /// Its servers and whether they are connected, and its tools
    /// (`GET /v1/sessions/{id}/connections`).
    ///
    /// On the managed service `connected` is `false` throughout today.
    ///
    /// # Errors
    /// As every call; an empty list is never a hidden failure.
    pub fn connections(&self) -> Call<T, Connections> {
        let core = Arc::clone(&self.core);
        self.call(connections::connections(self.service(), self.id())).map(move |connections| {
            *core.remembered() = Some(connections.clone());
            connections
        })
    }

    /// Waits until all its servers are connected, for at most `limit`; the outcome says whether
    /// they are.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    pub fn wait_for_connections(&self, limit: std::time::Duration) -> Call<T, ConnectionsWait> {
        if let Err(error) = codespar_engine::check_limit("limit", limit) {
            return self.fails(error.at("session.wait_for_connections"));
        }
        self.call(connections::wait_until_connected(self.service(), self.id(), limit))
    }

    /// Its tools: those seen last, or else asked for once.
    ///
    /// # Errors
    /// As [`connections`](Self::connections).
    pub fn tools(&self) -> Call<T, Vec<Tool>> {
        match self.last_connections() {
            Some(known) => self.call(codespar_engine::describe::Ready::with(known.tools)),
            None => self.connections().map(|connections| connections.tools),
        }
    }

    /// Its tools whose name or description holds the text, in any case.
    ///
    /// # Errors
    /// As [`tools`](Self::tools).
    pub fn find_tools(&self, intent: &str) -> Call<T, Vec<Tool>> {
        let intent = intent.to_lowercase();
        self.tools().map(move |tools| {
            tools.into_iter().filter(|tool| tool.mentions(&intent)).collect()
        })
    }

    /// Closes it (`DELETE /v1/sessions/{id}`). Closing twice is no error, nor is closing one that
    /// is gone.
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

    /// A call whose arguments were checked.
    pub(crate) fn start<O: 'static>(&self, flow: Result<Unary<O>, Error>) -> Call<T, O> {
        match flow {
            Ok(flow) => self.call(flow),
            Err(error) => self.fails(error),
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
