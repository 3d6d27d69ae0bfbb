//! The audit trail as a file, with a signature: `GET /v1/audit-events/export`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use http::HeaderName;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{
        account::ORGANIZATION,
        audit_events::{interval, record, row},
    },
    server::{
        errors::{Refusal, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{clock::rfc3339, hex::hex, json::member},
};

/// Which key signed an export.
const KEY_ID: &str = "sandbox-audit-1";

const ROW_COUNT: HeaderName = HeaderName::from_static("x-export-row-count");

/// All entries of an interval, oldest first; the export itself is written down after them.
pub(crate) fn export(req: &mut Request<'_>) -> HandlerResult {
    let (Some(from), Some(to)) = (req.query("from"), req.query("to")) else {
        return Err(Refusal::from(error(400, "invalid_query", "from and to")));
    };
    let (from, to) = interval(Some(from), Some(to), req.now)?;
    let agent = req.query("agent_id").map(str::to_owned);
    let log = &req.state.audit;
    let wanted = log.entries.iter().filter(|entry| {
        (from..=to).contains(&entry.at)
            && agent.as_deref().is_none_or(|agent| member(&entry.payload, "agent_id") == agent)
    });
    let rows: Vec<Value> = wanted.map(row).collect();
    let digest = hex(&Sha256::digest(Value::from(rows.clone()).to_string().as_bytes()));
    let id = req.state.ids.with("aex");
    let manifest = json!({
        "export_id": id,
        "org_id": ORGANIZATION,
        "requested_by": null,
        "requested_at": req.now.rfc3339(),
        "date_range": { "from": rfc3339(from), "to": rfc3339(to) },
        "scope_version": 1,
        "filters": { "agent_id": agent },
        "final_hash": rows.last().map_or_else(
            || "0".repeat(64).into(),
            |row| member(row, "entry_hash").clone(),
        ),
        "row_count": rows.len(),
        "rows_digest": digest,
    });
    let signature = key().sign(manifest.to_string().as_bytes()).to_bytes();
    record(req, "audit.exported", json!({ "export_id": id, "row_count": rows.len() }));
    let count = rows.len().to_string();
    let answer = json!({
        "export_id": id,
        "org_id": ORGANIZATION,
        "rows": rows,
        "manifest": manifest,
        "export_signature": { "alg": "Ed25519", "value": URL_SAFE_NO_PAD.encode(signature) },
        "key_id": KEY_ID,
    });
    Ok(Response::ok(answer).header(ROW_COUNT, count))
}

/// The signing key, the same in every sandbox: it protects nothing.
fn key() -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(b"codespar-sandbox audit").into())
}
