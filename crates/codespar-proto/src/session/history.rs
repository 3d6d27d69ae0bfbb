//! What the server has on record of a session: its state, its mocks, its tool calls, its log.

use std::collections::BTreeMap;

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Json, Timestamp, driver::Transport, endpoints, kit::Response,
};

use crate::{
    api::tool_calls::{CallStatus, ToolCall},
    check::{check_filled, check_range},
    session::{Session, create::Mock, info::SessionInfo},
    types::ids::ToolCallId,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how the session stands on the server now.
    fn refresh(session_id) -> SessionInfo: "session.refresh" GET "/v1/sessions/{session_id}";
    /// Says which answers were declared for the session's tools, and how far they are used up.
    fn mocks(session_id) -> SessionMocks: "session.mocks" GET "/v1/sessions/{session_id}/mocks";
    /// Lists the session's tool calls, newest first.
    fn tool_calls(session_id; query: &ToolCallsLimit) -> Vec<ToolCall>:
        "session.tool_calls" GET "/v1/sessions/{session_id}/tool-calls", read read_tool_calls;
    /// Records a tool call that was made elsewhere; nothing is run.
    fn record_tool_call(session_id; json: &RecordToolCall) -> ToolCall:
        "session.record_tool_call" POST "/v1/sessions/{session_id}/tool-calls";
    /// Says what became of a tool call that was recorded as running.
    fn update_tool_call(session_id, tool_call_id; json: &UpdateToolCall) -> ToolCall:
        "session.update_tool_call" PATCH "/v1/sessions/{session_id}/tool-calls/{tool_call_id}";
    /// Gives the session's log.
    fn logs(session_id) -> Vec<LogRow>:
        "session.logs" GET "/v1/sessions/{session_id}/logs", read read_log;
}

/// How many tool calls of a session are listed.
#[derive(Clone, Debug, Default, Args)]
#[wire(check)]
struct ToolCallsLimit {
    /// At most this many, 1 to 500.
    limit: Option<u32>,
}

impl ToolCallsLimit {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=500)
    }
}

/// A tool call that was made elsewhere.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RecordToolCall {
    /// The id of the provider that was called, such as `asaas`.
    pub server_id: String,
    /// The name of the tool that was called.
    pub tool_name: String,
    /// How it went; running where not said.
    pub status: Option<CallStatus>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration_ms: Option<u64>,
    /// The error code, where the tool call failed.
    pub error_code: Option<String>,
    /// The input of the tool, as JSON.
    #[wire(into)]
    pub input: Option<Json>,
    /// The output of the tool, as JSON.
    #[wire(into)]
    pub output: Option<Json>,
}

impl RecordToolCall {
    fn check(&self) -> Result<(), Error> {
        check_filled("server_id", &self.server_id)?;
        check_filled("tool_name", &self.tool_name)
    }
}

/// What became of a tool call that was recorded as running.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct UpdateToolCall {
    /// How it went: success or error.
    pub status: Option<CallStatus>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration_ms: Option<u64>,
    /// The error code, where the tool call failed.
    pub error_code: Option<String>,
    /// The output of the tool, as JSON.
    #[wire(into)]
    pub output: Option<Json>,
}

impl UpdateToolCall {
    fn check(&self) -> Result<(), Error> {
        if *self == Self::default() {
            return Err(Error::config("status", "expected something to change"));
        }
        if self.status == Some(CallStatus::Running) {
            return Err(Error::config("status", "expected success or error"));
        }
        Ok(())
    }
}

/// The answers that were declared for a session's tools, and how far they are used up.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SessionMocks {
    /// The answers, by tool; `None` without any.
    pub mocks: Option<BTreeMap<String, Mock>>,
    /// How often each tool was answered.
    #[wire(default)]
    pub counters: BTreeMap<String, MockCounter>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How far the answers for a tool are used up.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct MockCounter {
    /// How many were given.
    #[wire(default)]
    pub n: u64,
    /// How many there are; `None` where the same one is given for ever.
    pub cap: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A line of a session's log.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct LogRow {
    /// The id of the tool call.
    pub id: Option<ToolCallId>,
    /// The name of the tool that was called.
    pub tool: Option<String>,
    /// The id of the provider that was called.
    pub server: Option<String>,
    /// The outcome of the tool call.
    pub status: Option<CallStatus>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration_ms: Option<f64>,
    /// When the tool call was made (RFC 3339).
    pub called_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Calls {
    tool_calls: Vec<ToolCall>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Rows {
    data: Vec<LogRow>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn read_tool_calls(answer: Response) -> Result<Vec<ToolCall>, Error> {
    answer.json().map(|calls: Calls| calls.tool_calls)
}

fn read_log(answer: Response) -> Result<Vec<LogRow>, Error> {
    answer.json().map(|rows: Rows| rows.data)
}

impl<T: Transport> Session<T> {
    /// How it stands on the server now (`GET /v1/sessions/{id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with 404; a self-hosted runtime has no such route and answers so always.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// println!("{}", session.refresh().send()?.status);
    /// # Ok(()) }
    /// ```
    pub fn refresh(&self) -> Call<T, SessionInfo> {
        self.call(refresh(self.service(), self.id()))
    }

    /// The answers that were declared for its tools, and how far they are used up
    /// (`GET /v1/sessions/{id}/mocks`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with 404, also from a self-hosted runtime.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for (tool, counter) in &session.mocks().send()?.counters {
    ///     println!("{tool}: {} of {:?}", counter.n, counter.cap);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn mocks(&self) -> Call<T, SessionMocks> {
        self.call(mocks(self.service(), self.id()))
    }

    /// Its tool calls, newest first (`GET /v1/sessions/{id}/tool-calls`): at most `limit`, which
    /// is at most 500.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit`.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for call in session.tool_calls(Some(20)).send()? {
    ///     println!("{} {:?}", call.id, call.status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn tool_calls(&self, limit: Option<u32>) -> Call<T, Vec<ToolCall>> {
        self.call(tool_calls(self.service(), self.id(), &ToolCallsLimit { limit }))
    }

    /// Records a tool call that was made elsewhere (`POST /v1/sessions/{id}/tool-calls`). Nothing
    /// is run.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `server_id` or `tool_name`; `Api` with `session_not_active`.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::session::RecordToolCall;
    ///
    /// let args = RecordToolCall::new("asaas", "create_payment");
    /// let call = session.record_tool_call(&args).send()?;
    /// println!("{}", call.id);
    /// # Ok(()) }
    /// ```
    pub fn record_tool_call(&self, args: &RecordToolCall) -> Call<T, ToolCall> {
        self.call(record_tool_call(self.service(), self.id(), args))
    }

    /// Says what became of a recorded tool call
    /// (`PATCH /v1/sessions/{id}/tool-calls/{tool_call_id}`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `tool_call_id`, or `status` where nothing is to change; `Api` with
    /// `tool_call_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use codespar_proto::{session::UpdateToolCall, tool_calls::CallStatus};
    ///
    /// let done = UpdateToolCall::default().status(CallStatus::Success).duration_ms(412);
    /// session.update_tool_call("tc_90817", &done).send()?;
    /// # Ok(()) }
    /// ```
    pub fn update_tool_call(
        &self,
        tool_call_id: impl AsRef<str>,
        args: &UpdateToolCall,
    ) -> Call<T, ToolCall> {
        self.call(update_tool_call(self.service(), self.id(), tool_call_id.as_ref(), args))
    }

    /// Its log (`GET /v1/sessions/{id}/logs`). Not every server has this route;
    /// [`tool_calls`](Self::tool_calls) tells as much.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with 404, also where the server has no such route.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// for row in session.logs().send()? {
    ///     println!("{:?} {:?}", row.tool, row.status);
    /// }
    /// # Ok(()) }
    /// ```
    #[doc(alias = "audit")]
    pub fn logs(&self) -> Call<T, Vec<LogRow>> {
        self.call(logs(self.service(), self.id()))
    }
}
