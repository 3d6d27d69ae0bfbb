//! `codespar_invoice`: fiscal documents.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::JsonObject,
    store::effects::EffectKind,
};

/// Issues a document, tells its state, or amends it.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let kind = input.choice("type", &["nfe", "nfse", "invoice"])?;
    let action = match input.get("action") {
        None => "issue",
        Some(_) => input.choice("action", &["issue", "status", "amend"])?,
    };
    let id = if action == "issue" {
        let id = context.id("inv");
        context.effect(EffectKind::Invoice, &id, None);
        id
    } else {
        input.text("invoice_id")?.to_owned()
    };
    let data = json!({
        "id": id,
        "type": kind,
        "status": if action == "amend" { "corrigida" } else { "autorizada" },
        "pdf_url": format!("https://fiscal.example.test/{id}.pdf"),
    });
    Ok(ToolOutput::from_server("nuvem-fiscal", data))
}
