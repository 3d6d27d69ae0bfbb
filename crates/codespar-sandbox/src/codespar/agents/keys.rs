//! The keys of agents: minting the next one, revoking one, and the DID document that shows them.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::audit_events,
    server::{
        errors::{error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
};

/// A key of this number, which no other key of the agent ever has.
pub(super) fn new(did: &str, number: usize) -> Value {
    json!({ "kid": format!("{did}#sandbox-{number}"), "status": "active" })
}

/// `POST /v1/agents/{agent_id}/keys/rotate`: what the key before has signed still holds.
pub(crate) fn rotate(req: &mut Request<'_>) -> HandlerResult {
    let handle = req.id().to_owned();
    let missing = || error(404, "agent_not_found", "no such agent in this project");
    let row = req.state.agents.find_mut(req.project, &handle).ok_or_else(missing)?;
    let did = text(row, "did").to_owned();
    let none = || error(409, "no_active_key", "the agent has no key to take the place of");
    let keys = keys_mut(row).ok_or_else(none)?;
    let number = keys.len() + 1;
    let old = keys.iter_mut().find(|key| text(key, "status") == "active").ok_or_else(none)?;
    set(old, "status", "retired");
    let retired = member(old, "kid").clone();
    let key = new(&did, number);
    let kid = member(&key, "kid").clone();
    keys.push(key);
    audit_events::record(req, "agent.key_rotated", json!({ "agent_id": handle, "kid": kid }));
    Ok(Response::created(json!({
        "agent_did": did,
        "pubkey": STANDARD.encode(public(&kid)),
        "kid": kid,
        "retired_kid": retired,
        "status": "active",
    })))
}

/// `POST /v1/agents/{agent_id}/keys/{kid}/revoke`: what it has signed holds no more.
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    let (handle, kid) = (req.id().to_owned(), req.second_id().to_owned());
    let missing = || error(404, "agent_key_not_found", "no such key of such an agent");
    let row = req.state.agents.find_mut(req.project, &handle).ok_or_else(missing)?;
    let mut keys = keys_mut(row).into_iter().flatten();
    let key = keys.find(|key| matches(key, "kid", Some(&kid))).ok_or_else(missing)?;
    if text(key, "status") == "revoked" {
        return Err(error(409, "key_already_revoked", "this key is revoked already").into());
    }
    set(key, "status", "revoked");
    audit_events::record(req, "agent.key_revoked", json!({ "agent_id": handle, "kid": kid }));
    let now = req.now.rfc3339();
    Ok(Response::ok(json!({ "kid": kid, "status": "revoked", "revoked_at": now })))
}

/// Revokes what is not revoked; gives the ids of those keys, oldest first.
pub(super) fn revoke_all(row: &mut Value) -> Vec<Value> {
    let keys = keys_mut(row).into_iter().flatten();
    let open = keys.filter(|key| text(key, "status") != "revoked");
    open.map(|key| {
        set(key, "status", "revoked");
        member(key, "kid").clone()
    })
    .collect()
}

/// The id of the key that an agent signs with; null when it has none.
pub(crate) fn active_kid(row: &Value) -> Value {
    let mut keys = keys(row).iter();
    let active = keys.find(|key| text(key, "status") == "active");
    active.map(|key| member(key, "kid").clone()).unwrap_or_default()
}

/// `GET /v1/agents/{did}/did.json`: a retired key is still there, a revoked one is not.
pub(crate) fn did_document(req: &mut Request<'_>) -> HandlerResult {
    let did = req.id().to_owned();
    let mut rows = req.state.agents.list(req.project);
    let row = rows.find(|row| text(row, "did") == did).ok_or_else(not_found)?;
    let shown = keys(row).iter().filter(|key| text(key, "status") != "revoked");
    let methods: Vec<Value> = shown
        .map(|key| {
            let kid = member(key, "kid");
            let x = URL_SAFE_NO_PAD.encode(public(kid));
            json!({
                "id": kid,
                "type": "JsonWebKey2020",
                "controller": did,
                "publicKeyJwk": { "kty": "OKP", "crv": "Ed25519", "x": x },
            })
        })
        .collect();
    Ok(Response::ok(json!({
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "verificationMethod": methods,
    })))
}

fn keys(row: &Value) -> &[Value] {
    member(row, "keys").as_array().map(Vec::as_slice).unwrap_or_default()
}

fn keys_mut(row: &mut Value) -> Option<&mut Vec<Value>> {
    row.get_mut("keys").and_then(Value::as_array_mut)
}

/// The public half of a key, made from the name of the key: it protects nothing.
pub(super) fn public(kid: &Value) -> [u8; 32] {
    let kid = kid.as_str().unwrap_or_default();
    SigningKey::from_bytes(&Sha256::digest(kid.as_bytes()).into()).verifying_key().to_bytes()
}
