//! `codespar_list_tools`: what can be called.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::JsonObject,
};

/// Lists the tools of the session.
pub(crate) fn run(context: &mut ToolContext<'_>, _: &JsonObject) -> Result<ToolOutput, ToolError> {
    let row = |name: &str| json!({ "id": name, "name": name, "agentType": "commerce" });
    if context.settings.managed() {
        let tools: Vec<Value> = context.tools.iter().map(|tool| row(tool.name)).collect();
        return Ok(ToolOutput::from_server("_codespar", json!({ "tools": tools })));
    }
    Ok(ToolOutput::from_server("oss-runtime", json!({ "tools": [row("codespar_list_tools")] })))
}
