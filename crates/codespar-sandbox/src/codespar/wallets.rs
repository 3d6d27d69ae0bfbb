//! Wallets: what a consumer may spend, and the wallets of the organization.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    codespar::{
        account::ORGANIZATION,
        idempotency,
        payment_rail::{self, Rail},
        pix_code,
    },
    server::{
        errors::{Refusal, error, not_found},
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        effects::EffectKind,
        json::{matches, part, set, text},
        money::Amount,
        records::idempotency::End,
    },
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

/// `GET /v1/consumers/{id}/wallet`: sums over the mandates of a consumer, none for a stranger.
pub(crate) fn of_consumer(call: &mut Call<'_>) -> Outcome {
    let mut sums: BTreeMap<String, (i64, i64, Vec<Value>, Vec<Value>)> = BTreeMap::new();
    let mandates = call.state.mandates.list(call.project);
    for row in mandates.filter(|row| matches(row, "consumer_id", Some(call.id()))) {
        let sum = sums.entry(text(row, "currency").to_owned()).or_default();
        sum.0 = sum.0.saturating_add(part(row, "cap_minor").as_i64().unwrap_or_default());
        sum.1 = sum.1.saturating_add(part(row, "spent_minor").as_i64().unwrap_or_default());
        sum.2.push(part(row, "funding_source_id").clone());
        sum.3.push(part(row, "id").clone());
    }
    let currencies: Vec<Value> = sums
        .into_iter()
        .map(|(currency, (authorized, spent, sources, mandates))| {
            json!({
                "currency": currency,
                "rail": rail(&currency),
                "authorized_minor": authorized,
                "spent_minor": spent,
                "available_minor": authorized.saturating_sub(spent),
                "overspent": spent > authorized,
                "funding_source_ids": sources,
                "mandate_ids": mandates,
            })
        })
        .collect();
    Ok(Answer::ok(json!({ "consumer_id": call.id(), "currencies": currencies })))
}

/// `POST /v1/consumers/{id}/wallet/transfer`: a plan, or with `execute` the transfer itself. No key is
/// honoured.
pub(crate) fn transfer_of_consumer(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let swap = Swap::read(&body)?;
    if !swap.execute {
        return Ok(Answer::ok(plan(call, &swap)));
    }
    let key = call.idempotency_key().map(str::to_owned);
    Ok(Answer::ok(swap.done(call, key.as_deref())))
}

/// `POST /v1/wallets/{id}/transfer`: out of the wallet, or between its currencies. The
/// `idempotency_key` of the body makes one transfer of several requests.
pub(crate) fn transfer(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let key = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    let scope = format!("wallet:{}:{}", call.project, call.id());
    let out = body.has("to_address") || body.has("currency");
    let swap = if out { None } else { Some(Swap::read(&body)?) };
    if let Some(swap) = swap.as_ref().filter(|swap| !swap.execute) {
        return Ok(Answer::ok(plan(call, swap)));
    }
    let (minor, status) = match &swap {
        Some(swap) => (swap.minor, 200),
        None => (out_of_wallet(&body)?, 201),
    };
    let mut request = body.value();
    set(&mut request, "idempotency_key", Value::Null);
    let answered = |answer| {
        let status = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(Answer::json(status, answer))
    };
    if let Some(first) = idempotency::ended(call.state, &scope, key, &request)? {
        return answered(first);
    }
    match payment_rail::dispatch(minor) {
        Rail::Takes => {}
        Rail::Refuses => {
            idempotency::keep(call.state, &scope, key, request, End::Failed("withdrawal_failed"));
            return Err(error(502, "send_failed", "the rail refuses this amount").into());
        }
        Rail::IsSilent => {
            let code = "withdrawal_dispatch_uncertain";
            idempotency::keep(call.state, &scope, key, request, End::Uncertain(code));
            return Err(error(502, code, "the rail does not answer").into());
        }
    }
    let noted = key.or_else(|| call.idempotency_key()).map(str::to_owned);
    let answer = match &swap {
        Some(swap) => swap.done(call, noted.as_deref()),
        None => sent(call, &body, minor, noted.as_deref()),
    };
    idempotency::keep(call.state, &scope, key, request, End::Done(answer.clone()));
    answered(answer)
}

/// The amount of a transfer out of a wallet, which must say where to.
fn out_of_wallet(body: &Fields) -> Result<i64, Refusal> {
    body.text("currency")?;
    body.text("to_address")?;
    Ok(body.minor("amount_minor")?)
}

fn sent(call: &mut Call<'_>, body: &Fields, minor: i64, key: Option<&str>) -> Value {
    let id = call.state.ids.with("wtd");
    call.state.effects.add(EffectKind::Payment, &id, key, Some(minor));
    let on_chain = body.text("to_address").is_ok_and(|address| address.starts_with("0x"));
    json!({
        "withdrawal_id": id,
        "tx_hash": format!("E{:0>31}", id.trim_start_matches("wtd_")),
        "status": "sent",
        "network": if on_chain { "base-sepolia" } else { "pix" },
        "to_address": body.echo("to_address"),
        "amount_minor": minor,
        "currency": body.echo("currency"),
    })
}

/// A transfer from one currency to another.
struct Swap {
    from: String,
    to: String,
    minor: i64,
    execute: bool,
}

impl Swap {
    fn read(body: &Fields) -> Result<Self, Refusal> {
        let known: Vec<&str> = CURRENCIES.iter().map(|(currency, _)| *currency).collect();
        Ok(Self {
            from: body.choice("from_currency", &known)?.to_owned(),
            to: body.choice("to_currency", &known)?.to_owned(),
            minor: body.minor("amount_minor")?,
            execute: body.maybe_bool("execute")? == Some(true),
        })
    }

    fn done(&self, call: &mut Call<'_>, key: Option<&str>) -> Value {
        let id = call.state.ids.with("tx");
        call.state.effects.add(EffectKind::Payment, &id, key, Some(self.minor));
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

fn plan(call: &Call<'_>, swap: &Swap) -> Value {
    let (from, to, amount) = (&*swap.from, &*swap.to, swap.minor);
    let converts = from != to;
    json!({
        "consumer_id": call.id(),
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

/// `GET /v1/wallets`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows: Vec<&Value> = call.state.wallets.list(call.project).collect();
    Ok(Answer::ok(json!({ "wallets": rows })))
}

/// `POST /v1/wallets`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let id = call.state.ids.with("wal");
    let row = json!({
        "id": id,
        "org_id": ORGANIZATION,
        "project_id": call.project,
        "agent_id": body.echo("agent_id"),
        "display_name": body.maybe_text("display_name")?.unwrap_or("Wallet"),
        "status": "active",
        "created_at": call.now.text(),
        "closed_at": null,
        "metadata": body.maybe_object("metadata")?.unwrap_or_default().value(),
        "balances": [balance(&id, 0, &call.now.text())],
    });
    Ok(Answer::created(call.state.wallets.insert(call.project, &id, row)))
}

/// `GET /v1/wallets/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let found = call.state.wallets.find(call.project, call.id());
    Ok(Answer::ok(found.ok_or_else(not_found)?.clone()))
}

fn rail(currency: &str) -> Option<&'static str> {
    CURRENCIES.iter().find(|(known, _)| *known == currency).map(|(_, rail)| *rail)
}

/// A balance row; its amounts are decimal strings.
fn balance(wallet: &str, minor: i64, now: &str) -> Value {
    json!({
        "wallet_id": wallet,
        "currency": "BRL",
        "balance_minor": minor.to_string(),
        "available_minor": minor.to_string(),
        "updated_at": now,
    })
}
