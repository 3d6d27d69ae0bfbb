//! A call that a model asks for, read from its provider's form.

use std::fmt;

use codespar_engine::{Error, Json};
use serde_json::Value;

use crate::{dialect::Dialect, question::Confirmation};

/// Where hosts of the Model Context Protocol put the model's call id, among `_meta`.
const MCP_CALL_IDS: [&str; 3] = ["claudecode/toolUseId", "claude/toolUseId", "callId"];

/// A call that a model asks for: the tool's name, its arguments, the model's id of the call.
///
/// ```
/// use codespar_tools::{Dialect, ToolCall};
/// use codespar_engine::Json;
///
/// let item = Json::parse_str(
///     r#"{"id":"call_1","type":"function","function":{"name":"charges_get","arguments":"{}"}}"#,
/// )?;
/// let call = ToolCall::read(Dialect::OpenAiChat, &item)?.conversation("chat-7");
/// assert_eq!((call.name.as_str(), call.id.as_deref()), ("charges_get", Some("call_1")));
/// # Ok::<(), codespar_engine::Error>(())
/// ```
///
/// `Debug` leaves the arguments out: they carry personal data.
#[derive(Clone)]
#[non_exhaustive]
pub struct ToolCall {
    /// The name that the model gave.
    pub name: String,
    /// The arguments, as the text of a JSON object.
    pub arguments: String,
    /// The model's own id of the call, where there is one.
    pub id: Option<String>,
    /// The conversation that the id belongs to; empty where ids are unlike any other anyway.
    pub conversation: String,
    /// What a person said to a question about this call.
    pub confirmation: Option<Confirmation>,
}

impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCall")
            .field("name", &self.name)
            .field("id", &self.id)
            .field("conversation", &self.conversation)
            .finish_non_exhaustive()
    }
}

impl ToolCall {
    /// A call of a tool, with arguments as the text of a JSON object.
    pub fn new(name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            arguments: arguments.into(),
            id: None,
            conversation: String::new(),
            confirmation: None,
        }
    }

    /// The same, with the model's own id of the call: `tool_call_id`, `tool_use_id`, `call_id`.
    /// What is empty is none.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// The same, in a conversation: ids are told apart by it, and limits are counted in it.
    #[must_use]
    pub fn conversation(mut self, conversation: impl Into<String>) -> Self {
        self.conversation = conversation.into();
        self
    }

    /// The same, after a person has said yes to a question about it.
    #[must_use]
    pub fn confirmed(mut self, confirmation: Confirmation) -> Self {
        self.confirmation = Some(confirmation);
        self
    }

    /// Reads a call as a provider writes it: an item of `tool_calls` (OpenAI chat), an item
    /// `function_call` (Responses), a block `tool_use` (Anthropic), a part with `functionCall`
    /// (Gemini), the parameters of `tools/call` (MCP).
    ///
    /// # Errors
    /// `Config` naming what is missing. Arguments are not looked at here.
    pub fn read(dialect: Dialect, call: &Json) -> Result<Self, Error> {
        let whole = call.to_value();
        // Members are taken from the text, so that numbers keep their digits.
        let inner = |name: &str| call.member(name);
        let (call, arguments, id) = match dialect {
            Dialect::OpenAiChat => {
                let function = inner("function").unwrap_or_default();
                (function.clone(), function.member("arguments"), whole.get("id"))
            }
            Dialect::OpenAiResponses => (call.clone(), inner("arguments"), whole.get("call_id")),
            Dialect::Anthropic => (call.clone(), inner("input"), whole.get("id")),
            Dialect::Gemini => {
                let function = inner("functionCall").unwrap_or_else(|| call.clone());
                let id = whole.get("functionCall").unwrap_or(&whole).get("id");
                (function.clone(), function.member("args"), id)
            }
            Dialect::Mcp => (call.clone(), inner("arguments"), mcp_call_id(whole.get("_meta"))),
        };
        let name = call.member("name").and_then(|name| name.read::<String>().ok());
        let name = name.ok_or_else(|| Error::config("name", "expected the name of a tool"))?;
        let arguments = arguments.map(|arguments| match arguments.read::<String>() {
            Ok(text) => text,
            Err(_) => arguments.as_str().to_owned(),
        });
        let read = Self::new(name, arguments.unwrap_or_default());
        Ok(match id.and_then(Value::as_str) {
            Some(id) => read.id(id),
            None => read,
        })
    }
}

/// The model's call id among `_meta`: of the members that hosts are known to use, exactly one.
fn mcp_call_id(meta: Option<&Value>) -> Option<&Value> {
    let meta = meta?;
    let mut known = MCP_CALL_IDS.iter().filter_map(|name| meta.get(name));
    known.next().filter(|_| known.next().is_none())
}
