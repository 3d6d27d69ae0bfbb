//! The audit trail, which what is governed writes itself: `/v1/audit-events`.

pub(crate) mod anchors;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod verify;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    codespar::account::ORGANIZATION,
    server::{
        errors::{ApiError, error},
        json_object::is_project_id,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::{Now, rfc3339},
        records::audit::AuditEntry,
    },
};

/// How long the trail is looked back through by default, and how old it may be unchecked.
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Writes down what a request has done in its project.
pub(crate) fn record(req: &mut Request<'_>, kind: &'static str, payload: Value) -> String {
    req.state.audit.add(Some(req.project), None, kind, payload, req.now)
}

/// `GET /v1/audit-events`: newest first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let before = match req.query("before_sequence").map(str::parse::<u64>) {
        None => u64::MAX,
        Some(Ok(before)) => before,
        Some(Err(_)) => return Err(error(400, "invalid_before_sequence", "not a number").into()),
    };
    if req.query("actor_kind").is_some_and(|kind| kind != "person") {
        return Err(error(400, "invalid_actor_kind", "only person is known").into());
    }
    if req.query("project_id").is_some_and(|project| !is_project_id(project)) {
        return Err(error(400, "invalid_project_id", "not the id of a project").into());
    }
    let (from, to) = interval(req.query("from"), req.query("to"), req.now)?;
    let limit = req.query("limit").and_then(|limit| limit.parse::<usize>().ok());
    let limit = limit.unwrap_or(50).clamp(1, 200);
    let wanted = |entry: &&AuditEntry| {
        let project = req.query("project_id");
        let kind = req.query("event_type").is_none_or(|wanted| match wanted.ends_with('.') {
            true => entry.kind.starts_with(wanted),
            false => entry.kind == wanted,
        });
        entry.sequence < before
            && (from..=to).contains(&entry.at)
            && kind
            && (req.query("actor_kind").is_none() || entry.person.is_some())
            && (project.is_none() || entry.project.as_deref() == project)
    };
    let rows = req.state.audit.entries.iter().rev().filter(wanted).take(limit);
    let rows: Vec<&AuditEntry> = rows.collect();
    // A full page has a cursor even where it is the last one.
    let next = rows.last().filter(|_| rows.len() == limit).map(|entry| entry.sequence);
    let events: Vec<Value> = rows.into_iter().map(row).collect();
    Ok(Response::ok(json!({ "events": events, "next_before_sequence": next })))
}

/// An entry as it is shown.
fn row(entry: &AuditEntry) -> Value {
    json!({
        "sequence_number": entry.sequence,
        "event_type": entry.kind,
        "happened_at": rfc3339(entry.at),
        "payload": entry.payload,
        "prev_hash": entry.previous,
        "entry_hash": entry.hash,
        "actor_person_id": entry.person,
    })
}

/// Reads both ends of an interval; without them it is the last seven days.
fn interval(
    from: Option<&str>,
    to: Option<&str>,
    now: Now,
) -> Result<(Timestamp, Timestamp), ApiError> {
    let read = |text: &str| {
        text.parse::<Timestamp>().map_err(|_| error(400, "invalid_iso_8601", "not a time"))
    };
    let week = SignedDuration::try_from(WEEK).unwrap_or(SignedDuration::ZERO);
    let to = to.map_or(Ok(now.wall), read)?;
    let ago = now.wall.saturating_sub(week).unwrap_or(Timestamp::MIN);
    let from = from.map_or(Ok(ago), read)?;
    if from > to {
        return Err(error(400, "from_after_to", "the interval ends before it begins"));
    }
    Ok((from, to))
}

/// `GET /v1/audit-events/config`: nobody has changed it, so it is as old as the answer.
pub(crate) fn config(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({
        "org_id": ORGANIZATION,
        "verification_window_days": 90,
        "hot_window_days": 7,
        "hot_max_staleness_seconds": 86_400,
        "warm_window_days": 30,
        "warm_max_staleness_seconds": 604_800,
        "cold_max_staleness_seconds": 2_592_000,
        "initial_walk_completed_at": null,
        "created_at": req.now.rfc3339(),
        "updated_at": req.now.rfc3339(),
    })))
}

/// `PATCH /v1/audit-events/config` and acknowledging an incident: for people only.
pub(crate) fn people_only(_: &mut Request<'_>) -> HandlerResult {
    Err(error(403, "human_session_required", "a person has to do this").into())
}

/// `GET /v1/audit-events/incidents`: the trail of a sandbox is never broken.
pub(crate) fn incidents(req: &mut Request<'_>) -> HandlerResult {
    let known = |word: &str| ["open", "acknowledged", "all"].contains(&word.trim());
    if req.query("status").is_some_and(|words| !words.split(',').any(known)) {
        return Err(error(400, "invalid_status", "open, acknowledged or all").into());
    }
    Ok(Response::ok(json!({ "incidents": [] })))
}
