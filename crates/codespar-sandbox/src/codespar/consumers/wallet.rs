//! The wallet of a consumer: `/v1/consumers/{id}/wallet`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    codespar::{
        currency_swap::{Swap, preview, rail},
        wallets,
    },
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, text},
};

/// `GET /v1/consumers/{id}/wallet`: sums over the mandates of a consumer, none for a stranger.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let mut sums: BTreeMap<String, (i64, i64, Vec<Value>, Vec<Value>)> = BTreeMap::new();
    let mandates = req.state.mandates.list(req.project);
    for row in mandates.filter(|row| matches(row, "consumer_id", Some(req.id()))) {
        let sum = sums.entry(text(row, "currency").to_owned()).or_default();
        sum.0 = sum.0.saturating_add(member(row, "cap_minor").as_i64().unwrap_or_default());
        sum.1 = sum.1.saturating_add(member(row, "spent_minor").as_i64().unwrap_or_default());
        sum.2.push(member(row, "funding_source_id").clone());
        sum.3.push(member(row, "id").clone());
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
    Ok(Response::ok(json!({ "consumer_id": req.id(), "currencies": currencies })))
}

/// `POST /v1/consumers/{id}/wallet/transfer`: a plan, or with `execute` the transfer itself, out of
/// the wallet of the consumer, into which what it lacks comes first in a test project. No key is
/// honoured.
pub(crate) fn transfer(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let swap = Swap::read(&body)?;
    let wallet = wallets::consumer_wallet(req.id());
    if !swap.execute {
        return Ok(Response::ok(preview(req, &swap, &wallet)));
    }
    swap.may_spend(req)?;
    let lacking = swap.lacking(req, &wallet)?;
    let consumer = req.id().to_owned();
    let wallet = wallets::of_consumer(req.state, req.project, &consumer, req.now);
    let key = req.idempotency_key().map(str::to_owned);
    Ok(Response::ok(swap.execute(req, (&wallet, lacking), key.as_deref())))
}
