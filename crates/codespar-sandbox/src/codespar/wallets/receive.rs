//! Where money for a wallet goes, and what is there: `/v1/wallets/{id}/receive` and `…/custody`.

use serde_json::json;

use crate::{
    codespar::{currency_swap::rail, wallets},
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
};

/// `GET /v1/wallets/{id}/receive`: no wallet has an address on a chain, as there is no chain, and
/// nobody is to send anything to a made-up one.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    let currency = req.query("currency").unwrap_or("USDC").to_ascii_uppercase();
    let rail = match rail(&currency) {
        Some("pix") => "pix",
        Some("onchain") => {
            let refusal = error(409, "no_onchain_address", "the sandbox has no chain");
            return Err(refusal.into());
        }
        Some(_) => "wire",
        None => "unknown",
    };
    Ok(Response::ok(json!({
        "currency": currency,
        "rail": rail,
        "network": null,
        "address": null,
        "asset_contract": null,
        "note": "money on this rail comes by a charge",
    })))
}

/// `GET /v1/wallets/{id}/custody`: of a chain, which the sandbox does not have.
pub(crate) fn custody(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    let currency = req.query("currency").unwrap_or("USDC").to_ascii_uppercase();
    let refusal = match &*currency {
        "USDC" => error(409, "no_onchain_address", "the sandbox has no chain"),
        _ => error(409, "no_custody_view", "only USDC is on a chain"),
    };
    Err(refusal.with("currency", currency).into())
}
