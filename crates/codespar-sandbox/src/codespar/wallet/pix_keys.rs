//! Pix keys of a consumer: `/v1/consumers/{id}/pix-keys`.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        effects::EffectKind,
        json::{matches, member, text},
    },
};

const TYPES: [&str; 5] = ["EVP", "CPF", "CNPJ", "EMAIL", "PHONE"];

/// Most keys that an account holds.
const MOST: usize = 5;

const ACCOUNT: &str = "••••27";

/// `GET /v1/consumers/{id}/pix-keys`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let keys: Vec<Value> = of_consumer(req)
        .map(|row| json!({ "key": member(row, "key"), "key_type": member(row, "key_type") }))
        .collect();
    let body = json!({ "account_masked": ACCOUNT, "count": keys.len(), "keys": keys });
    Ok(Response::ok(body))
}

/// `POST /v1/consumers/{id}/pix-keys`: each EVP request makes another key.
pub(crate) fn register(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let key_type = body.choice("key_type", &TYPES)?;
    let given = body.maybe_text("key")?;
    if key_type == "EVP" && given.is_some() {
        return Err(issue("key", "an EVP key is made by the bank").into());
    }
    if key_type != "EVP" && given.is_none() {
        return Err(issue("key", "required for this type").into());
    }
    // The account of a test project registers random keys only.
    if key_type != "EVP" && req.id().starts_with("sbx_") {
        return Err(error(422, "pix_key_type_unavailable", "random key only").into());
    }
    if of_consumer(req).count() >= MOST {
        return Err(error(422, "pix_key_provider_refused", "the account has five keys").into());
    }
    let key = match given {
        Some(key) => key.to_owned(),
        None => req.state.ids.uuid(),
    };
    let row = json!({ "consumer_id": req.id(), "key": key, "key_type": key_type });
    let id = row_id(req.id(), &key);
    req.state.pix_keys.insert(req.project, &id, row);
    // A key that is a document or a telephone number stays out of the list of effects.
    let effect = if given.is_some() { key_type } else { &key };
    req.state.effects.add(EffectKind::PixKey, effect, None, None);
    Ok(Response::created(json!({
        "key": key, "key_type": key_type, "account_masked": ACCOUNT, "cache_filled": true,
    })))
}

/// `DELETE /v1/consumers/{id}/pix-keys/{key}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = row_id(req.id(), req.second_id());
    if req.state.pix_keys.remove(req.project, &id).is_none() {
        return Err(error(404, "not_found", "the account does not have this key").into());
    }
    Ok(Response::ok(json!({
        "key": req.second_id(),
        "account_masked": ACCOUNT,
        "deleted": true,
        "cache_cleared": true,
        "cache_refilled_with": of_consumer(req).next().map(|row| text(row, "key").to_owned()),
    })))
}

fn of_consumer<'a>(req: &'a Request<'_>) -> impl Iterator<Item = &'a Value> {
    let consumer = req.id();
    req.state
        .pix_keys
        .list(req.project)
        .filter(move |row| matches(row, "consumer_id", Some(consumer)))
}

fn row_id(consumer: &str, key: &str) -> String {
    format!("{consumer}\n{key}")
}
