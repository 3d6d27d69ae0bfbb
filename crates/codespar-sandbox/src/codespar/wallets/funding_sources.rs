//! The connections that fund a wallet: `/v1/wallets/{id}/funding-sources`.

use serde_json::{Value, json};

use crate::{
    codespar::{ledger::currency, wallets},
    server::{
        errors::not_found,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::matches,
};

/// `GET /v1/wallets/{id}/funding-sources`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    let rows = req.state.wallet_sources.list(req.project);
    let rows: Vec<&Value> = rows.filter(|row| matches(row, "wallet_id", Some(req.id()))).collect();
    Ok(Response::ok(json!({ "funding_sources": rows })))
}

/// `POST /v1/wallets/{id}/funding-sources`: a connection funds a wallet once in each currency.
pub(crate) fn add(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    let body = req.body()?;
    let connection = body.text("connection_id")?;
    let currency = currency(&body, "currency")?;
    let metadata = body.maybe_object("metadata")?.unwrap_or_default().value();
    req.state.connections.find(req.project, connection).ok_or_else(not_found)?;
    let place = place(req.id(), connection, currency);
    if let Some(known) = req.state.wallet_sources.find(req.project, &place) {
        return Ok(Response::created(known.clone()));
    }
    let row = json!({
        "wallet_id": req.id(),
        "connection_id": connection,
        "currency": currency,
        "enabled": true,
        "created_at": req.now.rfc3339(),
        "metadata": metadata,
    });
    Ok(Response::created(req.state.wallet_sources.insert(req.project, &place, row)))
}

/// `DELETE /v1/wallets/{id}/funding-sources/{connection}/{currency}`
pub(crate) fn remove(req: &mut Request<'_>) -> HandlerResult {
    let currency = req.path.get(2).map_or("", |currency| currency);
    let place = place(req.id(), req.second_id(), currency);
    req.state.wallet_sources.remove(req.project, &place).ok_or_else(not_found)?;
    Ok(Response::no_content())
}

fn place(wallet: &str, connection: &str, currency: &str) -> String {
    format!("{wallet}\n{connection}\n{currency}")
}
