//! Webhook endpoints: `/v1/webhook-endpoints`, formerly `/v1/triggers`.

pub(crate) mod action;
pub(crate) mod condition;
pub(crate) mod deliveries;
pub(crate) mod delivery;
pub(crate) mod event_types;
pub(crate) mod row;
mod sender;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{
        account::ORGANIZATION,
        webhook_endpoints::row::{DEAD_STREAK, find, is_delivery, public},
    },
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        loopback::loopback_host,
        paging::page,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        hex::hex,
        json::{matches, member, set, text},
        state::State,
    },
};

/// `POST /v1/webhook-endpoints`: the only answer that shows the secret.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let name = body.text("name")?;
    let event = body.text("event")?;
    let action = action::read(&body)?.unwrap_or_else(action::delivery);
    condition::check(&body.echo("condition"), event)?;
    let url = match is_delivery(&action) {
        true => Value::from(url(&body)?),
        false => action::no_url(&body)?,
    };
    let id = format!("trg_{:016}", req.state.ids.number());
    let secret = new_secret(req);
    let row = json!({
        "id": id,
        "org_id": ORGANIZATION,
        "project_id": req.project,
        "name": name,
        "event": event,
        "event_known": condition::is_known(event),
        "server_id": body.echo("server_id"),
        "webhook_url": url,
        "condition": body.echo("condition"),
        "action": action,
        "status": "active",
        "total_runs": 0,
        "last_run_at": null,
        "created_at": req.now.rfc3339(),
        "signing_enabled": true,
        "secret": secret,
    });
    Ok(Response::created(req.state.endpoints.insert(req.project, &id, row)))
}

/// `GET /v1/webhook-endpoints`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<Value> = req
        .state
        .endpoints
        .list(req.project)
        .filter(|row| {
            ["status", "event", "server_id"].iter().all(|it| matches(row, it, req.query(it)))
        })
        .map(|row| with_health(req.state, req.project, row))
        .collect();
    let (rows, next) = page(req, rows, "before", |row| text(row, "id").to_owned())?;
    Ok(Response::ok(json!({ "triggers": rows, "next_before": next })))
}

/// A row with how its deliveries went of late, which only the list tells.
fn with_health(state: &State, project: &str, row: &Value) -> Value {
    let id = text(row, "id");
    let mut attempts = state.deliveries.list(project).filter(|it| text(it, "trigger_id") == id);
    let last = attempts.find(|it| text(it, "status") != "pending");
    let told = |name| last.map(|last| member(last, name).clone()).unwrap_or_default();
    let mut row = public(row);
    set(&mut row, "consecutive_failures", delivery::failures(state, project, id));
    set(&mut row, "last_response_status", told("response_status"));
    set(&mut row, "last_delivery_at", told("created_at"));
    row
}

/// `GET /v1/webhook-endpoints/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(public(find(req)?)))
}

/// `PATCH /v1/webhook-endpoints/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if body.is_empty() {
        return Err(issue("", "nothing to change").into());
    }
    if body.has("status") {
        body.choice("status", &["active", "paused"])?;
    }
    if body.has("name") {
        body.text("name")?;
    }
    let row = find(req)?;
    condition::check(&body.echo("condition"), text(row, "event"))?;
    let action = action::read(&body)?;
    let wanted = action.as_ref().unwrap_or_else(|| member(row, "action"));
    let url = match is_delivery(wanted) {
        true if body.has("webhook_url") || member(row, "webhook_url").is_null() => {
            Value::from(url(&body)?)
        }
        true => member(row, "webhook_url").clone(),
        false => action::no_url(&body)?,
    };
    set(row, "webhook_url", url);
    if let Some(action) = action {
        set(row, "action", action);
    }
    for name in ["name", "status", "condition"] {
        if body.has(name) {
            set(row, name, body.echo(name));
        }
    }
    if body.has("status") {
        set(row, DEAD_STREAK, 0);
    }
    Ok(Response::ok(public(row)))
}

/// `DELETE /v1/webhook-endpoints/{id}`: its history goes too.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    find(req)?;
    let id = req.id().to_owned();
    req.state.endpoints.remove(req.project, &id);
    let attempts: Vec<String> = req
        .state
        .deliveries
        .list(req.project)
        .filter(|row| matches(row, "trigger_id", Some(&id)))
        .map(|row| text(row, "id").to_owned())
        .collect();
    for attempt in attempts {
        req.state.deliveries.remove(req.project, &attempt);
    }
    Ok(Response::no_content())
}

/// `POST /v1/webhook-endpoints/{id}/rotate-secret`: the old secret dies at once.
pub(crate) fn rotate_secret(req: &mut Request<'_>) -> HandlerResult {
    find(req)?;
    let secret = new_secret(req);
    let row = find(req)?;
    set(row, "secret", secret.as_str());
    Ok(Response::ok(json!({
        "trigger_id": member(row, "id"), "signing_enabled": true, "secret": secret,
    })))
}

/// The address of a receiver: https, or plain http to this machine, which only the sandbox allows.
fn url(body: &JsonObject) -> Result<&str, Refusal> {
    let text = body.text("webhook_url")?;
    let wrong =
        |code| Err(error(400, code, "the address of a receiver is a public https URL").into());
    let Ok(url) = text.parse::<http::Uri>() else { return wrong("invalid_url") };
    let (Some(scheme), Some(host)) = (url.scheme_str(), url.host()) else {
        return wrong("invalid_url");
    };
    let local = !loopback_host(host).is_empty();
    match scheme {
        "http" if local => Ok(text),
        "https" if !local => Ok(text),
        "https" => wrong("reserved_host"),
        "http" => wrong("not_https"),
        _ => wrong("invalid_url"),
    }
}

/// 64 hex characters, counted rather than random.
fn new_secret(req: &mut Request<'_>) -> String {
    let seed = req.state.ids.with("codespar-sandbox-webhook");
    hex(&Sha256::digest(seed.as_bytes()))
}
