//! The record of tool calls, across sessions (`/v1/tool-calls`).

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Items, Json, Page, Timestamp, WireEnum,
    driver::Transport, endpoints, kit::Response,
};

use crate::{
    check::check_range,
    client::Client,
    types::ids::{SessionId, ToolCallId},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the tool calls of the project, newest first.
    fn list_page(; query: &ListToolCalls) -> Page<ToolCall>:
        "tool_calls.list" GET "/v1/tool-calls", read page, pages list;
    /// Counts the tool calls of the project.
    fn count(; query: &Counting) -> u64:
        "tool_calls.count" GET "/v1/tool-calls", read total, part of count;
    /// Reads a tool call, with what went in and what came out.
    fn get(tool_call_id) -> ToolCall: "tool_calls.get" GET "/v1/tool-calls/{tool_call_id}";
    /// Counts calls and errors by provider, and says how long calls took.
    fn stats(; query: &StatsWindow) -> ToolCallStats:
        "tool_calls.stats" GET "/v1/tool-calls/stats", scope "sessions:read";
}

/// How a tool call of a turn went.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CallStatus {
    /// It is under way.
    Running,
    /// It did what it was asked to.
    Success,
    /// It failed or was refused.
    Error,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Which tool calls are listed: all of the project, unless something is set.
///
/// ```
/// use codespar_proto::{Timestamp, tool_calls::ListToolCalls};
///
/// let args = ListToolCalls::default().since("2026-10-02T00:00:00Z").limit(100);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListToolCalls {
    /// How many a page holds at most.
    pub limit: Option<u32>,
    /// Not those made before.
    #[wire(into)]
    pub since: Option<Timestamp>,
    /// The cursor of the page: `next` of the page before.
    #[serde(rename = "before")]
    pub cursor: Option<String>,
}

impl ListToolCalls {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

/// The same, asking for their number alone: the page size does not matter.
#[derive(Args)]
#[wire(no_new)]
struct Counting {
    #[wire(no_setter)]
    since: Option<Timestamp>,
    #[wire(no_setter)]
    before: Option<String>,
    count_only: bool,
}

/// A tool call as it was recorded.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolCall {
    /// The id of the tool call.
    pub id: ToolCallId,
    /// The session it was made in.
    pub session_id: Option<SessionId>,
    /// The id of the provider that was called, such as `asaas`.
    pub server_id: Option<String>,
    /// The name of the tool that was called.
    pub tool_name: Option<String>,
    /// The outcome of the tool call.
    pub status: Option<CallStatus>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration_ms: Option<f64>,
    /// The error code, where the tool call failed.
    pub error_code: Option<String>,
    /// The input of the tool, as JSON.
    pub input: Option<Json>,
    /// The output of the tool, as JSON.
    pub output: Option<Json>,
    /// When the tool call was made (RFC 3339).
    pub called_at: Option<Timestamp>,
    /// How the provider was chosen.
    pub routing: Option<Json>,
    /// Which providers were tried.
    pub failover_trail: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Listed {
    tool_calls: Vec<ToolCall>,
    next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Counted {
    total: u64,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn page(answer: Response) -> Result<Page<ToolCall>, Error> {
    answer.json().map(|listed: Listed| Page::new(listed.tool_calls, listed.next_before))
}

fn total(answer: Response) -> Result<u64, Error> {
    answer.json().map(|counted: Counted| counted.total)
}

/// How far back calls are counted.
#[derive(Args)]
struct StatsWindow {
    /// The last day (`24h`), or the last seven (`7d`); a day where nothing is said.
    #[wire(no_setter)]
    window: Option<StatsPeriod>,
}

/// How far back tool calls are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[non_exhaustive]
pub enum StatsPeriod {
    /// The last day.
    #[serde(rename = "24h")]
    Day,
    /// The last seven days.
    #[serde(rename = "7d")]
    Week,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How often the tools of each provider were called.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolCallStats {
    /// How far back was counted.
    pub window: Option<StatsPeriod>,
    /// When that begins.
    pub window_start: Option<Timestamp>,
    /// When that ends.
    pub window_end: Option<Timestamp>,
    /// A row for each provider that was ever called, the latest first.
    #[wire(default)]
    pub servers: Vec<ServerCallStats>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How often the tools of a provider were called.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ServerCallStats {
    /// The id of the provider.
    pub server_id: Option<String>,
    /// How often they were called; calls under way are counted.
    pub calls: Option<u64>,
    /// How often that failed.
    pub errors: Option<u64>,
    /// Within how many milliseconds 95 of 100 calls were answered.
    #[wire(milliseconds)]
    pub p95_ms: Option<f64>,
    /// When one was last called.
    pub last_called_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The tool calls of the project, whatever their session (`/v1/tool-calls`).
#[derive(Handle)]
#[handle(Client.tool_calls)]
pub struct ToolCalls<T> {
    client: Client<T>,
}

impl<T: Transport> ToolCalls<T> {
    /// All tool calls that fit, newest first (`GET /v1/tool-calls`), page after page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, tool_calls::ListToolCalls};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for call in client.tool_calls().list(&ListToolCalls::default()) {
    ///     println!("{}", call?.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListToolCalls) -> Items<T, ToolCall> {
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
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, tool_calls::ListToolCalls};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.tool_calls().list_page(&ListToolCalls::default().limit(20)).send()?;
    /// # let _ = page; Ok(()) }
    /// ```
    #[doc(alias = "page")]
    pub fn list_page(&self, args: &ListToolCalls) -> Call<T, Page<ToolCall>> {
        self.client().call(list_page(self.client().service(), args))
    }

    /// How many there are (`GET /v1/tool-calls?count_only=true`); the page size does not matter.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, tool_calls::ListToolCalls};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let today = ListToolCalls::default().since("2026-10-02T00:00:00Z");
    /// println!("{} calls today", client.tool_calls().count(&today).send()?);
    /// # Ok(()) }
    /// ```
    pub fn count(&self, args: &ListToolCalls) -> Call<T, u64> {
        let (since, before) = (args.since.clone(), args.cursor.clone());
        let query = Counting { since, before, count_only: true };
        self.client().call(count(self.client().service(), &query))
    }

    /// One tool call (`GET /v1/tool-calls/{tool_call_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `tool_call_id`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let call = client.tool_calls().get("tc_90817").send()?;
    /// # let _ = call; Ok(()) }
    /// ```
    pub fn get(&self, tool_call_id: impl AsRef<str>) -> Call<T, ToolCall> {
        self.client().call(get(self.client().service(), tool_call_id.as_ref()))
    }

    /// How often the tools of each provider were called, how often that failed, and how long it
    /// took (`GET /v1/tool-calls/stats`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::tool_calls::StatsPeriod;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for server in client.tool_calls().stats(Some(StatsPeriod::Week)).send()?.servers {
    ///     println!("{:?}: {:?} of {:?} failed", server.server_id, server.errors, server.calls);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn stats(&self, window: Option<StatsPeriod>) -> Call<T, ToolCallStats> {
        self.client().call(stats(self.client().service(), &StatsWindow { window }))
    }
}
