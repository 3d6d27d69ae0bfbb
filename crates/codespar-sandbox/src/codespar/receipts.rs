//! Receipts of payments, sealed so that anybody can check them offline.

pub(crate) mod delivery;
pub(crate) mod seal;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{consents, receipts::seal::RECIPE},
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::{Now, rfc3339},
        hex::hex,
        json::{matches, member, set, text},
        settings::Settings,
        state::State,
    },
};

/// What a receipt is about.
pub(crate) struct Paid<'a> {
    pub(crate) consumer: &'a str,
    pub(crate) mandate: &'a Value,
    pub(crate) payee: &'a str,
    pub(crate) amount_minor: i64,
    pub(crate) attempt_id: &'a str,
    pub(crate) transaction_id: &'a str,
    pub(crate) rail: &'a str,
    /// What was asked for: its `quote` and `approval` are sealed.
    pub(crate) request: &'a Value,
}

/// Writes a receipt and gives it back.
pub(crate) fn issue(state: &mut State, project: &str, paid: &Paid<'_>, now: Now) -> Value {
    let id = state.ids.with("rcpt");
    let at = now.rfc3339();
    let signature = consents::signature(paid.mandate);
    let quote = quote(member(paid.request, "quote"));
    let exceptions = exceptions(&quote, paid, &at);
    let mut receipt = json!({
        "receipt_id": id,
        "consumer_id": paid.consumer,
        "state": if exceptions.is_empty() { "paid" } else { "exception" },
        "actor": null,
        "mandate": {
            "id": member(paid.mandate, "id"),
            "nonce": format!("n-{id}"),
            "scope": member(paid.mandate, "purpose"),
            "currency": member(paid.mandate, "currency"),
            "sig_sha256": hex(&Sha256::digest(&signature)),
            "sig": signature,
        },
        "quote": quote,
        "payment": {
            "rail": paid.rail,
            "provider": "celcoin",
            "tx_id": paid.transaction_id,
            "amount_minor": paid.amount_minor,
            "amount_atomic": null,
            "attempt_id": paid.attempt_id,
            "money_moved": false,
            "at": at,
            "sandbox": true,
        },
        "delivery": null,
        "exceptions": exceptions,
    });
    let approval = member(paid.request, "approval");
    if !approval.is_null() {
        let sealed = json!({
            "items_hash": member(approval, "items_hash"),
            "batch_hash": member(approval, "batch_hash"),
        });
        set(&mut receipt, "approval", sealed);
    }
    seal::seal(&mut receipt);
    state.receipts.insert(project, &id, receipt)
}

/// A quote as it is sealed: every member, and its time in UTC. What names neither seller nor
/// resource is none.
fn quote(asked: &Value) -> Value {
    if member(asked, "seller").is_null() && member(asked, "resource").is_null() {
        return Value::Null;
    }
    let mut quote = json!({ "sig": null });
    for name in ["seller", "resource", "price_minor", "payee", "session_id"] {
        set(&mut quote, name, member(asked, name).clone());
    }
    let at = text(asked, "at").parse().ok().map(rfc3339);
    set(&mut quote, "at", at);
    quote
}

/// Where the quote and what was paid disagree: the money moves all the same.
fn exceptions(quote: &Value, paid: &Paid<'_>, at: &str) -> Vec<Value> {
    let differs = |name: &str, paid: Value| {
        let quoted = member(quote, name);
        !quoted.is_null() && *quoted != paid
    };
    let is_other = [
        ("price_mismatch", "price_minor", differs("price_minor", paid.amount_minor.into())),
        ("payee_mismatch", "payee", differs("payee", paid.payee.into())),
    ];
    let others = is_other.into_iter().filter(|(_, _, is_other)| *is_other);
    let told = others.map(|(code, name, _)| {
        json!({ "code": code, "detail": format!("not the {name} of the quote"), "at": at })
    });
    told.collect()
}

/// A receipt as it is shown: what a mandate is spent with only to a key that may spend.
pub(crate) fn public(receipt: &Value, settings: &Settings) -> Value {
    let mut receipt = receipt.clone();
    if let Some(members) = receipt.as_object_mut() {
        members.remove("consumer_id");
    }
    let mandate = receipt.get_mut("mandate").and_then(Value::as_object_mut);
    if let Some(mandate) = mandate.filter(|_| !settings.has_scope("mandates:spend")) {
        mandate.remove("sig");
    }
    receipt
}

/// Receipts of a project, or of one consumer in it, newest first.
pub(crate) fn list(
    state: &State,
    settings: &Settings,
    project: &str,
    consumer: Option<&str>,
    limit: usize,
) -> Vec<Value> {
    let rows = state.receipts.list(project);
    let rows = rows.filter(|row| matches(row, "consumer_id", consumer));
    rows.take(limit).map(|row| public(row, settings)).collect()
}

/// `GET /.well-known/codespar-receipt-keys.json`
pub(crate) fn keys(_: &mut Request<'_>) -> HandlerResult {
    let links: Vec<Value> = RECIPE.iter().map(seal::Link::value).collect();
    Ok(Response::ok(json!({
        "issuer": seal::ISSUER,
        "key_namespace": "sandbox",
        "algorithm": "Ed25519",
        "signing_string": "codespar-receipt:v1:<receipt_id>:<chain>",
        "keys": [seal::jwk()],
        "collect_receipt": seal::collect_recipe(),
        "chain_recipe": {
            "canonicalization": seal::CANONICAL,
            "digest": seal::DIGEST,
            "version": {
                "field": "chain_version",
                "rule": "4 with an approval, else 3 with payment.amount_authorized, \
                         else 2 with payment.amount_atomic, else 1",
            },
            "optional_marker": "?",
            "links": links,
        },
    })))
}
