//! Running tools (`POST /v1/sessions/{id}/execute`) and what comes of it.

use std::{ops::Deref, sync::Arc};

use codespar_engine::{
    Answer, Error, Json, Service, Unary, answer, decode, endpoints,
};
use serde::{
    Deserialize, Serialize, Serializer,
    de::DeserializeOwned,
    ser::{self, SerializeMap},
};

use crate::{Timestamp, ToolCallId, ids::check_filled};

endpoints! {
    pub(crate) static ROUTES;
    fn execute_tool(session; json: &Execute<'_>) -> ToolResult: "session.execute" POST "/v1/sessions/{session}/execute", read tool_result;
}

#[derive(Serialize)]
pub(crate) struct Execute<'a, I: ?Sized = Json> {
    pub(crate) tool: &'a str,
    pub(crate) input: &'a I,
}

pub(crate) fn execute(
    service: &Arc<Service>,
    session: &str,
    tool: &str,
    input: &Json,
) -> Result<Unary<ToolResult>, Error> {
    let check = || {
        check_filled("tool", tool)?;
        if input.is_object() {
            return Ok(());
        }
        Err(Error::config("input", "expected a JSON object"))
    };
    check().map_err(|error: Error| error.at("session.execute"))?;
    Ok(execute_tool(service, session, &Execute { tool, input }))
}

answer! {
    /// What came of running a tool. Failures and refusals are results too.
    pub struct ToolResult {
        /// Whether it did what it was asked to.
        pub success: bool = default,
        /// What it answered; on failure often the provider's error, or a refusal.
        pub data: Option<Json>,
        /// Why it failed.
        pub error: Option<String>,
        /// How long it took, in milliseconds.
        pub duration: Option<f64>,
        /// The provider that did it.
        pub server: Option<String>,
        /// The tool.
        pub tool: Option<String>,
        /// The call, for asking later how a payment or verification stands.
        pub tool_call_id: Option<ToolCallId>,
        /// When it was called.
        pub called_at: Option<Timestamp>,
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

    /// What became of it, in one value to branch on.
    pub fn outcome(&self) -> ToolOutcome {
        if self.success {
            return ToolOutcome::Done;
        }
        if let Some(refusal) = self.data.as_ref().and_then(ToolRefusal::of) {
            return ToolOutcome::Refused(refusal);
        }
        let error = self.error.as_deref().unwrap_or_default();
        ToolRefusal::of_words(error).map_or_else(
            || ToolOutcome::Failed { error: error.to_owned() },
            ToolOutcome::Refused,
        )
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

/// What became of a tool call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ToolOutcome {
    /// It did what it was asked to.
    Done,
    /// It was refused before it did anything.
    Refused(ToolRefusal),
    /// It was tried and failed, or could not be tried.
    Failed {
        /// Why, in the server's words.
        error: String,
    },
}

/// Why a tool call was refused: the codes that the API reserves for this.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolRefusal {
    /// A policy forbids it.
    PolicyDenied {
        /// The rule, where it was named.
        rule_id: Option<String>,
        /// The server's words.
        message: String,
    },
    /// A person must approve it first.
    ApprovalRequired {
        /// The approval that was opened, where it was named.
        approval_id: Option<String>,
        /// Until when it can be given.
        expires_at: Option<Timestamp>,
        /// The server's words.
        message: String,
    },
    /// Test mode: the tool's list of answers is used up.
    MocksExhausted {
        /// The server's words.
        message: String,
    },
    /// Test mode: the answers could not be looked up.
    MocksEngineError {
        /// The server's words.
        message: String,
    },
    /// Test mode: the tool has no answer.
    ToolNotMocked {
        /// The tool.
        tool_name: String,
        /// The server's words.
        message: String,
    },
    /// The policies could not be evaluated; nothing ran.
    PolicyEngineError {
        /// The server's words.
        message: String,
    },
}

impl ToolRefusal {
    /// Reads a refusal out of the data of a result or the output of a tool call. A value counts
    /// only if its code is one of the five reserved ones and every companion is a text.
    pub fn of(value: &Json) -> Option<Self> {
        #[derive(Deserialize)]
        struct Members {
            code: String,
            message: String,
            rule_id: Option<serde_json::Value>,
            approval_id: Option<serde_json::Value>,
            expires_at: Option<serde_json::Value>,
            tool_name: Option<serde_json::Value>,
        }
        if !value.is_object() {
            return None;
        }
        let members: Members = value.read().ok()?;
        let text = |member: Option<serde_json::Value>| Some(member?.as_str()?.to_owned());
        let message = members.message;
        Some(match members.code.as_str() {
            "policy_denied" => {
                Self::PolicyDenied { rule_id: Some(text(members.rule_id)?), message }
            }
            "approval_required" => Self::ApprovalRequired {
                approval_id: Some(text(members.approval_id)?),
                expires_at: Some(Timestamp::from(text(members.expires_at)?.as_str())),
                message,
            },
            "mocks_exhausted" => Self::MocksExhausted { message },
            "mocks_engine_error" => Self::MocksEngineError { message },
            "tool_not_mocked" => {
                Self::ToolNotMocked { tool_name: text(members.tool_name)?, message }
            }
            _ => return None,
        })
    }

    /// Reads a refusal that the managed service puts into words: `policy_denied: above limit`.
    fn of_words(error: &str) -> Option<Self> {
        let (code, message) = error.split_once(": ")?;
        let message = message.to_owned();
        match code {
            "policy_denied" => Some(Self::PolicyDenied { rule_id: None, message }),
            "approval_required" => {
                Some(Self::ApprovalRequired { approval_id: None, expires_at: None, message })
            }
            "policy_engine_error" => Some(Self::PolicyEngineError { message }),
            _ => None,
        }
    }

    /// The code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PolicyDenied { .. } => "policy_denied",
            Self::ApprovalRequired { .. } => "approval_required",
            Self::MocksExhausted { .. } => "mocks_exhausted",
            Self::MocksEngineError { .. } => "mocks_engine_error",
            Self::ToolNotMocked { .. } => "tool_not_mocked",
            Self::PolicyEngineError { .. } => "policy_engine_error",
        }
    }

    /// The server's words.
    pub fn message(&self) -> &str {
        match self {
            Self::PolicyDenied { message, .. }
            | Self::ApprovalRequired { message, .. }
            | Self::MocksExhausted { message }
            | Self::MocksEngineError { message }
            | Self::ToolNotMocked { message, .. }
            | Self::PolicyEngineError { message } => message,
        }
    }
}

/// An answer to running a tool. Where the server wraps a result or a reserved refusal in an HTTP
/// error, it is a failed result all the same.
fn tool_result(answer: Answer) -> Result<ToolResult, Error> {
    if answer.is_success() {
        return answer.json();
    }
    let Ok(body) = Json::from_slice(&answer.body) else { return Err(answer.refusal()) };
    if let Some(refusal) = ToolRefusal::of(&body) {
        let mut result: ToolResult = decode(b"{}")?;
        result.error = Some(refusal.code().to_owned());
        if let ToolRefusal::ToolNotMocked { tool_name, .. } = &refusal {
            result.tool = Some(tool_name.clone());
        }
        result.tool_call_id = body.member("tool_call_id").and_then(|id| id.read().ok());
        result.data = Some(body);
        return Ok(result);
    }
    let failed = body.member("success").is_some_and(|success| success.as_str() == "false");
    match body.read::<ToolResult>() {
        Ok(result) if failed => Ok(result),
        _ => Err(answer.refusal()),
    }
}

/// The typed data of a meta-tool, in the envelope of the call that gave it.
///
/// It dereferences to the data: `charge.id`, `charge.tool_call_id`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Called<O> {
    /// What the tool answered.
    pub data: O,
    /// The call, for asking later how a payment or verification stands.
    pub tool_call_id: Option<ToolCallId>,
    /// The provider that did it.
    pub server: Option<String>,
    /// How long it took, in milliseconds.
    pub duration: Option<f64>,
    /// When it was called.
    pub called_at: Option<Timestamp>,
}

impl<O> Called<O> {
    /// The id of the call.
    ///
    /// # Errors
    /// `Decode`, when the server gave none.
    pub fn call_id(&self) -> Result<&ToolCallId, Error> {
        let id = self.tool_call_id.as_ref();
        id.ok_or_else(|| Error::decode("tool_call_id: the server gave none").maybe_sent(true))
    }
}

impl<O> Deref for Called<O> {
    type Target = O;

    fn deref(&self) -> &O {
        &self.data
    }
}

/// The data's members, with the envelope's beside them where the data has none of that name.
impl<O: Serialize> Serialize for Called<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = Json::of(&self.data).map_err(ser::Error::custom)?;
        let members: std::collections::BTreeMap<String, Json> =
            data.read().map_err(ser::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &members {
            map.serialize_entry(name, value)?;
        }
        let free = |name: &str| !members.contains_key(name);
        if let Some(id) = self.tool_call_id.as_ref().filter(|_| free("tool_call_id")) {
            map.serialize_entry("tool_call_id", id)?;
        }
        if let Some(server) = self.server.as_ref().filter(|_| free("server")) {
            map.serialize_entry("server", server)?;
        }
        if let Some(duration) = self.duration.filter(|_| free("duration")) {
            map.serialize_entry("duration", &duration)?;
        }
        if let Some(at) = self.called_at.as_ref().filter(|_| free("called_at")) {
            map.serialize_entry("called_at", at)?;
        }
        map.end()
    }
}

/// Reads the answer of a meta-tool: its data, or why there is none.
///
/// An HTTP error keeps its status and code. A result that says it failed is an `Api` error whose
/// code is the refusal's, or the error text where that is a code; the whole result hangs on it
/// (`error.last::<ToolResult>()`).
pub(crate) fn called<O: DeserializeOwned>(answer: Answer) -> Result<Called<O>, Error> {
    let result: ToolResult = answer.json()?;
    if !result.success {
        return Err(refused(&answer, result));
    }
    let data = match &result.data {
        Some(data) if data.is_object() => data.read_at("data"),
        _ => Err(Error::decode("data: expected an object")),
    };
    Ok(Called {
        data: data.map_err(|error| answer.decorate(error))?,
        tool_call_id: result.tool_call_id,
        server: result.server,
        duration: result.duration,
        called_at: result.called_at,
    })
}

#[cold]
fn refused(answer: &Answer, result: ToolResult) -> Error {
    let (code, message) = match result.outcome() {
        ToolOutcome::Refused(refusal) => {
            (refusal.code().to_owned(), refusal.message().to_owned())
        }
        _ => {
            let error = result.error.clone().unwrap_or_default();
            let (head, _) = error.split_once(": ").unwrap_or((&error, ""));
            (head.to_owned(), error)
        }
    };
    let message = if message.is_empty() { "the tool failed".to_owned() } else { message };
    let error = Error::api(message);
    let error = if crate::dialect::is_code(&code) { error.with_code(code) } else { error };
    answer.decorate(error).with_last(result)
}
