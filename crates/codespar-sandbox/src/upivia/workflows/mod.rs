//! Workflows, their versions and who may run them.

pub(crate) mod agents;
pub(crate) mod from_template;
pub(crate) mod runs;

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        context::World,
        json::{matches, part, set, text},
        upivia::Step,
    },
    upivia::{resource, schedule},
};

/// `GET /workflows`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let fits = |row: &Value| matches(row, "category", call.query("category"));
    let workflows = resource::some(&call.state.upivia.workflows, call.project, fits);
    Ok(Answer::ok(json!({ "workflows": workflows })))
}

/// `POST /workflows`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("name")?;
    Ok(Answer::created(json!({ "workflow": made(call, &body) })))
}

pub(crate) fn made(call: &mut Call<'_>, body: &Fields) -> Value {
    let row = resource::draw(call, "wf", body, json!({ "status": "active" }));
    resource::keep(&mut call.state.upivia.workflows, call.project, row)
}

/// `GET /workflows/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let workflow = found(call)?;
    Ok(Answer::ok(json!({ "workflow": workflow, "versions": versions(call) })))
}

/// The workflow in the path.
pub(crate) fn found<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&call.state.upivia.workflows, call.project, call.id())
}

/// The versions of the workflow in the path, newest first.
fn versions(call: &Call<'_>) -> Vec<Value> {
    let mine = |row: &Value| text(row, "workflow_id") == call.id();
    resource::some(&call.state.upivia.versions, call.project, mine)
}

/// `PATCH /workflows/{id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.workflows, call.project, &id)?;
    resource::merge(row, &body, &["created_at"]);
    Ok(Answer::ok(json!({ "workflow": row })))
}

/// `DELETE /workflows/{id}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id().to_owned();
    call.state.upivia.workflows.remove(call.project, &id).ok_or_else(resource::missing)?;
    Ok(Answer::no_content())
}

/// `POST /workflows/{id}/versions`: a new draft.
pub(crate) fn create_version(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.maybe_list("steps")?;
    body.maybe_list("edges")?;
    found(call)?;
    let row = new_version(call, &body, "draft");
    Ok(Answer::created(json!({ "version": row })))
}

pub(crate) fn new_version(call: &mut Call<'_>, body: &Fields, status: &str) -> Value {
    let number = versions(call).len() + 1;
    let fixed = json!({ "workflow_id": call.id(), "version": number, "status": status });
    let row = resource::draw(call, "wfv", body, fixed);
    resource::keep(&mut call.state.upivia.versions, call.project, row)
}

fn version<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Value, ApiError> {
    let (workflow, id) = (call.id().to_owned(), call.second_id().to_owned());
    let row = resource::find_mut(&mut call.state.upivia.versions, call.project, &id)?;
    if text(row, "workflow_id") == workflow { Ok(row) } else { Err(resource::missing()) }
}

/// `POST /workflows/{id}/versions/{version}/publish`: asks for it. The version is live only when the
/// request has been approved, which happens by itself after a while.
pub(crate) fn publish(call: &mut Call<'_>) -> Outcome {
    let body = call.maybe_body()?;
    let status = text(version(call)?, "status").to_owned();
    if status == "published" {
        return Err(error(409, "conflict", "it is published already").into());
    }
    let fixed = json!({ "version_id": call.second_id(), "status": "pending" });
    let row = resource::draw(call, "pub", &body, fixed);
    let row = resource::keep(&mut call.state.upivia.publish_requests, call.project, row);
    let wait = call.settings.settle_after;
    schedule::after(&mut call.world(), wait, Step::VersionIsPublished, text(&row, "id"));
    Ok(Answer::ok(json!({ "publish_request": row })))
}

/// The approval of a publish request, unless it was taken back.
pub(crate) fn become_published(world: &mut World<'_>, id: &str) {
    let books = &mut world.state.upivia;
    let request = books.publish_requests.find_mut(world.project, id);
    let Some(request) = request.filter(|row| text(row, "status") == "pending") else { return };
    set(request, "status", "approved");
    if let Some(version) = books.versions.find_mut(world.project, text(request, "version_id")) {
        set(version, "status", "published");
    }
}

/// `POST /workflows/{id}/versions/{version}/unpublish`
pub(crate) fn unpublish(call: &mut Call<'_>) -> Outcome {
    call.maybe_body()?;
    let row = version(call)?;
    set(row, "status", "draft");
    let row = row.clone();
    let requests = call.state.upivia.publish_requests.list_mut(call.project);
    for request in requests.filter(|request| part(request, "version_id") == part(&row, "id")) {
        set(request, "status", "withdrawn");
    }
    Ok(Answer::ok(json!({ "version": row })))
}

/// `POST /workflows/{id}/share`
pub(crate) fn share(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let scope = body.choice("scope", &["team", "org"])?;
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.workflows, call.project, &id)?;
    set(row, "scope", scope);
    Ok(resource::fine())
}

/// `GET /workflows/{id}/export`
pub(crate) fn export(call: &mut Call<'_>) -> Outcome {
    let name = part(found(call)?, "name");
    let versions = versions(call);
    let latest = versions.first().ok_or_else(resource::missing)?;
    let member = |name: &str| part(latest, name);
    Ok(Answer::ok(json!({ "manifest": {
        "name": name,
        "version": member("version"),
        "steps": member("steps"),
        "edges": member("edges"),
    } })))
}
