//! Projects of the organization.

use serde_json::{Value, json};

use crate::{
    codespar::account::{DEFAULT_PROJECT, ORGANIZATION},
    server::{
        errors::{Refusal, error, not_found},
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::{matches, part, set, text},
};

/// Projects belong to the organization, so their rows are kept under no project.
const SCOPE: &str = "";

/// `GET /v1/projects`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    ensure_default(call);
    let rows: Vec<Value> = call.state.projects.list(SCOPE).map(public).collect();
    Ok(Answer::ok(json!({ "projects": rows })))
}

/// `POST /v1/projects`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    ensure_default(call);
    let body = call.body()?;
    let name = name(&body)?.to_owned();
    let slug = slug(call, &body)?.to_owned();
    let environment = match body.get("environment") {
        None => "test",
        Some(_) => body.choice("environment", &["live", "test"])?,
    };
    let id = format!("prj_{:016}", call.state.ids.number());
    let settings = body.maybe_object("settings")?.unwrap_or_default().value();
    let row = json!({
        "id": id,
        "org_id": ORGANIZATION,
        "name": name,
        "slug": slug,
        "is_default": false,
        "environment": environment,
        "created_at": call.now.text(),
        "settings": settings,
    });
    Ok(Answer::created(public(&call.state.projects.insert(SCOPE, &id, row))))
}

/// `GET /v1/projects/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(public(find(call)?)))
}

/// `PATCH /v1/projects/{id}`
pub(crate) fn patch(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    find(call)?;
    if !["name", "slug", "is_default"].iter().any(|member| body.has(member)) {
        return Err(error(400, "empty_patch", "nothing to change").into());
    }
    let name = if body.has("name") { Some(name(&body)?.to_owned()) } else { None };
    let slug = if body.has("slug") { Some(slug(call, &body)?.to_owned()) } else { None };
    if body.maybe_bool("is_default")? == Some(true) {
        call.state.projects.list_mut(SCOPE).for_each(|row| set(row, "is_default", false));
        set(find(call)?, "is_default", true);
    }
    let row = find(call)?;
    if let Some(name) = name {
        set(row, "name", name);
    }
    if let Some(slug) = slug {
        set(row, "slug", slug);
    }
    Ok(Answer::ok(public(row)))
}

/// `DELETE /v1/projects/{id}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    if find(call)?["is_default"] == json!(true) {
        return Err(error(409, "cannot_delete_default", "make another the default first").into());
    }
    let id = call.id().to_owned();
    call.state.projects.remove(SCOPE, &id);
    Ok(Answer::no_content())
}

/// `GET /v1/projects/{id}/settings`
pub(crate) fn settings(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(find(call)?["settings"].clone()))
}

/// `PATCH /v1/projects/{id}/settings`
pub(crate) fn patch_settings(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let row = find(call)?;
    let mut settings = part(row, "settings").clone();
    for (name, value) in body.value().as_object().into_iter().flatten() {
        set(&mut settings, name, value.clone());
    }
    set(row, "settings", settings.clone());
    Ok(Answer::ok(settings))
}

fn find<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Value, Refusal> {
    ensure_default(call);
    let id = call.id().to_owned();
    call.state.projects.find_mut(SCOPE, &id).ok_or_else(|| not_found().into())
}

/// Makes the project that was there before anybody asked.
fn ensure_default(call: &mut Call<'_>) {
    // It may have been deleted, once another was the default.
    if call.state.projects.list(SCOPE).next().is_some() {
        return;
    }
    let row = json!({
        "id": DEFAULT_PROJECT,
        "org_id": ORGANIZATION,
        "name": "Sandbox",
        "slug": "sandbox",
        "is_default": true,
        "environment": if call.settings.test_mode { "test" } else { "live" },
        "created_at": call.now.text(),
        "settings": {},
    });
    call.state.projects.insert(SCOPE, DEFAULT_PROJECT, row);
}

fn name(body: &Fields) -> Result<&str, Refusal> {
    match body.maybe_text("name")? {
        Some(name) if (1..=128).contains(&name.chars().count()) => Ok(name),
        _ => Err(error(400, "name_required", "1 to 128 characters").into()),
    }
}

fn slug<'a>(call: &Call<'_>, body: &'a Fields) -> Result<&'a str, Refusal> {
    let slug = body.maybe_text("slug")?.unwrap_or_default();
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    if !(1..=64).contains(&slug.len()) || !slug.bytes().all(plain) {
        return Err(error(400, "slug_invalid", "1 to 64 of a-z, 0-9, _ and -").into());
    }
    if slug == "default" {
        return Err(error(400, "slug_reserved", "this slug is reserved").into());
    }
    let taken = |row: &Value| matches(row, "slug", Some(slug)) && text(row, "id") != call.id();
    if call.state.projects.list(SCOPE).any(taken) {
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
