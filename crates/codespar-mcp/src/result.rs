//! Answers as results of the protocol, tools as entries of its list.

use codespar_async::{
    Error,
    agent_tools::{Dialect, Happened, Outcome, Tool, ToolAnswer, ViewOptions},
};
use rmcp::model::{CallToolResult, ContentBlock, ProtocolVersion};

use crate::options::{Protocol, Results};

/// What a client is given: by its version of the protocol, or as the options say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Whether a structure is declared, and then always given.
    structured: bool,
    /// Whether the text says everything, or the verdict alone.
    whole_text: bool,
}

impl Form {
    pub(crate) fn new(results: Results, version: Option<&ProtocolVersion>) -> Self {
        let knows_structure = Protocol::V2025_06_18.is_reached_by(version);
        let (structured, whole_text) = match results {
            Results::Text => (false, true),
            Results::Structured => (true, false),
            Results::Both => (true, true),
            Results::ByProtocol => (knows_structure, !knows_structure),
        };
        Self { structured, whole_text }
    }

    pub(crate) fn result(self, answer: &ToolAnswer) -> CallToolResult {
        let text = if self.whole_text { answer.text() } else { answer.summary() };
        let content = vec![ContentBlock::text(text)];
        let mut result = match answer.is_error() {
            true => CallToolResult::error(content),
            false => CallToolResult::success(content),
        };
        if self.structured {
            result.structured_content = Some(answer.structured());
        }
        result
    }

    /// A tool as an entry of the list; `None` if it had no such form.
    pub(crate) fn tool(self, tool: &Tool) -> Option<rmcp::model::Tool> {
        let entry = tool.to_dialect(Dialect::Mcp).to_value();
        let mut entry: rmcp::model::Tool = serde_json::from_value(entry).ok()?;
        if !self.structured {
            entry.output_schema = None;
        }
        Some(entry)
    }
}

/// Nothing was sent, for this reason.
pub(crate) fn nothing_sent(code: &str, words: impl Into<String>) -> ToolAnswer {
    ToolAnswer::new(&Outcome::nothing_sent(code, words), &ViewOptions::new())
}

/// It is refused by this server: nothing was sent, and the same call is refused again.
pub(crate) fn refused(code: &str, words: impl Into<String>) -> ToolAnswer {
    let mut answer = nothing_sent(code, words);
    answer.verdict = Happened::Refused;
    answer
}

/// What an error means that came before any call of the tool.
pub(crate) fn failed_before(error: &Error) -> ToolAnswer {
    ToolAnswer::new(&Outcome::of_error(error).of_read(), &ViewOptions::new())
}
