//! Cards and their controls: the meta-tool `codespar_issue`.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::JsonObject,
    store::{effects::EffectKind, json::set},
};

const ACTIONS: [&str; 4] = ["card-virtual", "card-physical", "card-control", "card-get"];

/// Issues a card, freezes it and the like, or shows it.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let data = match input.choice("action", &ACTIONS)? {
        "card-virtual" => issue_card(context, input, "VIRTUAL", "ACTIVE")?,
        "card-physical" => {
            input.object("shipping_address")?;
            issue_card(context, input, "PHYSICAL", "CREATED")?
        }
        "card-control" => {
            let status = match input.choice("control", &["freeze", "unfreeze", "cancel"])? {
                "freeze" => "BLOCKED",
                "unfreeze" => "ACTIVE",
                _ => "CANCELED",
            };
            let card = card(context, input)?;
            set(card, "status", status);
            card.clone()
        }
        _ => card(context, input)?.clone(),
    };
    Ok(ToolOutput::from_server("pomelo", data))
}

fn issue_card(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
    kind: &str,
    status: &str,
) -> Result<Value, ToolError> {
    let holder = input.text("cardholder_id")?;
    let program = input.text("program_id")?;
    let id = context.id("crd");
    context.effect(EffectKind::Card, &id, None);
    let row = json!({
        "id": id,
        "status": status,
        "card_type": kind,
        "last_four": "4242",
        "cardholder_id": holder,
        "program_id": program,
    });
    Ok(context.state.cards.insert(context.project, &id, row))
}

fn card<'a>(
    context: &'a mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<&'a mut Value, ToolError> {
    let id = input.text("card_id")?;
    let found = context.state.cards.find_mut(context.project, id);
    found.ok_or_else(|| ToolError::new("card_not_found"))
}
