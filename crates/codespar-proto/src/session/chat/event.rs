//! What happens in a turn of a session's agent, and what the turn comes to.

use codespar_engine::{
    Answer, Describe, Extra, Json,
    describe::{Member, Object, OneOf, Shape, Variant},
};
use serde::Serialize;

use crate::{api::tool_calls::CallStatus, types::ids::ToolCallId};

/// What a turn came to.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct SendResult {
    /// The agent's last words; may be empty.
    #[wire(default)]
    pub message: String,
    /// Every tool call it tried, refused ones too.
    #[wire(default)]
    pub tool_calls: Vec<ToolCallRecord>,
    /// How many times the model was asked.
    #[wire(default)]
    pub iterations: u32,
    /// Whether the turn was cut short.
    pub aborted: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A tool call of a turn.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolCallRecord {
    /// Its id; a self-hosted runtime gives none.
    pub id: Option<ToolCallId>,
    /// The tool, as the model named it.
    #[wire(default)]
    pub tool_name: String,
    /// The provider; `agentgate` when it was refused.
    #[wire(default)]
    pub server_id: String,
    /// The outcome of the tool call.
    pub status: Option<CallStatus>,
    /// How long it took, in milliseconds.
    #[wire(milliseconds)]
    pub duration_ms: Option<f64>,
    /// The input of the tool, as JSON.
    pub input: Option<Json>,
    /// What it gave; on a refusal see [`ToolRefusal::of`](crate::session::ToolRefusal::of).
    pub output: Option<Json>,
    /// The error code, where the tool call failed.
    pub error_code: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The message the turn began with.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct UserMessage {
    /// The text of the message, as the user wrote it.
    #[wire(default)]
    pub content: String,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A piece of what the agent says.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct AssistantText {
    /// The text that the agent wrote.
    #[wire(default)]
    pub content: String,
    /// The round of the model it belongs to.
    #[wire(default)]
    pub iteration: u32,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The agent decided to call a tool.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ToolUse {
    /// The model's id for it.
    #[wire(default)]
    pub id: String,
    /// The tool, as the model named it.
    #[wire(default)]
    pub name: String,
    /// What it is given.
    pub input: Option<Json>,
    /// The round of the model it belongs to.
    pub iteration: Option<u32>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a tool gave, as a self-hosted runtime reports it: without a record of the call.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ChatToolOutput {
    /// The [`ToolUse::id`] it answers.
    #[wire(default)]
    pub tool_use_id: String,
    /// What the tool gave, or `{"error": …}`.
    pub content: Option<Json>,
    /// Whether it failed.
    #[wire(default)]
    pub is_error: bool,
    /// The round of the model it belongs to.
    pub iteration: Option<u32>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The turn failed. Tool calls made before stand.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TurnError {
    /// The code, where there is one.
    pub error: Option<String>,
    /// The server's words.
    pub message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something that happened in a turn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ChatEvent {
    /// The turn began.
    UserMessage(UserMessage),
    /// The agent says something.
    AssistantText(AssistantText),
    /// The agent calls a tool.
    ToolUse(ToolUse),
    /// A tool call is over. Boxed: all events are as large as the largest, and most are small.
    ToolResult(Box<ToolCallRecord>),
    /// A tool call is over; a self-hosted runtime reports it so.
    ToolOutput(ChatToolOutput),
    /// The turn is over.
    Done(SendResult),
    /// The turn failed.
    Error(TurnError),
    /// An event this version does not know.
    Other {
        /// The name of the event.
        event: String,
        /// The data of the event, as JSON.
        data: Json,
    },
}

/// As the managed service sends it: with its `type`, and records wrapped in `tool_call`.
impl Serialize for ChatEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Of<'a, C: Serialize> {
            #[serde(rename = "type")]
            name: &'a str,
            #[serde(flatten)]
            content: C,
        }
        #[derive(Serialize)]
        struct Wrapped<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            tool_call: Option<&'a ToolCallRecord>,
            #[serde(skip_serializing_if = "Option::is_none")]
            result: Option<&'a SendResult>,
            #[serde(skip_serializing_if = "Option::is_none")]
            data: Option<&'a Json>,
        }
        let unwrapped = Wrapped { tool_call: None, result: None, data: None };
        match self {
            Self::UserMessage(content) => {
                Of { name: "user_message", content }.serialize(serializer)
            }
            Self::AssistantText(content) => {
                Of { name: "assistant_text", content }.serialize(serializer)
            }
            Self::ToolUse(content) => Of { name: "tool_use", content }.serialize(serializer),
            Self::ToolResult(record) => {
                let content = Wrapped { tool_call: Some(record), ..unwrapped };
                Of { name: "tool_result", content }.serialize(serializer)
            }
            Self::ToolOutput(content) => Of { name: "tool_result", content }.serialize(serializer),
            Self::Done(result) => {
                let content = Wrapped { result: Some(result), ..unwrapped };
                Of { name: "done", content }.serialize(serializer)
            }
            Self::Error(content) => Of { name: "error", content }.serialize(serializer),
            Self::Other { event, data } => {
                Of { name: event, content: Wrapped { data: Some(data), ..unwrapped } }
                    .serialize(serializer)
            }
        }
    }
}

/// As it is written.
impl Describe for ChatEvent {
    const SHAPE: &'static Shape = &Shape::OneOf(|| {
        const {
            &OneOf::new(
                "ChatEvent",
                "Something that happened in a turn",
                Some("type"),
                const {
                    &[
                        Variant::new("user_message", "The turn began", UserMessage::SHAPE),
                        Variant::new(
                            "assistant_text",
                            "The agent says something",
                            AssistantText::SHAPE,
                        ),
                        Variant::new("tool_use", "The agent calls a tool", ToolUse::SHAPE),
                        Variant::new("tool_result", "A tool call is over", TOOL_RESULT),
                        Variant::new("done", "The turn is over", DONE),
                        Variant::new("error", "The turn failed", TurnError::SHAPE),
                    ]
                },
            )
        }
    });
}

const TOOL_RESULT: &Shape = &Shape::Object(|| {
    const {
        &Object::new(
            "ToolResultEvent",
            "A tool call that is over; a self-hosted runtime tells its members alone",
            true,
            const { &[Member::new("tool_call", "The tool call", false, ToolCallRecord::SHAPE)] },
        )
    }
});

const DONE: &Shape = &Shape::Object(|| {
    const {
        &Object::new(
            "DoneEvent",
            "The turn is over",
            true,
            const { &[Member::new("result", "What it came to", true, SendResult::SHAPE)] },
        )
    }
});
