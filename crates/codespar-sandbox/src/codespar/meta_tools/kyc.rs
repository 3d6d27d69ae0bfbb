//! `codespar_kyc`: verifying a buyer.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::JsonObject,
    store::{effects::EffectKind, records::tracking::Tracking},
};

const CHECKS: [&str; 4] = ["identity", "document", "risk-score", "sanctions"];

/// Begins a verification that is approved by itself after a while.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    input.object("buyer")?;
    let check = input.choice("check_type", &CHECKS)?;
    let id = context.id("inq");
    let url = format!("https://verify.example.test/{id}");
    context.effect(EffectKind::Verification, &id, None);
    let key = context.state.ids.uuid();
    let tracking = Tracking::verification(key, &id, "persona", Some(url.clone()))
        .settling(context.settings.settle_after, context.now);
    let data = json!({
        "verification_id": id,
        "status": "pending",
        "check_type": check,
        "hosted_url": url,
        "score": if check == "risk-score" { Some(0.12) } else { None },
    });
    Ok(ToolOutput::from_server("persona", data).with_tracking(tracking))
}
