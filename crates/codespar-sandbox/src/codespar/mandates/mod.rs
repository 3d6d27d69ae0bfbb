//! Mandates of consumers: reading them, pausing them, ending them (`/v1/mandates`).

pub(crate) mod attempts;
pub(crate) mod authorize;
pub(crate) mod caps;
pub(crate) mod card;
pub(crate) mod debits;
pub(crate) mod destination;
pub(crate) mod in_flight;
pub(crate) mod ledger;
pub(crate) mod payment;
mod period;
mod rows;
pub(crate) mod spend;
mod terms;

use serde_json::{Value, json};

use crate::{
    codespar::{audit_events, events},
    server::{
        errors::{ApiError, error},
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, set, text},
};

const STATUSES: [&str; 4] = ["active", "paused", "revoked", "expired"];

/// `GET /v1/mandates`: newest first; what is beyond the limit is left out in silence.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let status = req.query("status");
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(error(400, "invalid_query", "not a status of mandates").into());
    }
    let listed: Vec<Value> = req
        .state
        .mandates
        .list(req.project)
        .filter(|row| {
            let all = ["consumer_id", "agent_id"];
            all.iter().all(|it| matches(row, it, req.query(it)))
                && status.is_none_or(|status| rows::status(row, req.now) == status)
        })
        .take(limit)
        .map(|row| rows::listed(row, req.now))
        .collect();
    Ok(Response::ok(json!({ "mandates": listed })))
}

/// `GET /v1/mandates/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = req.state.mandates.find(req.project, req.id()).ok_or_else(missing)?;
    let settled = debits::settled_minor(req.state, req.project, req.id());
    Ok(Response::ok(rows::whole(&req.state.pause, settled, row, req.now)))
}

/// `POST /v1/mandates/{id}/pause`
pub(crate) fn pause(req: &mut Request<'_>) -> HandlerResult {
    change(req, &["active"], "paused", "mandate.paused")
}

/// `POST /v1/mandates/{id}/resume`: of one whose time is over, too, which buys nothing.
pub(crate) fn resume(req: &mut Request<'_>) -> HandlerResult {
    change(req, &["paused"], "active", "mandate.resumed")
}

/// `POST /v1/mandates/{id}/revoke`
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    change(req, &["active", "paused"], "revoked", "mandate.revoked")
}

pub(crate) fn missing() -> ApiError {
    error(404, "mandate_not_found", "no such mandate in this project")
}

fn change(
    req: &mut Request<'_>,
    from: &[&str],
    status: &'static str,
    kind: &'static str,
) -> HandlerResult {
    let reason = req.maybe_body()?.maybe_text("reason")?.map(str::to_owned);
    let (id, now) = (req.id().to_owned(), req.now);
    let row = req.state.mandates.find_mut(req.project, &id).ok_or_else(missing)?;
    // What waits to be resumed may have expired meanwhile: that is not looked at.
    let before = match status {
        "active" => text(row, "status"),
        _ => rows::status(row, now),
    };
    let changed = before != status;
    if changed && !from.contains(&before) {
        let refusal = error(409, "invalid_transition", "it cannot become that any more");
        return Err(refusal.with("from", before.to_owned()).with("to", status).into());
    }
    set(row, "status", status);
    if changed {
        let data = json!({ "mandate_id": id, "status": status });
        events::tell(req.state, req.project, &format!("commerce.{kind}"), data, now);
        audit_events::record(req, kind, json!({ "mandate_id": id, "reason": reason }));
    }
    let mandate = json!({ "id": id, "status": status });
    Ok(Response::ok(json!({ "mandate": mandate, "changed": changed })))
}
