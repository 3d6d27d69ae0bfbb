//! `codespar_issue`: cards.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools::tool::{Desk, Done, Failure},
    server::json_object::Fields,
    store::{effects::EffectKind, json::set},
};

const ACTIONS: [&str; 4] = ["card-virtual", "card-physical", "card-control", "card-get"];

/// Issues a card, freezes it and the like, or shows it.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let data = match input.choice("action", &ACTIONS)? {
        "card-virtual" => issue_card(desk, input, "VIRTUAL", "ACTIVE")?,
        "card-physical" => {
            input.object("shipping_address")?;
            issue_card(desk, input, "PHYSICAL", "CREATED")?
        }
        "card-control" => {
            let status = match input.choice("control", &["freeze", "unfreeze", "cancel"])? {
                "freeze" => "BLOCKED",
                "unfreeze" => "ACTIVE",
                _ => "CANCELED",
            };
            let card = card(desk, input)?;
            set(card, "status", status);
            card.clone()
        }
        _ => card(desk, input)?.clone(),
    };
    Ok(Done::by("pomelo", data))
}

fn issue_card(
    desk: &mut Desk<'_, '_>,
    input: &Fields,
    kind: &str,
    status: &str,
) -> Result<Value, Failure> {
    let holder = input.text("cardholder_id")?;
    let program = input.text("program_id")?;
    let id = desk.id("crd");
    desk.effect(EffectKind::Card, &id, None);
    let row = json!({
        "id": id,
        "status": status,
        "card_type": kind,
        "last_four": "4242",
        "cardholder_id": holder,
        "program_id": program,
    });
    Ok(desk.world.state.cards.insert(desk.world.project, &id, row))
}

fn card<'a>(desk: &'a mut Desk<'_, '_>, input: &Fields) -> Result<&'a mut Value, Failure> {
    let id = input.text("card_id")?;
    let found = desk.world.state.cards.find_mut(desk.world.project, id);
    found.ok_or_else(|| Failure::new("card_not_found"))
}
