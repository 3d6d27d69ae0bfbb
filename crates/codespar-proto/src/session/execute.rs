//! Running tools (`POST /v1/sessions/{id}/execute`) and what comes of it.

pub(crate) mod effect;
pub(crate) mod tool_refusal;
pub(crate) mod tool_result;

use std::{convert::Infallible, mem, sync::Arc};

use codespar_engine::{
    Call, Error, Json,
    driver::{Event, Flow, Key, Step, Tick, Transport},
    endpoints,
    kit::{Response, Service, Unary, decode, encode},
};
use serde::{Serialize, de::DeserializeOwned};

pub use self::{
    tool_refusal::{ToolOutcome, ToolRefusal},
    tool_result::ToolResult,
};
use crate::{
    check::check_filled,
    session::{Session, execute::effect::effect},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
    /// Runs a tool.
    fn execute_tool(session_id; json_text: Vec<u8>) -> ToolResult:
        "session.execute" POST "/v1/sessions/{session_id}/execute",
        effect MovesMoney, read tool_result, part of execute;
}

/// What is sent to run a tool.
#[derive(Serialize)]
pub(crate) struct Execute<'a, I> {
    pub(crate) tool: &'a str,
    pub(crate) input: I,
}

pub(crate) fn execute<I: Serialize + ?Sized>(
    service: &Arc<Service>,
    session: &str,
    tool: &str,
    input: &I,
) -> Result<Unary<ToolResult>, Error> {
    let body = execution(tool, input).map_err(|error| error.at("session.execute"))?;
    Ok(execute_tool(service, session, body).with_effect(effect(tool)))
}

/// What is sent to run a tool.
fn execution<I: Serialize + ?Sized>(tool: &str, input: &I) -> Result<Vec<u8>, Error> {
    check_filled("tool", tool)?;
    let wrong = |came: &str| {
        let expected = "expected a JSON object with finite numbers";
        Error::config("input", format_args!("{expected}, {came} came"))
    };
    let body = encode("input", &Execute { tool, input }).map_err(|error| {
        // In the words of the encoder: what was expected instead, or what has no JSON form.
        let came = match error.message() {
            words if words.contains("finite") => "a number that is not",
            _ => "what has no JSON form",
        };
        wrong(came).with_source(error)
    })?;
    // Quotation marks in the name of a tool are escaped, so that this stands behind it only.
    let before = br#","input":"#;
    let rest = body.get(tool.len()..).unwrap_or_default();
    match rest.windows(before.len() + 1).find(|bytes| bytes.starts_with(before)) {
        Some([.., b'{']) => Ok(body),
        Some([.., first]) => Err(wrong(kind_of(*first))),
        _ => Err(wrong("nothing")),
    }
}

/// The kind of the JSON value that begins with this byte.
const fn kind_of(first: u8) -> &'static str {
    match first {
        b'[' => "a list",
        b'"' => "a text",
        b't' | b'f' => "a boolean",
        b'n' => "null",
        _ => "a number",
    }
}

impl ToolResult {
    /// The data as a type of the caller's.
    ///
    /// # Errors
    /// `Decode` naming the path below `data`, also when there is none.
    pub fn data<O: DeserializeOwned>(&self) -> Result<O, Error> {
        match &self.data {
            Some(data) => data.read_at("data"),
            None => decode(b"null").map_err(|_| Error::decode("data: the tool gave none")),
        }
    }

    /// What became of it, in one value to branch on. Data that is a refusal refuses, whatever
    /// `success` says: so a mock rehearses one.
    pub fn outcome(&self) -> ToolOutcome {
        if let Some(refusal) = self.data.as_ref().and_then(ToolRefusal::of) {
            return ToolOutcome::Refused(refusal);
        }
        if self.success {
            return ToolOutcome::Done;
        }
        let error = self.error.as_deref().unwrap_or_default();
        ToolRefusal::of_words(error)
            .map_or_else(|| ToolOutcome::Failed { error: error.to_owned() }, ToolOutcome::Refused)
    }

    /// A result for tests of the caller's own.
    ///
    /// # Errors
    /// `Config` naming `json`, when the data has no JSON form.
    pub fn succeeded<D: Serialize>(tool: &str, data: &D) -> Result<Self, Error> {
        let mut result: Self = decode(br#"{"success":true}"#)?;
        result.tool = Some(tool.to_owned());
        result.data = Some(Json::of(data)?);
        Ok(result)
    }
}

/// An answer to running a tool. Where the server wraps a result or a reserved refusal in an HTTP
/// error, it is a failed result all the same.
fn tool_result(answer: Response) -> Result<ToolResult, Error> {
    if answer.is_success() {
        return answer.json();
    }
    let Ok(body) = Json::from_slice(&answer.body) else { return Err(answer.refusal()) };
    let failed = body.member("success").is_some_and(|success| success.as_str() == "false");
    if let (true, Ok(result)) = (failed, body.read::<ToolResult>()) {
        return Ok(result);
    }
    let text = |name| body.member(name).and_then(|member| member.read::<String>().ok());
    let Some(code) = text("code").filter(|code| tool_refusal::is_reserved(code)) else {
        return Err(answer.refusal());
    };
    let mut result: ToolResult = decode(br#"{"success":false}"#)?;
    result.error = Some(code);
    result.tool = text("tool_name");
    result.tool_call_id = body.member("tool_call_id").and_then(|id| id.read().ok());
    result.data = Some(body);
    Ok(result)
}

/// Says of a result which tool it is of, where the server does not.
struct WithToolName {
    flow: Unary<ToolResult>,
    tool: String,
}

impl Flow for WithToolName {
    type Item = Infallible;
    type Output = ToolResult;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Infallible, ToolResult> {
        let mut step = self.flow.resume(tick, event);
        if let Step::Done(Ok(result)) = &mut step {
            result.tool.get_or_insert_with(|| mem::take(&mut self.tool));
        }
        step
    }

    fn key(&self) -> Key<'_> {
        self.flow.key()
    }

    fn is_one_exchange(&self) -> bool {
        self.flow.is_one_exchange()
    }
}

impl<T: Transport> Session<T> {
    /// Runs a tool (`POST /v1/sessions/{id}/execute`): a catalog tool `server/tool`, or a meta-tool
    /// such as `codespar_charge`. `input` becomes a JSON object; a number that is not finite is
    /// refused, but for what `serde_json::json!` has already made `null` of.
    ///
    /// A tool that fails or refuses is a [`ToolResult`] too; [`ToolResult::outcome`] tells which.
    /// Money may move: the call is not repeated once the server may have seen it.
    ///
    /// # Idempotency
    /// None: the server honours no key for a tool. [`ToolResult::verdict`] and
    /// [`Error::verdict`](crate::Error::verdict) say what is known after a failure;
    /// `client.tool_calls()` lists what was called.
    ///
    /// # Errors
    /// `Config` naming `tool` or `input`, before anything is sent; `Api` when nothing ran:
    /// `session_not_active`, `not_found`, `policy_denied`, `quota_exceeded` and others.
    ///
    /// ```
    /// # use codespar_proto::{Error, Session, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
    /// use serde_json::json;
    ///
    /// let result = session.execute("asaas/create_payment", &json!({"value": 150.0})).send()?;
    /// println!("{:?}", result.outcome());
    /// # Ok(()) }
    /// ```
    #[doc(alias = "call_tool")]
    pub fn execute<I: Serialize + ?Sized>(&self, tool: &str, input: &I) -> Call<T, ToolResult> {
        let flow = execute(self.service(), self.id(), tool, input);
        let flow = flow.map(|flow| WithToolName { flow, tool: tool.to_owned() });
        self.api().checked("session.execute", flow)
    }
}
