//! `codespar_ship`: quotes, labels, tracking. Weights are grams, costs minor units.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools::tool::{Desk, Done, Failure},
    server::json_object::{Fields, issue},
    store::effects::EffectKind,
};

/// Quotes, buys a label, or tracks a parcel.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    match input.choice("action", &["label", "quote", "track"])? {
        "track" => track(desk, input),
        "quote" => {
            let cost = cost(input)?;
            let id = desk.id("quo");
            let data = json!({
                "id": id, "status": "quoted", "carrier": "Jadlog", "cost_minor": cost,
            });
            Ok(Done::by("melhor-envio", data))
        }
        _ => label(desk, input),
    }
}

fn label(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let cost = cost(input)?;
    let id = desk.id("shp");
    let code = format!("BR{:09}BR", desk.world.state.ids.number());
    let data = json!({
        "id": id,
        "status": "posted",
        "tracking_code": code,
        "label_url": format!("https://labels.example.test/{id}.pdf"),
        "carrier": "Correios",
        "estimated_delivery": "2030-01-31",
        "cost_minor": cost,
    });
    desk.effect(EffectKind::Label, &id, Some(cost));
    let row = json!({ "id": id, "status": "in_transit", "tracking_code": code });
    let project = desk.world.project;
    desk.world.state.shipments.insert(project, &code, row);
    Ok(Done::by("melhor-envio", data))
}

fn track(desk: &Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let code = input.text("tracking_code")?;
    let found = desk.world.state.shipments.find(desk.world.project, code);
    let data = found.cloned().ok_or_else(|| Failure::new("tracking_not_found"))?;
    Ok(Done::by("melhor-envio", data))
}

/// A base price and a price by weight, dearer for the fastest service.
fn cost(input: &Fields) -> Result<i64, Failure> {
    input.object("origin")?.text("postal_code")?;
    input.object("destination")?.text("postal_code")?;
    let mut items = input.list("items")?.iter().map(weight);
    let grams = items.try_fold(0_i64, |sum, grams| sum.checked_add(grams?));
    let grams = grams
        .filter(|&grams| grams > 0)
        .ok_or_else(|| issue("items", "each needs a positive weight_g"))?;
    let fast = input.maybe_text("service_level")? == Some("fastest");
    let cost = 1_500_i64.saturating_add(grams);
    Ok(if fast { cost.saturating_mul(2) } else { cost })
}

fn weight(item: &Value) -> Option<i64> {
    let quantity = item.get("quantity").map_or(Some(1), Value::as_i64)?;
    item.get("weight_g")?.as_i64()?.checked_mul(quantity)
}
