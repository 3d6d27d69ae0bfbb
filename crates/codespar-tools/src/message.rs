//! Answers as the messages of a dialect.

use codespar_engine::Json;
use serde_json::{Value, json};

use crate::{answer::ToolAnswer, call::ToolCall, dialect::Dialect};

impl ToolAnswer {
    /// The answer to a call as a dialect writes it: a message of the role `tool` (OpenAI chat), an
    /// item `function_call_output` (Responses), a block `tool_result` (Anthropic), a part with
    /// `functionResponse` (Gemini), the result of `tools/call` (MCP, with all of the text).
    pub fn message(&self, dialect: Dialect, call: &ToolCall) -> Json {
        let id = call.id.as_deref().unwrap_or_default();
        let message = match dialect {
            // There is no member for errors: the text begins with the verdict.
            Dialect::OpenAiChat => {
                json!({ "role": "tool", "tool_call_id": id, "content": self.text() })
            }
            Dialect::OpenAiResponses => {
                json!({ "type": "function_call_output", "call_id": id, "output": self.text() })
            }
            Dialect::Anthropic => json!({
                "type": "tool_result", "tool_use_id": id, "content": self.text(),
                "is_error": self.is_error(),
            }),
            Dialect::Gemini => {
                let response = self.structured();
                let mut part = json!({ "name": call.name, "response": response });
                if let (Some(id), Value::Object(part)) = (&call.id, &mut part) {
                    part.insert("id".to_owned(), id.as_str().into());
                }
                json!({ "functionResponse": part })
            }
            Dialect::Mcp => return self.mcp_result(McpText::All),
        };
        message.into()
    }

    /// The result of an MCP server's `tools/call`: structure always, beside it as much text as the
    /// client needs.
    pub fn mcp_result(&self, text: McpText) -> Json {
        let text = match text {
            McpText::All => self.text(),
            McpText::Summary => self.summary(),
        };
        json!({
            "content": [{ "type": "text", "text": text }],
            "structuredContent": self.structured(),
            "isError": self.is_error(),
        })
        .into()
    }
}

/// How much text an MCP result has beside its structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum McpText {
    /// Everything, for clients that know no structure: those before 2025-06-18.
    All,
    /// The verdict and what to do next: the rest is in the structure.
    Summary,
}
