//! `codespar_checkout`: a charge for a cart, with a hosted page. Amounts are in major units.

use serde_json::json;

use crate::{
    codespar::meta_tools::tool::{Desk, Done, Failure, currency},
    server::json_object::Fields,
    store::effects::EffectKind,
};

/// Makes a charge with a hosted page for a cart.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let amount = input.major("amount")?;
    let currency = currency(input)?;
    let id = desk.id("chk");
    desk.effect(EffectKind::Checkout, &id, Some(amount.minor()));
    let data = json!({
        "id": id,
        "status": "PENDING",
        "amount": amount.major(),
        "currency": currency,
        "checkout_url": format!("https://pay.example.test/c/{id}"),
    });
    let tracking = desk.settling_payment(&id, "asaas");
    Ok(Done::by("asaas", data).tracked(tracking))
}
