//! `codespar_charge`: asking for money. Amounts are in major units.

use serde_json::{Value, json};

use crate::{
    codespar::{
        charges::lifecycle::{self, NewCharge},
        meta_tools::tool::{ToolContext, ToolError, ToolOutput, currency},
        payment_rail::{self, RailAnswer},
        pix_code,
    },
    server::json_object::JsonObject,
    store::{effects::EffectKind, json::set, money::Amount},
};

const METHODS: [&str; 4] = ["pix", "boleto", "card", "wallet"];

/// Makes a charge that is paid by itself after a while.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let amount = input.major("amount")?;
    let method = input.choice("method", &METHODS)?;
    let currency = currency(input)?;
    input.text("description")?;
    input.object("buyer")?.text("name")?;
    let boleto_by_date = method == "boleto" && input.get("due_date").is_some();
    // Written down and no more: the service keys no tool call, so each makes another charge.
    let key = input.maybe_text("idempotency_key")?.or(context.key);
    if boleto_by_date && payment_rail::send(amount.minor()) == RailAnswer::NoAnswer {
        // Nothing is kept of it: no key names it, so nobody could ever say what became of it.
        return Err(ToolError::new("provider_error"));
    }
    let id = context.id("ch");
    let data = charge(&id, method, amount, currency, boleto_by_date);
    let new = NewCharge { method, currency, amount, due_date: input.echo("due_date"), key: None };
    lifecycle::create(&mut context.context(), &id, &new);
    context.state.effects.add(EffectKind::Charge, &id, key, Some(amount.minor()));
    let tracking = context.settling_payment(&id, "asaas");
    Ok(ToolOutput::from_server("asaas", data).with_tracking(tracking))
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
