//! Registered agents and their DID documents.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::account::ORGANIZATION,
    server::{
        errors::{error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, text},
};

/// `GET /v1/agents`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<Value> = req.state.agents.list(req.project).map(public).collect();
    Ok(Response::ok(json!({ "agents": rows })))
}

/// `POST /v1/agents`
pub(crate) fn register(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let missing = |_| error(400, "missing_required_field", "agent_id and principal_ref");
    let id = body.text("agent_id").map_err(missing)?;
    let principal = body.text("principal_ref").map_err(missing)?;
    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
        return Err(error(400, "agent_id_not_did_safe", "letters, digits, . _ and -").into());
    }
    if req.state.agents.find(req.project, id).is_some() {
        return Err(error(409, "agent_already_registered", "this agent is there already").into());
    }
    let did = format!("did:web:id.example.test:{ORGANIZATION}:{id}");
    let row = json!({
        "agent_id": id,
        "did": did,
        "kid": format!("{did}#1"),
        "principal_ref": principal,
        "display_name": body.echo("display_name"),
        "runtime": body.echo("runtime"),
        "role": body.echo("role"),
        "status": "active",
        "created_at": req.now.rfc3339(),
    });
    req.state.agents.insert(req.project, id, row);
    Ok(Response::created(json!({
        "agent_did": did,
        "kid": format!("{did}#1"),
        "pubkey": STANDARD.encode(key(&did).verifying_key().to_bytes()),
        "status": "active",
    })))
}

/// An agent as it is listed.
fn public(row: &Value) -> Value {
    json!({
        "did": member(row, "did"),
        "agent_id": member(row, "agent_id"),
        "display_name": member(row, "display_name"),
        "status": member(row, "status"),
        "has_principal": true,
        "created_at": member(row, "created_at"),
        "runtime": member(row, "runtime"),
        "role": member(row, "role"),
        "projects": [],
    })
}

/// `POST /v1/agents/{did}/revoke`
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    let did = req.id().to_owned();
    let mut rows = req.state.agents.list_mut(req.project);
    let row = rows.find(|row| text(row, "did") == did).ok_or_else(not_found)?;
    if text(row, "status") == "revoked" {
        return Err(error(409, "agent_already_revoked", "this agent is revoked already").into());
    }
    set(row, "status", "revoked");
    Ok(Response::ok(json!({
        "did": did,
        "status": "revoked",
        "revoked_at": req.now.rfc3339(),
        "revoked_kids": [member(row, "kid")],
        "limits": {
            "stops": ["spends under its mandates"],
            "does_not_stop": "API keys of the organization",
            "issue": "",
        },
    })))
}

/// `GET /v1/agents/{did}/did.json`
pub(crate) fn did_document(req: &mut Request<'_>) -> HandlerResult {
    let did = req.id().to_owned();
    let mut rows = req.state.agents.list(req.project);
    let row = rows.find(|row| text(row, "did") == did).ok_or_else(not_found)?;
    let public = URL_SAFE_NO_PAD.encode(key(&did).verifying_key().to_bytes());
    Ok(Response::ok(json!({
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": did,
        "verificationMethod": [{
            "id": member(row, "kid"),
            "type": "JsonWebKey2020",
            "controller": did,
            "publicKeyJwk": { "kty": "OKP", "crv": "Ed25519", "x": public },
        }],
    })))
}

/// The key of an agent, made from its name: it protects nothing.
fn key(did: &str) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(did.as_bytes()).into())
}
