//! `codespar_checkout`: a charge for a cart, with a hosted page. Amounts are in major units.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput, currency},
    server::json_object::JsonObject,
    store::effects::EffectKind,
};

/// Makes a charge with a hosted page for a cart.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let amount = input.major("amount")?;
    let currency = currency(input)?;
    let id = context.id("chk");
    context.effect(EffectKind::Checkout, &id, Some(amount.minor()));
    let data = json!({
        "id": id,
        "status": "PENDING",
        "amount": amount.major(),
        "currency": currency,
        "checkout_url": format!("https://pay.example.test/c/{id}"),
    });
    let tracking = context.settling_payment(&id, "asaas");
    Ok(ToolOutput::from_server("asaas", data).with_tracking(tracking))
}
