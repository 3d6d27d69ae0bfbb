//! `codespar_wallet`. Its fields are not public; balance and statement have a plain form here.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::JsonObject,
};

/// Shows an empty wallet.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let action = input.choice("action", &["balance", "statement"])?;
    let user = &context.session.user;
    let data = match action {
        "balance" => json!({ "action": action, "consumer_id": user, "currencies": [] }),
        _ => json!({ "action": action, "consumer_id": user, "entries": [] }),
    };
    Ok(ToolOutput::from_server("_codespar", data))
}
