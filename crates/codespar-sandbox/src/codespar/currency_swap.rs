//! Transfers from one currency of a consumer to another.

use serde_json::{Value, json};

use crate::{
    codespar::{ledger::top_up, organizations::spending, pix_code},
    server::{
        errors::{ApiError, Refusal},
        json_object::JsonObject,
        request::Request,
    },
    store::{books::Posting, effects::EffectKind, money::Amount},
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
    /// The agent that asks, where one does.
    pub(crate) agent: Option<String>,
}

impl Swap {
    pub(crate) fn read(body: &JsonObject) -> Result<Self, Refusal> {
        let known: Vec<&str> = CURRENCIES.iter().map(|(currency, _)| *currency).collect();
        Ok(Self {
            from: body.choice("from_currency", &known)?.to_owned(),
            to: body.choice("to_currency", &known)?.to_owned(),
            minor: body.minor("amount_minor")?,
            execute: body.maybe_bool("execute")? == Some(true),
            agent: body.maybe_text("agent_id")?.map(str::to_owned),
        })
    }

    /// What a wallet lacks of what is to be taken from it, and whether that may come in first.
    pub(crate) fn lacking(&self, req: &Request<'_>, wallet: &str) -> Result<i64, ApiError> {
        let place = (req.project, wallet, &*self.from);
        top_up::lacking(&req.state.books, req.settings, place, self.minor)
    }

    /// Whether it may be made at all: the organization and the agent spend.
    pub(crate) fn may_spend(&self, req: &Request<'_>) -> Result<(), ApiError> {
        let agent = self.agent.as_deref().unwrap_or_default();
        spending::may_spend(req.state, req.project, agent)
    }

    /// Takes it out of the wallet. What arrives in another currency is not in the books: there is
    /// no rate. In the same one it is what was taken.
    pub(crate) fn execute(
        &self,
        req: &mut Request<'_>,
        (wallet, lacking): (&str, i64),
        key: Option<&str>,
    ) -> Value {
        let id = req.state.ids.with("tx");
        req.state.effects.add(EffectKind::Payment, &id, key, Some(self.minor));
        let posting = |kind, currency: &str, amount_minor| Posting {
            wallet: wallet.to_owned(),
            currency: currency.to_owned(),
            kind,
            amount_minor,
            agent: self.agent.clone(),
            external_ref: Some(id.clone()),
            rail: rail(currency).map(str::to_owned),
            ..Posting::default()
        };
        let at = req.now.wall;
        let debit = posting("debit", &self.from, self.minor.saturating_neg());
        top_up::post(&mut req.state.books, req.project, &debit, lacking, req.now);
        req.state.books.post(req.project, debit, at);
        if self.from == self.to {
            req.state.books.post(req.project, posting("fund", &self.to, self.minor), at);
        }
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

/// What a transfer out of a wallet would be, before it is made.
pub(crate) fn preview(req: &Request<'_>, swap: &Swap, wallet: &str) -> Value {
    let (from, to, amount) = (&*swap.from, &*swap.to, swap.minor);
    let converts = from != to;
    let executable = swap.may_spend(req).and_then(|()| swap.lacking(req, wallet)).is_ok();
    json!({
        "consumer_id": req.id(),
        "route": format!("{from}->{to}"),
        "converts": converts,
        "engine": if converts { Some("sandbox") } else { None },
        "executable": executable,
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
