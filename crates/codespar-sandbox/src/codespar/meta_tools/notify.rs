//! `codespar_notify`: a message to a person.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{Desk, Done, Failure},
    server::json_object::{Fields, issue},
    store::effects::EffectKind,
};

/// Pretends to send a message.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    input.choice("channel", &["whatsapp", "email", "sms"])?;
    input.text("to")?;
    if input.maybe_text("template")?.or(input.maybe_text("message")?).is_none() {
        return Err(issue("message", "needed when there is no template").into());
    }
    let id = desk.id("msg");
    desk.effect(EffectKind::Message, &id, None);
    Ok(Done::by("z-api", json!({ "messageId": id, "sent": true })))
}
