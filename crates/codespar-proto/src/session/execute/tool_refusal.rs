//! Why a tool call did not do what it was asked to.

use codespar_engine::{Json, Timestamp};
use serde::Deserialize;

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
        /// The name of the tool that has no mock.
        tool_name: String,
        /// The server's words.
        message: String,
    },
    /// The policies could not be evaluated; nothing ran.
    PolicyEngineError {
        /// The server's words.
        message: String,
    },
    /// The server has no such tool; nothing ran.
    ToolNotRegistered {
        /// The server's words.
        message: String,
    },
}

/// How a server begins its words when it has no such tool: nothing ran.
pub(crate) const NOT_REGISTERED: &str = "Tool not registered: ";

/// Codes that an answer to running a tool refuses with.
const RESERVED: [&str; 5] = [
    "policy_denied",
    "approval_required",
    "mocks_exhausted",
    "mocks_engine_error",
    "tool_not_mocked",
];

/// Whether the code refuses a tool, in whichever status it comes.
pub(crate) fn is_reserved(code: &str) -> bool {
    RESERVED.contains(&code)
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

    /// Reads a refusal that a server puts into words: `policy_denied: above limit`.
    pub(crate) fn of_words(error: &str) -> Option<Self> {
        if error.starts_with(NOT_REGISTERED) {
            return Some(Self::ToolNotRegistered { message: error.to_owned() });
        }
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

    /// The code of the refusal, such as `policy_denied`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PolicyDenied { .. } => "policy_denied",
            Self::ApprovalRequired { .. } => "approval_required",
            Self::MocksExhausted { .. } => "mocks_exhausted",
            Self::MocksEngineError { .. } => "mocks_engine_error",
            Self::ToolNotMocked { .. } => "tool_not_mocked",
            Self::PolicyEngineError { .. } => "policy_engine_error",
            Self::ToolNotRegistered { .. } => "tool_not_registered",
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
            | Self::PolicyEngineError { message }
            | Self::ToolNotRegistered { message } => message,
        }
    }
}
