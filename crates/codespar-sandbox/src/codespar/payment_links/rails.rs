//! The ways to pay a payment link.

use serde_json::{Value, json};

use crate::{
    codespar::{
        chain_address::{is_address, made_address},
        money_text::{USDC, smallest},
    },
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
    },
    store::json::text,
};

/// The rails of a body, with their amounts in the smallest units.
pub(super) fn accepts(body: &JsonObject) -> Result<Vec<Value>, Refusal> {
    let mut rails: Vec<Value> = Vec::new();
    for rail in body.list("accepts")? {
        let rail = JsonObject::of(rail);
        let read = match rail.choice("rail", &["pix", "x402"])? {
            "pix" => pix(&rail)?,
            _ => x402(&rail)?,
        };
        if rails.iter().any(|other| text(other, "rail") == text(&read, "rail")) {
            return Err(error(400, "invalid_rail", "each rail once").into());
        }
        rails.push(read);
    }
    Ok(rails)
}

fn pix(rail: &JsonObject) -> Result<Value, Refusal> {
    let amount = smallest(rail.text("amount")?, 100);
    let amount = amount.ok_or_else(|| issue("amount", "more than 0, two decimals at most"))?;
    let to = rail.maybe_object("pix")?.unwrap_or_default();
    let (key, account) = (to.maybe_text("key")?, to.maybe_text("celcoin_account")?);
    if rail.get("pix").is_some() && key.is_none() && account.is_none() {
        return Err(error(400, "invalid_payto", "a key or an account").into());
    }
    Ok(json!({
        "rail": "pix",
        "currency": "BRL",
        "amount_minor": amount,
        "pix_key": key,
        "celcoin_account": account,
    }))
}

fn x402(rail: &JsonObject) -> Result<Value, Refusal> {
    let amount = smallest(rail.text("amount")?, USDC);
    let amount = amount.ok_or_else(|| issue("amount", "more than 0, six decimals at most"))?;
    let to = rail.object("pay_to")?;
    let kind = to.choice("kind", &["byo", "provisioned"])?;
    let (address, consumer) = (to.maybe_text("address")?, to.maybe_text("consumer_id")?);
    let made = consumer.map(made_address);
    let address = if kind == "byo" { address } else { made.as_deref() };
    let address = address.filter(|address| is_address(address));
    let address = address.ok_or_else(|| error(400, "invalid_payto", "where does it go?"))?;
    Ok(json!({
        "rail": "x402",
        "currency": "USDC",
        "amount_atomic": amount.to_string(),
        "pay_to": address,
        "pay_to_kind": kind,
        "pay_to_account_name": null,
        "consumer_id": consumer.filter(|_| kind == "provisioned"),
    }))
}
