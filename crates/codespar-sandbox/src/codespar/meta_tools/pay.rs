//! `codespar_pay`: sending money. Amounts are in minor units.

use serde_json::json;

use crate::{
    codespar::{
        meta_tools::tool::{ToolContext, ToolError, ToolOutput, currency},
        pix_code,
    },
    server::json_object::{JsonObject, issue},
    store::{effects::EffectKind, json::set},
};

/// Sends a payment or tells the state of one.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    match input.choice("action", &["pay", "status"])? {
        "status" => status(context, input),
        _ => pay(context, input),
    }
}

fn pay(context: &mut ToolContext<'_>, input: &JsonObject) -> Result<ToolOutput, ToolError> {
    let amount = input.minor("amount")?;
    let currency = currency(input)?;
    input.text("description")?;
    let method = input.maybe_text("method")?.unwrap_or("pix");
    let code = input.maybe_text("copia_e_cola")?;
    let line = input.maybe_text("linha_digitavel")?;
    let Some(recipient) = code.or(line).or(input.maybe_text("recipient")?) else {
        return Err(issue("recipient", "needed when there is no copia_e_cola").into());
    };
    if code.is_some_and(|code| !pix_code::checksum_holds(code)) {
        return Ok(declined("carrier_crc_invalid"));
    }
    let id = context.id("pay");
    let data = json!({
        "id": id,
        "status": "pending",
        "settled": false,
        "amount": amount,
        "currency": currency,
        "method": method,
        "recipient": recipient,
        "checkout_session_id": input.echo("checkout_session_id"),
    });
    context.effect(EffectKind::Payment, &id, Some(amount));
    let project = context.project;
    context.state.payments.insert(project, &id, data.clone());
    let tracking = context.settling_payment(&id, "celcoin");
    Ok(ToolOutput::from_server("celcoin", data).with_tracking(tracking))
}

/// A refusal of the rail, which the service reports as a success with a status.
fn declined(code: &str) -> ToolOutput {
    ToolOutput::from_server(
        "celcoin",
        json!({ "status": "rejected", "settled": false, "error_code": code }),
    )
}

fn status(context: &mut ToolContext<'_>, input: &JsonObject) -> Result<ToolOutput, ToolError> {
    let id = input.text("payment_id")?;
    let found = context.state.payments.find(context.project, id);
    let mut data = found.cloned().ok_or_else(|| ToolError::new("payment_not_found"))?;
    set(&mut data, "status_message", "the sandbox tells the outcome by payment status");
    Ok(ToolOutput::from_server("celcoin", data))
}
