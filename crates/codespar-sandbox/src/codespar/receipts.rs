//! Making receipts of payments, signed so that they can be verified offline.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        hex::hex,
        json::{matches, member, set},
        state::State,
    },
};

/// Which key signed a receipt.
const KEY_ID: &str = "sandbox-1";

/// What a receipt is about.
pub(crate) struct Paid<'a> {
    pub(crate) consumer: &'a str,
    pub(crate) mandate: &'a Value,
    pub(crate) payee: &'a str,
    pub(crate) amount_minor: i64,
    pub(crate) attempt_id: &'a str,
    pub(crate) transaction_id: &'a str,
    pub(crate) rail: &'a str,
}

/// Writes a receipt and gives it back.
pub(crate) fn issue(state: &mut State, project: &str, paid: &Paid<'_>, now: Now) -> Value {
    let id = state.ids.with("rcpt");
    let mut receipt = json!({
        "receipt_id": id,
        "consumer_id": paid.consumer,
        "state": "paid",
        "mandate": {
            "id": member(paid.mandate, "id"),
            "nonce": id,
            "scope": member(paid.mandate, "purpose"),
            "currency": member(paid.mandate, "currency"),
            "sig": hex(&Sha256::digest(id.as_bytes())),
        },
        "quote": {
            "seller": null,
            "resource": null,
            "price_minor": paid.amount_minor,
            "payee": paid.payee,
            "session_id": null,
            "sig": null,
            "at": now.rfc3339(),
        },
        "payment": {
            "rail": paid.rail,
            "provider": "celcoin",
            "tx_id": paid.transaction_id,
            "amount_minor": paid.amount_minor,
            "attempt_id": paid.attempt_id,
            "money_moved": false,
            "at": now.rfc3339(),
            "sandbox": true,
        },
        "delivery": null,
        "exceptions": [],
    });
    // Keys are in alphabetical order and there is no white space: one text for one receipt.
    let chain = hex(&Sha256::digest(public(&receipt).to_string().as_bytes()));
    let message = format!("codespar-receipt:v1:{id}:{chain}");
    let signature = URL_SAFE_NO_PAD.encode(key().sign(message.as_bytes()).to_bytes());
    set(&mut receipt, "receipt_sig", hex(&Sha256::digest(message.as_bytes())));
    set(&mut receipt, "receipt_sig_ed25519", signature);
    set(&mut receipt, "receipt_sig_kid", KEY_ID);
    set(&mut receipt, "chain", chain);
    state.receipts.insert(project, &id, receipt)
}

/// A receipt as it is shown.
pub(crate) fn public(receipt: &Value) -> Value {
    let mut receipt = receipt.clone();
    if let Some(members) = receipt.as_object_mut() {
        members.remove("consumer_id");
    }
    receipt
}

/// Receipts of a project, or of one consumer in it, newest first.
pub(crate) fn list(
    state: &State,
    project: &str,
    consumer: Option<&str>,
    limit: usize,
) -> Vec<Value> {
    let rows = state.receipts.list(project);
    let rows = rows.filter(|row| matches(row, "consumer_id", consumer));
    rows.take(limit).map(public).collect()
}

/// `GET /.well-known/codespar-receipt-keys.json`
pub(crate) fn keys(_: &mut Request<'_>) -> HandlerResult {
    let public = URL_SAFE_NO_PAD.encode(key().verifying_key().to_bytes());
    let key = json!({ "kid": KEY_ID, "kty": "OKP", "crv": "Ed25519", "x": public });
    Ok(Response::ok(json!({ "keys": [key] })))
}

/// The signing key, the same in every sandbox: it protects nothing.
fn key() -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(b"codespar-sandbox receipts").into())
}
