//! `codespar_discover`: which tool fits a use case.

use serde_json::{Value, json};

use crate::{
    codespar::{
        catalog,
        meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    },
    server::json_object::JsonObject,
};

/// Looks for the words of a use case among the tools of the catalog.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let use_case = input.text("use_case")?;
    let limit = usize::try_from(input.maybe_integer("limit")?.unwrap_or(5).clamp(1, 20));
    let category = input.maybe_text("category")?;
    let country = input.maybe_text("country")?;
    let mut matches: Vec<Value> = catalog::search(use_case)
        .filter(|(server, _)| category.is_none_or(|wanted| server.category == wanted))
        .filter(|(server, _)| country.is_none_or(|wanted| server.country == wanted))
        .take(limit.unwrap_or(5) + 1)
        .map(|(server, tool)| found(server, tool, context.settings.connected))
        .collect();
    let strategy = if matches.is_empty() { "empty" } else { "trigram" };
    let recommended = if matches.is_empty() { Value::Null } else { matches.remove(0) };
    let next = if recommended.is_null() {
        json!([])
    } else {
        json!(["call the recommended tool as server_id/tool_name"])
    };
    let data = json!({
        "use_case": use_case,
        "search_strategy": strategy,
        "recommended": recommended,
        "related": matches,
        "next_steps": next,
    });
    Ok(ToolOutput::from_server("_codespar", data))
}

fn found(server: &catalog::Server, tool: &catalog::Tool, connected: bool) -> Value {
    json!({
        "server_id": server.id,
        "tool_name": tool.name,
        "description": tool.about,
        "http_method": tool.method,
        "endpoint_template": tool.endpoint,
        "cosine_distance": null,
        "trigram_similarity": 0.5,
        "connection_status": if connected { "connected" } else { "disconnected" },
        "known_pitfalls": [],
        "recommended_plan": [{ "step": "call the tool", "action": true }],
    })
}
