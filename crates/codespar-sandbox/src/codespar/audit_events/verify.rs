//! Checking an interval of the audit trail: `POST /v1/audit-events/verify`.

use serde_json::json;

use crate::{
    codespar::audit_events::interval,
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{clock::rfc3339, records::audit::AuditEntry},
};

/// Walks the entries of an interval and looks at each of their links.
pub(crate) fn verify(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let (from, to) = interval(Some(body.text("from")?), Some(body.text("to")?), req.now)?;
    let span = json!({ "from": rfc3339(from), "to": rfc3339(to) });
    let walked = req.state.audit.entries.iter().filter(|entry| (from..=to).contains(&entry.at));
    let walked: Vec<&AuditEntry> = walked.collect();
    let (Some(first), Some(last)) = (walked.first(), walked.last()) else {
        let refusal = error(422, "interval_empty", "nothing was done in this time");
        let remediation = "take a longer interval";
        return Err(refusal.with("remediation", remediation).with("interval", span).into());
    };
    let broken = walked.iter().find(|entry| entry.hash != entry.expected_hash());
    let good = broken.map_or(walked.len(), |broken| {
        walked.iter().filter(|entry| entry.sequence < broken.sequence).count()
    });
    let through = good.checked_sub(1).and_then(|index| walked.get(index));
    Ok(Response::ok(json!({
        "status": if broken.is_none() { "verified" } else { "broken" },
        "interval": span,
        "sequence_range": { "from": first.sequence, "to": last.sequence },
        "events_in_interval": walked.len(),
        "events_walked": walked.len(),
        "events_verified": good,
        "verified_through_sequence": through.map(|entry| entry.sequence),
        "first_violation": broken.map(|entry| json!({
            "sequence_number": entry.sequence,
            "check": "chain_integrity_break_detected",
            "detail": "the entry does not have the hash that it says",
        })),
        "unverified_segments": [],
        "unverified_segment_count": 0,
        "checked_at": req.now.rfc3339(),
    })))
}
