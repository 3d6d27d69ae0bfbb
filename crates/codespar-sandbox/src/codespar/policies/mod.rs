//! Policies, which say what agents may do: `/v1/policies`.

pub(crate) mod judge;

use serde_json::{Value, json};

use crate::{
    codespar::{account::ORGANIZATION, audit_events},
    server::{
        errors::{Refusal, not_found},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{member, set},
        state::State,
    },
};

const TYPES: [&str; 6] =
    ["allow", "deny", "budget", "rate-limit", "time-window", "approval-required"];

/// Policies in the order in which they are asked.
fn in_order(state: &State) -> Vec<&Value> {
    let mut rows: Vec<&Value> = state.policies.list(ORGANIZATION).collect();
    rows.sort_by_key(|row| member(row, "order").as_u64());
    rows
}

/// `GET /v1/policies`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!(in_order(req.state))))
}

/// `POST /v1/policies`: it is asked last.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    name(&body)?;
    body.choice("type", &TYPES)?;
    let last = in_order(req.state).last().and_then(|row| member(row, "order").as_u64());
    let id = req.state.ids.with("pol");
    let mut row = json!({
        "id": id,
        "name": null,
        "type": null,
        "config": {},
        "agents": [],
        "tools": [],
        "enabled": true,
        "order": last.map_or(0, |last| last + 1),
        "createdAt": req.now.rfc3339(),
        "updatedAt": req.now.rfc3339(),
    });
    change(&mut row, &body)?;
    req.state.policies.insert(ORGANIZATION, &id, row.clone());
    audit_events::record(req, "policy.created", json!({ "policy_id": id }));
    Ok(Response::created(row))
}

/// `GET /v1/policies/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.policies.find(ORGANIZATION, req.id());
    Ok(Response::ok(found.ok_or_else(not_found)?.clone()))
}

/// `PATCH /v1/policies/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let (body, id, now) = (req.body()?, req.id().to_owned(), req.now.rfc3339());
    let row = req.state.policies.find_mut(ORGANIZATION, &id).ok_or_else(not_found)?;
    let mut changed = row.clone();
    change(&mut changed, &body)?;
    set(&mut changed, "updatedAt", now);
    row.clone_from(&changed);
    audit_events::record(req, "policy.updated", json!({ "policy_id": id }));
    Ok(Response::ok(changed))
}

/// `DELETE /v1/policies/{id}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    req.state.policies.remove(ORGANIZATION, &id).ok_or_else(not_found)?;
    audit_events::record(req, "policy.deleted", json!({ "policy_id": id }));
    Ok(Response::no_content())
}

/// `POST /v1/policies/reorder`: all ids are known, or nothing changes. What is not named is asked
/// afterwards, as it was.
pub(crate) fn reorder(req: &mut Request<'_>) -> HandlerResult {
    let ids = req.body()?.texts("ids")?;
    if ids.is_empty() || ids.len() > 1_000 {
        return Err(issue("ids", "1 to 1000 ids").into());
    }
    if ids.iter().any(|id| req.state.policies.find(ORGANIZATION, id).is_none()) {
        return Err(not_found().into());
    }
    let known = in_order(req.state).into_iter().filter_map(|row| member(row, "id").as_str());
    let rest: Vec<String> =
        known.filter(|id| !ids.iter().any(|named| named == id)).map(str::to_owned).collect();
    for (order, id) in ids.iter().chain(&rest).enumerate() {
        if let Some(row) = req.state.policies.find_mut(ORGANIZATION, id) {
            set(row, "order", order);
        }
    }
    audit_events::record(req, "policy.reordered", json!({ "ids": ids }));
    Ok(Response::no_content())
}

/// `GET /v1/policy-evaluations`: newest first, of the project.
pub(crate) fn evaluations(req: &mut Request<'_>) -> HandlerResult {
    let limit = req.query("limit").and_then(|limit| limit.parse::<usize>().ok());
    let limit = limit.unwrap_or(100).clamp(1, 100);
    let rows: Vec<&Value> = req.state.policy_evaluations.list(req.project).take(limit).collect();
    Ok(Response::ok(json!(rows)))
}

fn name(body: &JsonObject) -> Result<&str, Refusal> {
    match body.text("name")? {
        name if name.chars().count() > 128 => Err(issue("name", "1 to 128 characters").into()),
        name => Ok(name),
    }
}

/// Writes into a policy what a body says about it.
fn change(row: &mut Value, body: &JsonObject) -> Result<(), Refusal> {
    if body.get("name").is_some() {
        set(row, "name", name(body)?);
    }
    if body.get("type").is_some() {
        set(row, "type", body.choice("type", &TYPES)?);
    }
    for list in ["agents", "tools"] {
        if body.get(list).is_some() {
            set(row, list, body.texts(list)?);
        }
    }
    if let Some(config) = body.maybe_object("config")? {
        set(row, "config", config.value());
    }
    if let Some(enabled) = body.maybe_bool("enabled")? {
        set(row, "enabled", enabled);
    }
    Ok(())
}
