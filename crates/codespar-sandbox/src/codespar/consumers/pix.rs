//! Pix codes of a consumer, and what was paid for them: `/v1/consumers/{id}/pix`. Codes are made by
//! `/v1/test/pix-in`.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, pick, set, text},
};

/// How long a code is good for, as the provider says it.
const LIFETIME_S: u64 = 60 * 60;

/// `GET …/pix/charges/{reference}`: by the id of the charge, of the code, or of its request.
pub(crate) fn charge(req: &mut Request<'_>) -> HandlerResult {
    let reference = req.second_id();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if reference.len() > 128 || !reference.bytes().all(plain) {
        let message = "up to 128 letters, digits, _ and -";
        return Err(error(400, "invalid_charge_reference", message).into());
    }
    const NAMES: [&str; 3] = ["charge_id", "transaction_id", "client_request_id"];
    let named = |row: &&Value| NAMES.iter().any(|name| text(row, name) == reference);
    let found = codes(req).find(named);
    let row = found.ok_or_else(|| error(404, "not_found", "no such code of this consumer"))?;
    let is_open = text(row, "status") == "pending";
    let provider = is_open.then(|| {
        json!({
            "result": "ok",
            "status": "ACTIVE",
            "transaction_id": member(row, "transaction_id"),
            "identity_verified": true,
            "last_update": null,
            "create_at": member(row, "created_at"),
            "expiration_seconds": LIFETIME_S,
            "revision": "0",
        })
    });
    const SHOWN: [&str; 9] = [
        "charge_id",
        "status",
        "amount_minor",
        "currency",
        "transaction_id",
        "client_request_id",
        "wallet_id",
        "created_at",
        "settled_at",
    ];
    let mut shown = pick(row, &SHOWN);
    set(&mut shown, "provider", provider);
    let message = if is_open { "nobody has paid it yet" } else { "it was paid" };
    set(&mut shown, "status_message", message);
    Ok(Response::ok(shown))
}

/// `GET …/pix/receivements/{end_to_end_id}`
pub(crate) fn receivement(req: &mut Request<'_>) -> HandlerResult {
    let id = req.second_id();
    let fits = (16..=64).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_alphanumeric());
    if !fits {
        return Err(error(400, "invalid_end_to_end_id", "16 to 64 letters and digits").into());
    }
    let missing = || error(404, "receivement_not_found", "nothing came in under this id yet");
    let row = codes(req).find(|row| text(row, "end_to_end_id") == id).ok_or_else(missing)?;
    let devolutions: Vec<Value> = req
        .state
        .devolutions
        .list(req.project)
        .filter(|row| text(row, "end_to_end_id") == id)
        .map(|row| {
            json!({
                "devolution_id": member(row, "devolution_id"),
                "status": member(row, "status"),
                "amount_minor": member(row, "amount_minor"),
            })
        })
        .collect();
    Ok(Response::ok(json!({
        "end_to_end_id": id,
        "received": true,
        "provider_transaction_type": "RECEBIMENTO",
        "provider_amount": null,
        "initiation_type": "DYNAMIC_QRCODE",
        "provider_transaction_id": member(row, "deposit_id"),
        "transaction_id_brcode": member(row, "transaction_id"),
        "transaction_identification": member(row, "transaction_id"),
        "correlation": "charge_matched",
        "charge_id": member(row, "charge_id"),
        "charge_status": member(row, "status"),
        "wallet_id": member(row, "wallet_id"),
        "amount_minor": member(row, "amount_minor"),
        "wallet_credited": true,
        "devolutions": devolutions,
        "status_message": "it was credited",
    })))
}

pub(super) fn codes<'a>(req: &'a Request<'_>) -> impl Iterator<Item = &'a Value> {
    let rows = req.state.pix_codes.list(req.project);
    rows.filter(|row| matches(row, "consumer_id", Some(req.id())))
}
