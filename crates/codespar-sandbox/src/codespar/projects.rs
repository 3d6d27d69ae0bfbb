//! Projects of the organization.

use serde_json::{Value, json};

use crate::{
    codespar::account::{DEFAULT_PROJECT, ORGANIZATION},
    server::{
        errors::{Refusal, error, not_found},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
};

/// Projects belong to the organization, so their rows are kept under no project.
const SCOPE: &str = "";

/// `GET /v1/projects`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    ensure_default(req);
    let rows: Vec<Value> = req.state.projects.list(SCOPE).map(public).collect();
    Ok(Response::ok(json!({ "projects": rows })))
}

/// `POST /v1/projects`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    ensure_default(req);
    let body = req.body()?;
    let name = name(&body)?.to_owned();
    let slug = slug(req, &body)?.to_owned();
    let environment = match body.get("environment") {
        None => "test",
        Some(_) => body.choice("environment", &["live", "test"])?,
    };
    let id = format!("prj_{:016}", req.state.ids.number());
    let settings = body.maybe_object("settings")?.unwrap_or_default().value();
    let row = json!({
        "id": id,
        "org_id": ORGANIZATION,
        "name": name,
        "slug": slug,
        "is_default": false,
        "environment": environment,
        "created_at": req.now.rfc3339(),
        "settings": settings,
    });
    Ok(Response::created(public(&req.state.projects.insert(SCOPE, &id, row))))
}

/// `GET /v1/projects/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(public(find(req)?)))
}

/// `PATCH /v1/projects/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    find(req)?;
    if !["name", "slug", "is_default"].iter().any(|member| body.has(member)) {
        return Err(error(400, "empty_patch", "nothing to change").into());
    }
    let name = if body.has("name") { Some(name(&body)?.to_owned()) } else { None };
    let slug = if body.has("slug") { Some(slug(req, &body)?.to_owned()) } else { None };
    if body.maybe_bool("is_default")? == Some(true) {
        req.state.projects.list_mut(SCOPE).for_each(|row| set(row, "is_default", false));
        set(find(req)?, "is_default", true);
    }
    let row = find(req)?;
    if let Some(name) = name {
        set(row, "name", name);
    }
    if let Some(slug) = slug {
        set(row, "slug", slug);
    }
    Ok(Response::ok(public(row)))
}

/// `DELETE /v1/projects/{id}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    if find(req)?["is_default"] == json!(true) {
        return Err(error(409, "cannot_delete_default", "make another the default first").into());
    }
    let id = req.id().to_owned();
    req.state.projects.remove(SCOPE, &id);
    Ok(Response::no_content())
}

/// `GET /v1/projects/{id}/settings`
pub(crate) fn settings(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(told(&find(req)?["settings"])))
}

/// `PATCH /v1/projects/{id}/settings`
pub(crate) fn update_settings(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let change = body.maybe_object("settings")?.unwrap_or_default().value();
    let row = find(req)?;
    let change = change.as_object().filter(|change| !change.is_empty());
    let change = change.ok_or_else(|| error(400, "invalid_body", "settings: nothing changes"))?;
    let mut settings = member(row, "settings").as_object().cloned().unwrap_or_default();
    for (name, value) in change {
        match value {
            Value::Null => drop(settings.remove(name)),
            value => drop(settings.insert(name.clone(), value.clone())),
        }
    }
    let settings = Value::from(settings);
    set(row, "settings", settings.clone());
    Ok(Response::ok(told(&settings)))
}

/// All settings, as rows. Every one that is set is known here, and none has a default.
fn told(settings: &Value) -> Value {
    let row = |(key, value): (&String, &Value)| {
        let kind = match value {
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            _ => "string",
        };
        json!({
            "key": key, "type": kind, "description": "", "value": value, "default": null,
            "explicit": true, "freshness": "request", "payee_affecting": false,
        })
    };
    let rows: Vec<Value> = settings.as_object().into_iter().flatten().map(row).collect();
    json!({ "settings": rows })
}

fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    ensure_default(req);
    let id = req.id().to_owned();
    req.state.projects.find_mut(SCOPE, &id).ok_or_else(|| not_found().into())
}

/// Makes the project that was there before anybody asked.
fn ensure_default(req: &mut Request<'_>) {
    // It may have been deleted, once another was the default.
    if req.state.projects.list(SCOPE).next().is_some() {
        return;
    }
    let row = json!({
        "id": DEFAULT_PROJECT,
        "org_id": ORGANIZATION,
        "name": "Sandbox",
        "slug": "sandbox",
        "is_default": true,
        "environment": if req.settings.test_mode { "test" } else { "live" },
        "created_at": req.now.rfc3339(),
        "settings": {},
    });
    req.state.projects.insert(SCOPE, DEFAULT_PROJECT, row);
}

fn name(body: &JsonObject) -> Result<&str, Refusal> {
    match body.maybe_text("name")? {
        Some(name) if (1..=128).contains(&name.chars().count()) => Ok(name),
        _ => Err(error(400, "name_required", "1 to 128 characters").into()),
    }
}

fn slug<'a>(req: &Request<'_>, body: &'a JsonObject) -> Result<&'a str, Refusal> {
    let slug = body.maybe_text("slug")?.unwrap_or_default();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    if !(1..=64).contains(&slug.len()) || !slug.bytes().all(plain) {
        return Err(error(400, "slug_invalid", "1 to 64 of a-z, 0-9, _ and -").into());
    }
    if slug == "default" {
        return Err(error(400, "slug_reserved", "this slug is reserved").into());
    }
    let taken = |row: &Value| matches(row, "slug", Some(slug)) && text(row, "id") != req.id();
    if req.state.projects.list(SCOPE).any(taken) {
        return Err(error(400, "slug_conflict", "another project has this slug").into());
    }
    Ok(slug)
}

fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("settings");
    }
    row
}
