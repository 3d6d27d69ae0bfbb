//! Proofs of delivery, by which a receipt is sealed anew.

use serde_json::{Value, json};

use crate::{
    codespar::receipts::{public, seal::seal},
    server::{
        errors::{ApiError, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::rfc3339,
        json::{member, set, text},
    },
};

const RESULTS: [&str; 3] = ["confirmed", "pending", "failed"];
const KINDS: [&str; 7] =
    ["order_confirmation", "nfe", "nfse", "tracking", "resource", "merchant_ref", "pix_e2e"];

/// `POST /v1/consumers/receipts/{id}/delivery`: a proof that is not stronger changes nothing.
pub(crate) fn record(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let delivery = read(&body, req.now.rfc3339())?;
    let settings = req.settings;
    let id = req.id().to_owned();
    let receipt = req.state.receipts.find_mut(req.project, &id).ok_or_else(missing)?;
    let is_stronger = strength(&delivery) > strength(member(receipt, "delivery"));
    if is_stronger && text(receipt, "state") != "voided" {
        let is_delivered = text(&delivery, "result") == "confirmed";
        if is_delivered && text(receipt, "state") == "paid" {
            set(receipt, "state", "delivered");
        }
        set(receipt, "delivery", delivery);
        seal(receipt);
    }
    Ok(Response::ok(public(receipt, settings)))
}

fn read(body: &JsonObject, now: String) -> Result<Value, crate::server::errors::Refusal> {
    let result = body.choice("result", &RESULTS)?;
    let kind = body.choice("kind", &KINDS)?;
    let proof = body.text("proof")?;
    if proof.chars().count() > 500 {
        return Err(issue("proof", "at most 500 characters").into());
    }
    let at = match body.maybe_text("at")? {
        None => now,
        Some(at) => {
            let wrong = || error(400, "invalid_receipt_timestamp", "not a time with an offset");
            rfc3339(at.parse().map_err(|_| wrong())?)
        }
    };
    let nfe_chave = body.maybe_text("nfe_chave")?;
    Ok(json!({
        "result": result, "proof": proof, "kind": kind, "nfe_chave": nfe_chave, "at": at,
    }))
}

/// How much a proof proves; none proves least.
fn strength(delivery: &Value) -> u8 {
    match text(delivery, "kind") {
        "" => 0,
        "nfe" | "nfse" => 3,
        "merchant_ref" => 2,
        _ if !member(delivery, "nfe_chave").is_null() => 2,
        _ => 1,
    }
}

pub(crate) fn missing() -> ApiError {
    error(404, "receipt_not_found", "no such receipt in this project")
}
