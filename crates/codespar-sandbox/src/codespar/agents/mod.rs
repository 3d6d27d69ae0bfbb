//! Registered agents and their DID documents: `/v1/agents`.

pub(crate) mod keys;

pub(crate) use self::keys::did_document;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    codespar::{account::ORGANIZATION, audit_events},
    server::{
        errors::{Refusal, error, not_found},
        json_object::JsonObject,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, member, set, text},
        state::State,
    },
};

const STATUSES: [&str; 5] = ["active", "suspended", "retired", "revoked", "unregistered"];

/// `GET /v1/agents`: newest first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let (status, project) = (req.query("status"), req.query("project_id"));
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(error(400, "invalid_query", "not a status of agents").into());
    }
    let rows = req.state.agents.list(req.project).filter(|row| matches(row, "status", status));
    let rows = rows.map(|row| listed(req, row)).filter(|row| {
        let projects = member(row, "projects").as_array().into_iter().flatten();
        let mut ids = projects.map(|of| text(of, "project_id"));
        project.is_none_or(|project| ids.any(|id| id == project))
    });
    let rows: Vec<Value> = rows.take(limit).collect();
    Ok(Response::ok(json!({ "agents": rows })))
}

/// An agent as it is listed; its projects are those where somebody gave it a mandate.
fn listed(req: &Request<'_>, row: &Value) -> Value {
    let mut mandates = req.state.mandates.list(req.project);
    let mandated = mandates.any(|mandate| {
        member(mandate, "agent_id") == member(row, "agent_id")
            && text(mandate, "status") == "active"
    });
    let environment = if req.settings.test_mode { "test" } else { "live" };
    let projects = match mandated {
        true => json!([{ "project_id": req.project, "environment": environment }]),
        false => json!([]),
    };
    json!({
        "did": member(row, "did"),
        "agent_id": member(row, "agent_id"),
        "display_name": member(row, "display_name"),
        "status": member(row, "status"),
        "has_principal": true,
        "created_at": member(row, "created_at"),
        "runtime": member(row, "runtime"),
        "role": member(row, "role"),
        "projects": projects,
    })
}

/// `POST /v1/agents`
pub(crate) fn register(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    only(&body, &["agent_id", "principal_ref", "display_name", "runtime", "role"])?;
    let missing = |_| error(400, "missing_required_field", "agent_id and principal_ref");
    let id = body.text("agent_id").map_err(missing)?;
    let principal = body.text("principal_ref").map_err(missing)?;
    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
        return Err(error(400, "agent_id_not_did_safe", "letters, digits, . _ and -").into());
    }
    if principal.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 11) {
        let message = "principal_ref is served to anybody: no document's number";
        return Err(error(400, "missing_required_field", message).into());
    }
    if req.state.agents.find(req.project, id).is_some() {
        return Err(error(409, "agent_already_registered", "this agent is there already").into());
    }
    let did = format!("did:web:id.example.test:{ORGANIZATION}:{id}");
    let first = keys::new(&did, 1);
    let kid = member(&first, "kid").clone();
    let row = json!({
        "agent_id": id,
        "did": did,
        "keys": [first],
        "principal_ref": principal,
        "display_name": body.echo("display_name"),
        "runtime": body.maybe_object("runtime")?.map(|runtime| runtime.value()),
        "role": body.echo("role"),
        "status": "active",
        "created_at": req.now.rfc3339(),
    });
    req.state.agents.insert(req.project, id, row);
    audit_events::record(req, "agent.registered", json!({ "agent_id": id, "did": did }));
    Ok(Response::created(json!({
        "agent_did": did,
        "pubkey": STANDARD.encode(keys::public(&kid)),
        "kid": kid,
        "status": "active",
    })))
}

/// `POST /v1/agents/{did}/suspend`. To resume is for people: see
/// [`Sandbox::resume`](crate::Sandbox::resume).
pub(crate) fn suspend(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    only(&body, &["reason"])?;
    let reason = body.maybe_text("reason")?.map(str::to_owned);
    let did = req.id().to_owned();
    let missing = || error(404, "agent_not_found", "no such agent in this project");
    let row = by_did(req, &did).ok_or_else(missing)?;
    let before = text(row, "status").to_owned();
    if !["active", "suspended"].contains(&&*before) {
        let refusal = error(409, "agent_not_suspendable", "only an active agent can be");
        return Err(refusal.with("status", before).into());
    }
    set(row, "status", "suspended");
    let agent = json!({ "did": did, "agent_id": member(row, "agent_id"), "status": "suspended" });
    let changed = before == "active";
    if changed {
        audit_events::record(req, "agent.suspended", json!({ "did": did, "reason": reason }));
    }
    Ok(Response::ok(json!({ "changed": changed, "agent": agent })))
}

/// A person resumes a suspended agent; whether there is such.
pub(crate) fn resume(state: &mut State, did: &str, now: Now) -> bool {
    let suspended = |row: &Value| text(row, "did") == did && text(row, "status") == "suspended";
    let mut rows = state.agents.everywhere();
    let found = rows.find(|(_, row)| suspended(row));
    let Some(project) = found.map(|(project, _)| project.to_owned()) else { return false };
    drop(rows);
    if let Some(row) = state.agents.list_mut(&project).find(|row| suspended(row)) {
        set(row, "status", "active");
    }
    let payload = json!({ "did": did });
    state.audit.add(Some(&project), Some("usr_sandbox"), "agent.resumed", payload, now);
    true
}

/// `POST /v1/agents/{did}/revoke`: with all its keys, for good.
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    let (did, now) = (req.id().to_owned(), req.now.rfc3339());
    let row = by_did(req, &did).ok_or_else(not_found)?;
    if text(row, "status") == "revoked" {
        return Err(error(409, "agent_already_revoked", "this agent is revoked already").into());
    }
    set(row, "status", "revoked");
    let revoked = keys::revoke_all(row);
    audit_events::record(req, "agent.revoked", json!({ "did": did }));
    Ok(Response::ok(json!({
        "did": did,
        "status": "revoked",
        "revoked_at": now,
        "revoked_kids": revoked,
        "limits": {
            "stops": ["spends under its mandates"],
            "does_not_stop": "API keys of the organization",
            "issue": "",
        },
    })))
}

fn by_did<'a>(req: &'a mut Request<'_>, did: &str) -> Option<&'a mut Value> {
    req.state.agents.list_mut(req.project).find(|row| text(row, "did") == did)
}

/// Refuses a body with other members.
fn only(body: &JsonObject, known: &[&str]) -> Result<(), Refusal> {
    let value = body.value();
    let other = value.as_object().and_then(|it| it.keys().find(|name| !known.contains(&&***name)));
    match other {
        Some(name) => Err(error(400, "invalid_body", "not a known member")
            .with("field", name.as_str())
            .into()),
        None => Ok(()),
    }
}
