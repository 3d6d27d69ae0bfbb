//! `codespar_notify`: a message to a person.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::{JsonObject, issue},
    store::effects::EffectKind,
};

/// Pretends to send a message.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    input.choice("channel", &["whatsapp", "email", "sms"])?;
    input.text("to")?;
    if input.maybe_text("template")?.or(input.maybe_text("message")?).is_none() {
        return Err(issue("message", "needed when there is no template").into());
    }
    let id = context.id("msg");
    context.effect(EffectKind::Message, &id, None);
    Ok(ToolOutput::from_server("z-api", json!({ "messageId": id, "sent": true })))
}
