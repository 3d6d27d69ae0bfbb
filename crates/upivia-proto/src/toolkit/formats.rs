//! Tools in the forms that model providers and protocols take.

use codespar_engine::{Effect, Json};
use codespar_tools::{Dialect, KeySupport, Money, ToolEffect, ToolSpec};

use crate::toolkit::{Tool, Toolkit};

impl Toolkit {
    /// The tools as OpenAI's chat completions take them, a JSON array.
    pub fn to_openai(&self) -> Json {
        self.to_dialect(Dialect::OpenAiChat)
    }

    /// The tools as OpenAI's Responses take them, a JSON array.
    pub fn to_openai_responses(&self) -> Json {
        self.to_dialect(Dialect::OpenAiResponses)
    }

    /// The tools as Anthropic's messages take them, a JSON array.
    pub fn to_anthropic(&self) -> Json {
        self.to_dialect(Dialect::Anthropic)
    }

    /// The tools as an MCP server lists them, a JSON array.
    pub fn to_mcp(&self) -> Json {
        self.to_dialect(Dialect::Mcp)
    }

    /// The tools of which the schema can be offered, in their order. No strict mode is asked for.
    fn to_dialect(&self, dialect: Dialect) -> Json {
        let entry = |tool: &Tool| {
            // By hand the key is an option of the call, and none of the arguments.
            let spec = tool.spec().key(KeySupport::None);
            let own = codespar_tools::Tool::new(tool.name.clone(), spec, false).ok()?;
            let mut entry = own.to_dialect(dialect).to_value();
            if let serde_json::Value::Object(members) = &mut entry {
                // It is of the answers of a toolbox.
                members.remove("outputSchema");
            }
            Some(entry)
        };
        let entries: Vec<serde_json::Value> = self.tools().iter().filter_map(entry).collect();
        serde_json::Value::Array(entries).into()
    }
}

impl Tool {
    /// The tool as the sources of a toolbox describe theirs: a service request, whose price the
    /// platform sets.
    pub(crate) fn spec(&self) -> ToolSpec {
        let is_check =
            (self.service.as_str(), self.operation.as_str()) == ("platform", "check_budget");
        let effect = if is_check { Effect::Reads } else { Effect::MovesMoney };
        let id = format!("{}.{}", self.service, self.operation);
        let mut spec = ToolSpec::new(id, "service", ToolEffect::Known(effect))
            .description(&self.description)
            .key(KeySupport::Honoured);
        spec.input_schema = self.input_schema.as_ref().map(Json::to_value);
        if !is_check {
            spec.money =
                Money::Unknown("the platform sets the price, in a currency it does not name");
        }
        spec
    }
}
