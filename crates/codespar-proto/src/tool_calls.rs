//! The record of tool calls, across sessions (`/v1/tool-calls`).

use codespar_engine::{Call, Error, Items, Json, Page, Response, Transport, answer, endpoints};
use serde::Serialize;

use crate::{
    CallStatus, Client, SessionId, Timestamp, ToolCallId,
    args::args,
    resource::{check_range, cursor, resource},
};

endpoints! {
    pub(crate) static ROUTES;
    fn list_calls(; query: &ListToolCalls) -> Page<ToolCall>: "tool_calls.list" GET "/v1/tool-calls", read page;
    fn count_calls(; query: &Counting<'_>) -> u64: "tool_calls.count" GET "/v1/tool-calls", read total;
    fn get_call(tool_call) -> ToolCall: "tool_calls.get" GET "/v1/tool-calls/{tool_call}";
}

args! {
    /// Which tool calls are listed: all of the project, unless something is set.
    ///
    /// ```
    /// use codespar_proto::{ListToolCalls, Timestamp};
    ///
    /// let args = ListToolCalls::default().since("2026-10-02T00:00:00Z").limit(100);
    /// ```
    pub struct ListToolCalls with {
        /// How many a page holds at most.
        limit: u32,
        /// Not those made before.
        since: Timestamp = into,
        /// The cursor of the page: `next` of the page before.
        before: String = into,
    }
}

impl ListToolCalls {
    fn check(&self) -> Result<(), Error> {
        check_range("limit", self.limit, 1..=u32::MAX)
    }
}

#[derive(Serialize)]
struct Counting<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a str>,
    count_only: bool,
}

answer! {
    /// A tool call as it was recorded.
    pub struct ToolCall {
        /// Its id.
        pub id: ToolCallId,
        /// The session it was made in.
        pub session_id: Option<SessionId>,
        /// The provider.
        pub server_id: Option<String>,
        /// The tool.
        pub tool_name: Option<String>,
        /// How it went.
        pub status: Option<CallStatus>,
        /// How long it took, in milliseconds.
        pub duration_ms: Option<f64>,
        /// Why it failed.
        pub error_code: Option<String>,
        /// What it was given.
        pub input: Option<Json>,
        /// What it gave.
        pub output: Option<Json>,
        /// When it was made.
        pub called_at: Option<Timestamp>,
        /// How the provider was chosen.
        pub routing: Option<Json>,
        /// Which providers were tried.
        pub failover_trail: Option<Json>,
    }

    struct Listed {
        tool_calls: Vec<ToolCall>,
        next_before: Option<String>,
    }

    struct Counted {
        total: u64,
    }
}

fn page(answer: Response) -> Result<Page<ToolCall>, Error> {
    answer.json().map(|listed: Listed| Page::new(listed.tool_calls, listed.next_before))
}

fn total(answer: Response) -> Result<u64, Error> {
    answer.json().map(|counted: Counted| counted.total)
}

resource! {
    /// The tool calls of the project, whatever their session (`/v1/tool-calls`).
    ToolCalls = Client.tool_calls
}

impl<T: Transport> ToolCalls<T> {
    /// All tool calls that fit, newest first (`GET /v1/tool-calls`), page after page.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error, ListToolCalls};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for call in client.tool_calls().list(&ListToolCalls::default()) {
    ///     println!("{}", call?.id);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As items: `Config` naming `limit`; `Decode` when the server leads in circles.
    pub fn list(&self, args: &ListToolCalls) -> Items<T, ToolCall> {
        let first = args.clone();
        self.client().paged("tool_calls.list", args.check(), move |service, reached| {
            let before = cursor(first.before.as_ref(), reached);
            list_calls(service, &ListToolCalls { before, ..first.clone() })
        })
    }

    /// One page of them, and the cursor of the next.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error, ListToolCalls};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let page = client.tool_calls().page(&ListToolCalls::default().limit(20)).send()?;
    /// # let _ = page; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `limit`.
    pub fn page(&self, args: &ListToolCalls) -> Call<T, Page<ToolCall>> {
        self.client().checked("tool_calls.list", args.check(), |service| list_calls(service, args))
    }

    /// How many there are (`GET /v1/tool-calls?count_only=true`); the page size does not matter.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error, ListToolCalls};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let today = ListToolCalls::default().since("2026-10-02T00:00:00Z");
    /// println!("{} calls today", client.tool_calls().count(&today).send()?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Api` as the server says.
    pub fn count(&self, args: &ListToolCalls) -> Call<T, u64> {
        let (since, before) = (args.since.as_ref(), args.before.as_deref());
        let query = Counting { since, before, count_only: true };
        self.client().call(count_calls(self.client().service(), &query))
    }

    /// One tool call (`GET /v1/tool-calls/{id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// ```
    /// # use codespar_proto::{BlockingTransport, Client, Error};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let call = client.tool_calls().get("tc_90817").send()?;
    /// # let _ = call; Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `Config` naming `tool_call`; `Api` with `tool_call_not_found` or `invalid_tool_call_id`.
    pub fn get(&self, tool_call: impl AsRef<str>) -> Call<T, ToolCall> {
        self.client().call(get_call(self.client().service(), tool_call.as_ref()))
    }
}
