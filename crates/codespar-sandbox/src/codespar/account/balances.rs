//! What all wallets of the project hold: `GET /v1/account/balances`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Funds,
        json::{matches, text},
    },
};

/// `GET /v1/account/balances`: sums over the wallets that are not closed, by currency.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let mut sums: BTreeMap<&str, Funds> = BTreeMap::new();
    for row in req.state.wallets.list(req.project).filter(|row| !matches(row, "status", CLOSED)) {
        for (currency, funds) in req.state.books.of_wallet(req.project, text(row, "id")) {
            sums.entry(currency).or_default().add(funds);
        }
    }
    let currencies: Vec<Value> = sums
        .into_iter()
        .map(|(currency, funds)| {
            json!({
                "currency": currency,
                "balance_minor": funds.booked.to_string(),
                "available_minor": funds.available().to_string(),
                "held_minor": funds.held.to_string(),
                "open_holds": funds.open_holds,
            })
        })
        .collect();
    let as_of = req.now.rfc3339();
    Ok(Response::ok(json!({ "project_id": req.project, "currencies": currencies, "as_of": as_of })))
}

const CLOSED: Option<&str> = Some("closed");
