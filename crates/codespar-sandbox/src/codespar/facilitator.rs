//! Transfers of USDC that somebody has signed, carried out for them: `/v1/facilitator/x402`.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{
        account::ORGANIZATION,
        payment_rail::{self, RailAnswer},
        receipts::{self, Paid},
    },
    server::{
        errors::{ApiError, Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        hex::hex,
        json::{matches, member, set, text},
    },
};

/// A test key settles there, whatever chain the signature names.
const NETWORK: &str = "base-sepolia";

/// What is to be transferred, read and found whole.
struct Transfer {
    signer: String,
    payee: String,
    nonce: String,
    chain: i64,
    asset: String,
    atomic: i64,
    /// In cents, rounded up: what is compared with the caps.
    minor: i64,
}

/// `POST /v1/facilitator/x402/executions`: a signer's nonce settles once. Of a signature only the
/// form is looked at: no chain is played.
pub(crate) fn execute(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let (intent, authorization) = (body.object("intent")?, body.object("authorization")?);
    intent.text("resource")?;
    let purpose = intent.text("purpose")?.to_owned();
    let most = intent.minor("max_amount_minor")?;
    let total = match intent.get("total_cap_minor") {
        Some(_) => intent.minor("total_cap_minor")?,
        None => most,
    };
    let transfer = read(&authorization, &body.object("domain")?)?;
    if !is_hex(body.text("signature")?, 65) {
        return Err(error(401, "bad_signature", "65 bytes as hex digits").into());
    }
    if !intent.text("payee")?.eq_ignore_ascii_case(&transfer.payee) {
        let code = "payee_authorization_mismatch";
        return Err(error(422, code, "the transfer goes to another address").into());
    }
    within_time(req, &authorization)?;
    once(req, &transfer)?;
    let spent: Option<i64> = of_signer(req, &transfer.signer)
        .filter(|row| text(row, "status") == "executed")
        .filter_map(|row| member(row, "amount_minor").as_i64())
        .try_fold(transfer.minor, i64::checked_add);
    if transfer.minor > most {
        return Err(error(422, "per_tx_cap_exceeded", "above the cap of one transfer").into());
    }
    if spent.is_none_or(|spent| spent > total) {
        return Err(error(422, "total_cap_exceeded", "above the cap of the signer").into());
    }
    settle(req, &transfer, &purpose)
}

/// `GET /v1/facilitator/x402/executions/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let unknown =
        || error(404, "foreign_authorization_not_found", "no such transfer in this organization");
    let row = req.state.foreign_authorizations.find(ORGANIZATION, req.id());
    Ok(Response::ok(row.ok_or_else(unknown)?.clone()))
}

fn read(authorization: &JsonObject, domain: &JsonObject) -> Result<Transfer, Refusal> {
    let malformed = || error(400, "malformed_authorization", "addresses, a nonce, an amount");
    let text = |name: &str, bytes: usize| {
        let text = authorization.text(name).ok().filter(|text| is_hex(text, bytes));
        text.map(str::to_ascii_lowercase).ok_or_else(malformed)
    };
    let atomic = authorization.text("value").ok().and_then(|value| value.parse::<i64>().ok());
    let atomic = atomic.filter(|atomic| *atomic > 0).ok_or_else(malformed)?;
    Ok(Transfer {
        signer: text("from", 20)?,
        payee: text("to", 20)?,
        nonce: text("nonce", 32)?,
        chain: domain.integer("chainId")?,
        asset: domain.text("verifyingContract")?.to_owned(),
        atomic,
        minor: atomic / 10_000 + i64::from(atomic % 10_000 != 0),
    })
}

/// So many bytes as hex digits.
fn is_hex(text: &str, bytes: usize) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or_default();
    digits.len() == 2 * bytes && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether the signer has said that it may be carried out now.
fn within_time(req: &Request<'_>, authorization: &JsonObject) -> Result<(), ApiError> {
    let malformed = || error(400, "malformed_authorization", "seconds since 1970");
    let read = |name| {
        let seconds = authorization.text(name).ok().and_then(|text| text.parse::<i64>().ok());
        seconds.ok_or_else(malformed)
    };
    let now = req.now.wall.as_second();
    if now < read("validAfter")? {
        return Err(error(422, "authorization_not_yet_valid", "its time has not come"));
    }
    if now >= read("validBefore")? {
        return Err(error(422, "authorization_expired", "its time is over"));
    }
    Ok(())
}

/// Whether the nonce of the signer is new.
fn once(req: &Request<'_>, transfer: &Transfer) -> Result<(), ApiError> {
    let known =
        of_signer(req, &transfer.signer).find(|row| matches(row, "nonce", Some(&transfer.nonce)));
    match known {
        None => Ok(()),
        Some(row) => Err(error(409, "authorization_replayed", "this nonce has been used")
            .with("foreign_authorization_id", member(row, "id").clone())),
    }
}

fn of_signer<'a>(req: &'a Request<'_>, signer: &'a str) -> impl Iterator<Item = &'a Value> {
    let rows = req.state.foreign_authorizations.list(ORGANIZATION);
    rows.filter(move |row| matches(row, "signer", Some(signer)))
}

/// Sends the transfer off and writes down how it went.
fn settle(req: &mut Request<'_>, transfer: &Transfer, purpose: &str) -> HandlerResult {
    let id = req.state.ids.with("fauth");
    let mut row = rejected(&id, transfer, req.now);
    if payment_rail::send(transfer.minor) != RailAnswer::Accepted {
        req.state.foreign_authorizations.insert(ORGANIZATION, &id, row);
        let refusal = error(502, "settlement_failed", "the chain has turned it down");
        return Err(refusal.with("foreign_authorization_id", id).into());
    }
    let (mandate_id, execution) = (req.state.ids.with("mnd"), req.state.ids.with("x402exec"));
    let hash = format!("0x{}", hex(&Sha256::digest(execution.as_bytes())));
    let (nonce, minor) = (&*transfer.nonce, transfer.minor);
    req.state.effects.add(EffectKind::Payment, &execution, Some(nonce), Some(minor));
    let mandate = json!({ "id": mandate_id, "purpose": purpose, "currency": "USDC" });
    let paid = Paid {
        consumer: &transfer.signer,
        mandate: &mandate,
        payee: &transfer.payee,
        amount_minor: minor,
        attempt_id: &execution,
        transaction_id: &hash,
        rail: "x402",
        request: &Value::Null,
    };
    let receipt = receipts::issue(req.state, req.project, &paid, req.now);
    for (name, value) in [
        ("status", json!("executed")),
        ("reject_code", Value::Null),
        ("mandate_id", json!(mandate_id)),
        ("execution_id", json!(execution)),
        ("receipt_id", member(&receipt, "receipt_id").clone()),
        ("settlement_tx", json!(hash)),
    ] {
        set(&mut row, name, value);
    }
    let answer = executed(&row, &receipt);
    req.state.foreign_authorizations.insert(ORGANIZATION, &id, row);
    Ok(Response::ok(answer))
}

/// The row of a transfer that the chain has turned down.
fn rejected(id: &str, transfer: &Transfer, now: Now) -> Value {
    json!({
        "id": id,
        "kind": "x402",
        "signer": transfer.signer,
        "payee": transfer.payee,
        "nonce": transfer.nonce,
        "chain_id": transfer.chain,
        "asset": transfer.asset,
        "value_atomic": transfer.atomic.to_string(),
        "amount_minor": transfer.minor,
        "status": "rejected",
        "reject_code": "settlement_failed",
        "mandate_id": null,
        "execution_id": null,
        "receipt_id": null,
        "settlement_tx": null,
        "network": NETWORK,
        "created_at": now.rfc3339(),
    })
}

/// What the request for a transfer that was carried out is answered.
fn executed(row: &Value, receipt: &Value) -> Value {
    json!({
        "status": member(row, "status"),
        "foreign_authorization_id": member(row, "id"),
        "mandate_id": member(row, "mandate_id"),
        "execution_id": member(row, "execution_id"),
        "signer": member(row, "signer"),
        "settlement": {
            "tx_hash": member(row, "settlement_tx"),
            "network": NETWORK,
            "money_moved": false,
            "adapter": format!("x402-facilitator-{NETWORK}"),
        },
        "receipt": {
            "id": member(receipt, "receipt_id"),
            "state": member(receipt, "state"),
            "chain": member(receipt, "chain"),
        },
    })
}
