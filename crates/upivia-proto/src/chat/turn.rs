//! What a turn is asked for with.

use codespar_engine::{
    Args, WireEnum,
    kit::{Error, check_filled, check_segment},
};
use serde::Serialize;

use crate::types::object::Object;

/// What a turn of a chat is asked for with.
///
/// ```
/// use upivia_proto::chat::{ApprovalAction, Continue, Turn};
///
/// let turn = Turn::new("cs_1").message("Pay the water bill").require_approval_all(true);
/// let from = Continue::new("req_1", ApprovalAction::Approve);
/// let go_on = Turn::new("cs_1").continue_from(from);
/// ```
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct Turn {
    /// The chat session.
    pub session_id: String,
    /// What is said. May be left out with `content` or `continue_from`.
    #[wire(personal)]
    pub message: Option<String>,
    /// What is said, in parts. Their members are not documented.
    #[wire(personal)]
    pub content: Option<Vec<Object>>,
    /// The model; the session's own unless set.
    pub model_id: Option<String>,
    /// What the agent is told for this turn.
    #[wire(personal)]
    pub instructions: Option<String>,
    /// Whether every tool call waits for a person.
    pub require_approval_all: Option<bool>,
    /// Goes on with a turn that waited for a person.
    pub continue_from: Option<Continue>,
    /// Tools that the caller carries out, as they are declared to the model. Calls of them
    /// come as [`TurnEvent::LocalToolsPending`](crate::chat::TurnEvent::LocalToolsPending). The
    /// API's documents say nothing about how results are handed back.
    pub local_tools: Option<Vec<Object>>,
}

/// The tool call that a turn waited for, and how it was decided.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct Continue {
    /// The service request of the tool call.
    pub request_id: String,
    /// How it was decided.
    #[wire(into)]
    pub action: ApprovalAction,
}

/// What a person decides about a tool call that waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ApprovalAction {
    /// It may happen.
    Approve,
    /// It may not.
    Reject,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

impl ApprovalAction {
    /// Refuses what is neither of the two.
    pub(crate) fn check(&self, field: &str) -> Result<(), Error> {
        match self {
            Self::Approve | Self::Reject => Ok(()),
            _ => Err(Error::config(field, "expected approve or reject")),
        }
    }
}

impl Turn {
    fn check(&self) -> Result<(), Error> {
        check_segment("session_id", &self.session_id)?;
        match &self.message {
            Some(message) => check_filled("message", message)?,
            None if self.content.as_ref().is_none_or(Vec::is_empty)
                && self.continue_from.is_none() =>
            {
                return Err(Error::config("message", "expected it, content or continue_from"));
            }
            None => {}
        }
        if let Some(from) = &self.continue_from {
            check_filled("continue_from.request_id", &from.request_id)?;
            from.action.check("continue_from.action")?;
        }
        Ok(())
    }
}

/// A turn as it goes over the wire, where some names are in another style.
#[derive(Serialize)]
pub(super) struct Body<'a> {
    #[serde(rename = "sessionId")]
    session_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a [Object]>,
    #[serde(rename = "modelId", skip_serializing_if = "Option::is_none")]
    model_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instructions: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_approval_all: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    continue_from: Option<&'a Continue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_tools: Option<&'a [Object]>,
}

impl<'a> Body<'a> {
    pub(super) fn of(turn: &'a Turn) -> Self {
        Self {
            session_id: &turn.session_id,
            message: turn.message.as_deref(),
            content: turn.content.as_deref(),
            model_id: turn.model_id.as_deref(),
            instructions: turn.instructions.as_deref(),
            require_approval_all: turn.require_approval_all,
            continue_from: turn.continue_from.as_ref(),
            local_tools: turn.local_tools.as_deref(),
        }
    }
}
