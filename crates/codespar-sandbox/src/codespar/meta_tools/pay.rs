//! `codespar_pay`: sending money. Amounts are in minor units.

use serde_json::json;

use crate::{
    codespar::{
        meta_tools::tool::{Desk, Done, Failure, currency},
        pix_code,
    },
    server::json_object::{Fields, issue},
    store::{effects::EffectKind, json::set},
};

/// Sends a payment or tells the state of one.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    match input.choice("action", &["pay", "status"])? {
        "status" => status(desk, input),
        _ => pay(desk, input),
    }
}

fn pay(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
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
    let id = desk.id("pay");
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
    desk.effect(EffectKind::Payment, &id, Some(amount));
    let project = desk.world.project;
    desk.world.state.payments.insert(project, &id, data.clone());
    let tracking = desk.settling_payment(&id, "celcoin");
    Ok(Done::by("celcoin", data).tracked(tracking))
}

/// A refusal of the rail, which the service reports as a success with a status.
fn declined(code: &str) -> Done {
    Done::by("celcoin", json!({ "status": "rejected", "settled": false, "error_code": code }))
}

fn status(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let id = input.text("payment_id")?;
    let found = desk.world.state.payments.find(desk.world.project, id);
    let mut data = found.cloned().ok_or_else(|| Failure::new("payment_not_found"))?;
    set(&mut data, "status_message", "the sandbox tells the outcome by payment status");
    Ok(Done::by("celcoin", data))
}
