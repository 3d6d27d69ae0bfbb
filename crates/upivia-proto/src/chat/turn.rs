//! What a turn is asked for with.

use codespar_engine::{
    args,
    kit::{Error, check_filled, check_segment},
    open_enum,
};
use serde::Serialize;

use crate::types::object::Object;

args! {
    /// What a turn of a chat is asked for with.
    ///
    /// ```
    /// use upivia_proto::chat::{ApprovalAction, Continue, Turn};
    ///
    /// let turn = Turn::new("cs_1").message("Pay the water bill").require_approval_all(true);
    /// let from = Continue::new("req_1", ApprovalAction::Approve);
    /// let go_on = Turn::new("cs_1").continue_from(from);
    /// ```
    pub struct Turn {
        /// The chat session.
        session_id: String,
    } with {
        /// What is said. May be left out with `content` or `continue_from`.
        message: String = into,
        /// What is said, in parts. Their members are not documented.
        content: Vec<Object>,
        /// The model; the session's own unless set.
        model_id: String = into,
        /// What the agent is told for this turn.
        instructions: String = into,
        /// Whether every tool call waits for a person.
        require_approval_all: bool,
        /// Goes on with a turn that waited for a person.
        continue_from: Continue,
        /// Tools that the caller carries out, as they are declared to the model. Calls of them
        /// come as [`TurnEvent::LocalToolsPending`](crate::chat::TurnEvent::LocalToolsPending). The
        /// API's documents say nothing about how results are handed back.
        local_tools: Vec<Object>,
    }
}

args! {
    /// The tool call that a turn waited for, and how it was decided.
    pub struct Continue {
        /// The service request of the tool call.
        request_id: String,
        /// How it was decided.
        action: ApprovalAction,
    }
}

open_enum! {
    /// What a person decides about a tool call that waits for it.
    pub enum ApprovalAction {
        /// It may happen.
        Approve = "approve",
        /// It may not.
        Reject = "reject",
    }
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
    pub(super) fn check(&self) -> Result<(), Error> {
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
