//! `codespar_ship`: quotes, labels, tracking. Weights are grams, costs minor units.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::{JsonObject, issue},
    store::effects::EffectKind,
};

/// Quotes, buys a label, or tracks a parcel.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    match input.choice("action", &["label", "quote", "track"])? {
        "track" => track(context, input),
        "quote" => {
            let cost = cost(input)?;
            let id = context.id("quo");
            let data = json!({
                "id": id, "status": "quoted", "carrier": "Jadlog", "cost_minor": cost,
            });
            Ok(ToolOutput::from_server("melhor-envio", data))
        }
        _ => label(context, input),
    }
}

fn label(context: &mut ToolContext<'_>, input: &JsonObject) -> Result<ToolOutput, ToolError> {
    let cost = cost(input)?;
    let id = context.id("shp");
    let code = format!("BR{:09}BR", context.state.ids.number());
    let data = json!({
        "id": id,
        "status": "posted",
        "tracking_code": code,
        "label_url": format!("https://labels.example.test/{id}.pdf"),
        "carrier": "Correios",
        "estimated_delivery": "2030-01-31",
        "cost_minor": cost,
    });
    context.effect(EffectKind::Label, &id, Some(cost));
    let row = json!({ "id": id, "status": "in_transit", "tracking_code": code });
    let project = context.project;
    context.state.shipments.insert(project, &code, row);
    Ok(ToolOutput::from_server("melhor-envio", data))
}

fn track(context: &ToolContext<'_>, input: &JsonObject) -> Result<ToolOutput, ToolError> {
    let code = input.text("tracking_code")?;
    let found = context.state.shipments.find(context.project, code);
    let data = found.cloned().ok_or_else(|| ToolError::new("tracking_not_found"))?;
    Ok(ToolOutput::from_server("melhor-envio", data))
}

/// A base price and a price by weight, dearer for the fastest service.
fn cost(input: &JsonObject) -> Result<i64, ToolError> {
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
