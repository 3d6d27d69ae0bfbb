//! `codespar_charge` and `codespar_checkout`: asking for money. Amounts are in major units.

use serde_json::{Value, json};

use crate::{
    codespar::{
        charges::{self, Draft},
        meta_tools::{Desk, Done, Failure},
        pix_code,
    },
    server::json_object::{Fields, issue},
    store::{
        effects::EffectKind,
        money::{self, Amount},
        table::set,
    },
};

const METHODS: [&str; 4] = ["pix", "boleto", "card", "wallet"];

/// Makes a charge that is paid by itself after a while.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let amount = money::major(input, "amount")?;
    let method = input.choice("method", &METHODS)?;
    let currency = currency(input)?;
    input.text("description")?;
    input.object("buyer")?.text("name")?;
    let boleto_by_date = method == "boleto" && input.get("due_date").is_some();
    // Written down and no more: the service keys no tool call, so each makes another charge.
    let key = input.maybe_text("idempotency_key")?.or(desk.key);
    let id = desk.id("ch");
    let data = charge(&id, method, amount, currency, boleto_by_date);
    let draft = Draft { method, currency, amount, due_date: input.echo("due_date"), key: None };
    charges::make(desk.world, &id, &draft);
    desk.world.state.effects.add(EffectKind::Charge, &id, key, Some(amount.minor()));
    let tracking = desk.settling_payment(&id, "asaas");
    Ok(Done::by("asaas", data).tracked(tracking))
}

/// Makes a charge with a hosted page for a cart.
pub(crate) fn checkout(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let amount = money::major(input, "amount")?;
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

fn charge(id: &str, method: &str, amount: Amount, currency: &str, by_date: bool) -> Value {
    let mut data = json!({
        "id": id,
        "status": if by_date { "PROCESSING" } else { "PENDING" },
        "amount": amount.major(),
        "currency": currency,
        "method": method,
    });
    if by_date {
        // The document comes later, with the event `commerce.charge.created`.
        set(&mut data, "payable", false);
        return data;
    }
    set(&mut data, "charge_url", format!("https://pay.example.test/i/{id}"));
    if method == "pix" {
        let code = pix_code::copy_paste(amount, id);
        set(&mut data, "pix_qr_code", pix_code::picture(&code));
        set(&mut data, "pix_copy_paste", code);
    }
    data
}

/// Three letters, in upper case.
pub(crate) fn currency(input: &Fields) -> Result<&str, Failure> {
    let currency = input.text("currency")?;
    if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(currency);
    }
    Err(issue("currency", "must be three capital letters").into())
}
