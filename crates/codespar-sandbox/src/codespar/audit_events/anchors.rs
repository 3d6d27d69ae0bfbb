//! Anchors of the audit trail: `/v1/audit-events/anchors`.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    codespar::account::ORGANIZATION,
    server::{
        errors::error,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{hex::hex, records::audit::Anchor},
};

const STATUSES: [&str; 4] = ["pending", "sent", "local_only", "failed"];

/// `GET /v1/audit-events/anchors`: newest first. The service anchors by the clock, the sandbox when
/// it is asked; nobody outside sees its anchors.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let status = req.query("status").map(str::to_owned);
    if status.as_deref().is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(error(400, "invalid_query", "not a status of anchors").into());
    }
    let (head, hash) = (req.state.audit.head(), req.state.audit.head_hash());
    if head > req.state.audit.anchors.last().map_or(0, |anchor| anchor.sequence) {
        let id = req.state.ids.with("anc");
        let anchor = Anchor { id, sequence: head, hash, at: req.now.rfc3339() };
        req.state.audit.anchors.push(anchor);
    }
    let rows = req.state.audit.anchors.iter().rev();
    let rows = rows.filter(|_| status.as_deref().is_none_or(|status| status == "local_only"));
    let rows: Vec<Value> = rows.take(limit).map(row).collect();
    Ok(Response::ok(json!({ "anchors": rows })))
}

fn row(anchor: &Anchor) -> Value {
    json!({
        "id": anchor.id,
        "head_sequence": anchor.sequence,
        "head_hash": anchor.hash,
        "signature": signature(anchor),
        "signature_alg": "HMAC-SHA256",
        "target": null,
        "target_status": "local_only",
        "target_response": null,
        "delivery_attempts": 0,
        "anchored_at": anchor.at,
        "delivered_at": null,
    })
}

fn signature(anchor: &Anchor) -> String {
    let signed = json!([anchor.id, ORGANIZATION, anchor.sequence, anchor.hash, anchor.at]);
    Hmac::<Sha256>::new_from_slice(b"codespar-sandbox anchors")
        .map(|mac| hex(&mac.chain_update(signed.to_string()).finalize().into_bytes()))
        .unwrap_or_default()
}

/// `POST /v1/audit-events/anchors/verify`: a signature that does not hold is an answer too.
pub(crate) fn verify(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let sequence = body.integer("head_sequence")?.unsigned_abs();
    body.choice("signature_alg", &["HMAC-SHA256"])?;
    let given = Anchor {
        id: body.text("anchor_id")?.to_owned(),
        sequence,
        hash: body.text("head_hash")?.to_owned(),
        at: body.text("anchored_at")?.to_owned(),
    };
    let valid = body.text("signature")? == signature(&given);
    if body.text("org_id")? != ORGANIZATION {
        return Err(error(403, "cross_org_verify_denied", "another organization's anchor").into());
    }
    let kept = req.state.audit.anchors.iter().find(|kept| kept.id == given.id);
    let same = kept.is_some_and(|kept| kept.sequence == given.sequence && kept.hash == given.hash);
    let verdict = match (valid, kept.is_some(), same) {
        (false, ..) => "signature_invalid",
        (true, false, _) => "signature_ok_but_no_local_record",
        (true, true, false) => "local_record_diverges",
        (true, true, true) => "verified",
    };
    Ok(Response::ok(json!({
        "anchor_id": given.id,
        "org_id": ORGANIZATION,
        "head_sequence": given.sequence,
        "signature_valid": valid,
        "persisted_locally": kept.is_some(),
        "persisted_matches": same,
        "verdict": verdict,
    })))
}
