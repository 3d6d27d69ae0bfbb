//! What a tool call came to, and how a model reads it.

use codespar_engine::{Describe, ErrorKind, Json, Verdict, kit::Error};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    toolkit::spaces::add_spaces,
    types::{error_kind::UpiviaError, object::Object, outcome::Outcome},
};

/// What a tool call came to: an outcome of the platform, or an error with its `kind`, `code` and
/// `message`. A JSON object with a `status`.
#[derive(Clone, Debug, PartialEq, Serialize, Describe)]
#[serde(transparent)]
pub struct ToolResult(Object);

impl<'de> Deserialize<'de> for ToolResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Object::deserialize(deserializer).map(Self)
    }
}

/// Errors that no model can do anything about.
pub(super) fn is_callers(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Config | ErrorKind::Canceled)
}

impl ToolResult {
    /// The result that an outcome of a service request stands for.
    pub fn of(outcome: &Outcome) -> Self {
        // An outcome is always an object.
        Self(Object::of("outcome", outcome).unwrap_or_default())
    }

    /// The result that an error stands for; `None` where it is a mistake of the caller's, or a
    /// call that its caller canceled. Where an answer was lost, so that the tool may have run, it
    /// has a member `may_have_been_sent`: look before it is called again under another key.
    pub fn of_error(error: &Error) -> Option<Self> {
        #[derive(Serialize)]
        struct Failed<'a> {
            status: &'static str,
            kind: &'static str,
            code: Option<&'a str>,
            message: &'a str,
            /// There where no answer says what came of it.
            #[serde(skip_serializing_if = "Option::is_none")]
            may_have_been_sent: Option<bool>,
            verdict: Verdict,
            #[serde(skip_serializing_if = "Option::is_none")]
            approval_id: Option<&'a str>,
        }
        if is_callers(error) {
            return None;
        }
        let is_lost = error.kind() != ErrorKind::Api && error.may_have_been_sent();
        let failed = Failed {
            status: "error",
            kind: error.upivia_kind()?.as_str(),
            code: error.code(),
            message: error.message(),
            may_have_been_sent: is_lost.then_some(true),
            verdict: error.verdict(),
            approval_id: error.approval().map(|approval| approval.id.as_str()),
        };
        Object::of("error", &failed).ok().map(Self)
    }

    /// Its status; `unknown` where there is none.
    pub fn status(&self) -> String {
        self.text("status").unwrap_or_else(|| "unknown".to_owned())
    }

    /// All of it.
    pub const fn as_object(&self) -> &Object {
        &self.0
    }

    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).ok().flatten()
    }

    /// A member as it is shown: texts bare, other values as JSON, what is missing as nothing.
    fn text_of(&self, name: &str) -> String {
        let bare = self.text(name);
        let json = || self.member(name).map(|value| add_spaces(value.as_str()));
        bare.or_else(json).unwrap_or_default()
    }

    fn member(&self, name: &str) -> Option<Json> {
        self.0.as_json().member(name).filter(|value| !value.is_null())
    }
}

/// What a tool call came to, as text for a model: `STATUS: …` in the first line, then what there
/// is to know about it.
///
/// ```
/// use upivia_proto::toolkit::{ToolResult, format_tool_result};
///
/// let result: ToolResult = serde_json::from_str(
///     r#"{"status":"executed","result":{"id":"msg_1"},"cost_cents":1}"#,
/// )
/// .unwrap();
/// assert_eq!(
///     format_tool_result(&result),
///     "STATUS: executed\ncost_cents: 1\nresult: {\"id\": \"msg_1\"}"
/// );
/// ```
pub fn format_tool_result(result: &ToolResult) -> String {
    let status = result.status();
    let rest = match status.as_str() {
        "executed" => {
            let cost = result.member("cost_cents").map(|cost| cost.as_str().to_owned());
            let value = result.0.as_json().member("result");
            format!(
                "cost_cents: {}\nresult: {}",
                cost.as_deref().unwrap_or("0"),
                value.map_or_else(|| "{}".to_owned(), |value| add_spaces(value.as_str())),
            )
        }
        "approval_required" => format!(
            "approval_id: {}\nestimated_cost_cents: {}\nA human must approve this request before \
             it executes. Do not retry; wait for approval.",
            result.text_of("approval_id"),
            result.text_of("estimated_cost_cents"),
        ),
        "blocked" => format!(
            "reason_code: {}\nmessage: {}\nThe platform policy or budget blocked this request.",
            result.text_of("reason_code"),
            result.text_of("message"),
        ),
        "failed" => format!(
            "reason_code: {}\nmessage: {}",
            result.text_of("reason_code"),
            result.text_of("message"),
        ),
        "running" => format!(
            "request_id: {}\nAsynchronous execution started; poll the request for the outcome.",
            result.text_of("request_id"),
        ),
        _ => add_spaces(result.0.as_json().as_str()),
    };
    format!("STATUS: {status}\n{rest}")
}
