//! `codespar_crypto_pay`: crypto assets. Amounts are in the asset's own unit.

use serde_json::{Value, json};

use crate::{
    codespar::meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    server::json_object::{JsonObject, issue},
    store::effects::EffectKind,
};

/// Begins a payment that is seen on the chain by itself after a while.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    input.text("currency")?;
    if !matches!(input.get("amount"), Some(Value::String(_) | Value::Number(_))) {
        return Err(issue("amount", "must be a number or a decimal string").into());
    }
    let id = context.id("cpay");
    context.effect(EffectKind::Payment, &id, None);
    let data = json!({
        "id": id,
        "status": "pending",
        "amount": input.echo("amount"),
        "currency": input.echo("currency"),
        "destination_address": "0x5a4db0c500004000800000000000000000000000",
        "hosted_url": format!("https://pay.example.test/x/{id}"),
    });
    let tracking = context.settling_payment(&id, "cdp");
    Ok(ToolOutput::from_server("cdp", data).with_tracking(tracking))
}
