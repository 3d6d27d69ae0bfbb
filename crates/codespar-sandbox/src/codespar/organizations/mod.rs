//! The organization as a whole: its pause, and what it forgets (`/v1/orgs`).

pub(crate) mod mandates;
pub(crate) mod spending;

use serde_json::{Value, json};

use crate::{
    codespar::{
        account::ORGANIZATION,
        audit_events,
        events::{self, Event},
    },
    server::{
        errors::{ApiError, error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, text},
        state::State,
    },
};

/// Who the key of a request is.
const KEY: &str = "key:key_sandbox";

/// `GET /v1/orgs/{org_id}/pause`
pub(crate) fn pause_state(req: &mut Request<'_>) -> HandlerResult {
    own(req)?;
    Ok(Response::ok(standing(req.state)))
}

/// `POST /v1/orgs/{org_id}/pause`. To resume is for people: see
/// [`Sandbox::resume`](crate::Sandbox::resume).
pub(crate) fn pause(req: &mut Request<'_>) -> HandlerResult {
    own(req)?;
    let reason = req.maybe_body()?.maybe_text("reason")?.map(str::to_owned);
    let changed = !req.state.pause.paused;
    if changed {
        let pause = &mut req.state.pause;
        pause.paused = true;
        pause.paused_at = Some(req.now.rfc3339());
        pause.reason = reason;
        pause.resumed_at = None;
        pause.generation += 1;
        note(req.state, None, ("organization.paused", "commerce.organization.paused"), req.now);
    }
    Ok(Response::ok(json!({ "changed": changed, "pause": standing(req.state) })))
}

/// A person resumes the organization; whether it was paused.
pub(crate) fn resume(state: &mut State, now: Now) -> bool {
    if !state.pause.paused {
        return false;
    }
    state.pause.paused = false;
    state.pause.resumed_at = Some(now.rfc3339());
    state.pause.generation += 1;
    let names = ("organization.resumed", "commerce.organization.resumed");
    note(state, Some("usr_sandbox"), names, now);
    true
}

/// Tells the audit trail, and the webhook endpoints of every project.
fn note(
    state: &mut State,
    person: Option<&'static str>,
    (kind, event): (&'static str, &str),
    now: Now,
) {
    let data = standing(state);
    state.audit.add(None, person, kind, data.clone(), now);
    let mut projects: Vec<String> =
        state.endpoints.everywhere().map(|(project, _)| project.to_owned()).collect();
    projects.sort_unstable();
    projects.dedup();
    for project in projects {
        let event = Event { kind: event, source: "codespar", data: data.clone() };
        events::emit(state, &project, event, now);
    }
}

fn standing(state: &State) -> Value {
    let pause = &state.pause;
    json!({
        "org_id": ORGANIZATION,
        "paused": pause.paused,
        "paused_at": pause.paused_at,
        "reason": pause.reason,
        "paused_by": pause.paused_at.is_some().then_some(KEY),
        "paused_by_source": pause.paused_at.is_some().then_some("bearer_key"),
        "resumed_at": pause.resumed_at,
        "generation": pause.generation,
    })
}

/// `POST /v1/orgs/{org_id}/data-subjects/{user_id}/anonymize`: receipts are kept for the tax office
/// for five years; nothing else here knows people.
pub(crate) fn anonymize(req: &mut Request<'_>) -> HandlerResult {
    if req.id() != ORGANIZATION {
        return Err(error(403, "forbidden", "another organization").into());
    }
    let user = req.second_id().to_owned();
    if user.chars().count() > 256 {
        return Err(error(400, "invalid_user_id", "1 to 256 characters").into());
    }
    let first = !req.state.audit.entries.iter().any(|entry| {
        entry.kind == "data_subject.anonymize_requested"
            && matches(&entry.payload, "user_id", Some(&user))
    });
    let receipts = req.state.receipts.list(req.project);
    let of_user = receipts.filter(|row| first && matches(row, "consumer_id", Some(&user)));
    let five_years = std::time::Duration::from_secs(5 * 366 * 24 * 60 * 60);
    let after = req.now.rfc3339_after(five_years);
    let deferred: Vec<Value> = of_user
        .map(|row| json!({ "event_id": text(row, "receipt_id"), "anonymize_after": after }))
        .collect();
    let id = req.state.ids.with("dsr");
    let payload = json!({ "dsr_id": id, "user_id": user });
    let hash = audit_events::record(req, "data_subject.anonymize_requested", payload);
    Ok(Response::ok(json!({
        "dsr_id": id,
        "dsr_event_entry_hash": hash,
        "rows_anonymized_immediately": 0,
        "rows_deferred": deferred.len(),
        "deferred_entries": deferred,
    })))
}

fn own(req: &Request<'_>) -> Result<(), ApiError> {
    if req.id() == ORGANIZATION { Ok(()) } else { Err(not_found()) }
}
