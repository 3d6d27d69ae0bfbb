//! Transfers from one currency to another.

use serde_json::{Value, json};

use crate::{
    codespar::pix_code,
    server::{errors::Refusal, json_object::JsonObject, request::Request},
    store::{effects::EffectKind, money::Amount},
};

/// The rails of the currencies there are.
const CURRENCIES: [(&str, &str); 7] = [
    ("BRL", "pix"),
    ("USD", "ach"),
    ("MXN", "spei"),
    ("COP", "pse"),
    ("ARS", "transferencias"),
    ("USDC", "onchain"),
    ("BRLA", "onchain"),
];

/// A transfer from one currency to another.
pub(crate) struct Swap {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) minor: i64,
    pub(crate) execute: bool,
}

impl Swap {
    pub(crate) fn read(body: &JsonObject) -> Result<Self, Refusal> {
        let known: Vec<&str> = CURRENCIES.iter().map(|(currency, _)| *currency).collect();
        Ok(Self {
            from: body.choice("from_currency", &known)?.to_owned(),
            to: body.choice("to_currency", &known)?.to_owned(),
            minor: body.minor("amount_minor")?,
            execute: body.maybe_bool("execute")? == Some(true),
        })
    }

    /// Makes the transfer.
    pub(crate) fn execute(&self, req: &mut Request<'_>, key: Option<&str>) -> Value {
        let id = req.state.ids.with("tx");
        req.state.effects.add(EffectKind::Payment, &id, key, Some(self.minor));
        let code = || pix_code::copy_paste(Amount::from_minor(self.minor), &id);
        json!({
            "executed": true,
            "transaction_id": id,
            "status": "completed",
            "pix_copy_paste": (self.to == "BRL").then(code),
            "destination_address": null,
            "source_debit": { "providerTxId": id, "status": "completed", "moneyMoved": true },
            "source_debit_error": null,
            "money_moved": true,
            "settle_via": "sandbox",
        })
    }
}

/// What a transfer would be, before it is made.
pub(crate) fn preview(req: &Request<'_>, swap: &Swap) -> Value {
    let (from, to, amount) = (&*swap.from, &*swap.to, swap.minor);
    let converts = from != to;
    json!({
        "consumer_id": req.id(),
        "route": format!("{from}->{to}"),
        "converts": converts,
        "engine": if converts { Some("sandbox") } else { None },
        "executable": true,
        "from": {
            "currency": from,
            "rail": rail(from),
            "amount_minor": amount,
            "cap_available_minor": null,
        },
        "to": { "currency": to, "rail": rail(to) },
        "note": "nothing has moved yet",
    })
}

/// The rail that a currency goes by.
pub(crate) fn rail(currency: &str) -> Option<&'static str> {
    CURRENCIES.iter().find(|(known, _)| *known == currency).map(|(_, rail)| *rail)
}
