//! Workflows, their versions and who may run them.

pub(crate) mod agents;
pub(crate) mod from_template;
pub(crate) mod runs;

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{matches, member, set, text},
        upivia::Step,
    },
    upivia::{resource, schedule},
};

/// `GET /workflows`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let fits = |row: &Value| matches(row, "category", req.query("category"));
    let workflows = resource::filter(&req.state.upivia.workflows, req.project, fits);
    Ok(Response::ok(json!({ "workflows": workflows })))
}

/// `POST /workflows`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("name")?;
    Ok(Response::created(json!({ "workflow": insert(req, &body) })))
}

pub(crate) fn insert(req: &mut Request<'_>, body: &JsonObject) -> Value {
    let row = resource::new_row(req, "wf", body, json!({ "status": "active" }));
    resource::insert(&mut req.state.upivia.workflows, req.project, row)
}

/// `GET /workflows/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let workflow = in_path(req)?;
    Ok(Response::ok(json!({ "workflow": workflow, "versions": versions(req) })))
}

/// The workflow in the path.
pub(crate) fn in_path<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&req.state.upivia.workflows, req.project, req.id())
}

/// The versions of the workflow in the path, newest first.
fn versions(req: &Request<'_>) -> Vec<Value> {
    let mine = |row: &Value| text(row, "workflow_id") == req.id();
    resource::filter(&req.state.upivia.versions, req.project, mine)
}

/// `PATCH /workflows/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.workflows, req.project, &id)?;
    resource::merge(row, &body, &["created_at"]);
    Ok(Response::ok(json!({ "workflow": row })))
}

/// `DELETE /workflows/{id}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    req.state.upivia.workflows.remove(req.project, &id).ok_or_else(resource::missing)?;
    Ok(Response::no_content())
}

/// `POST /workflows/{id}/versions`: a new draft.
pub(crate) fn create_version(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.maybe_list("steps")?;
    body.maybe_list("edges")?;
    in_path(req)?;
    let row = new_version(req, &body, "draft");
    Ok(Response::created(json!({ "version": row })))
}

pub(crate) fn new_version(req: &mut Request<'_>, body: &JsonObject, status: &str) -> Value {
    let number = versions(req).len() + 1;
    let fixed = json!({ "workflow_id": req.id(), "version": number, "status": status });
    let row = resource::new_row(req, "wfv", body, fixed);
    resource::insert(&mut req.state.upivia.versions, req.project, row)
}

fn version<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, ApiError> {
    let (workflow, id) = (req.id().to_owned(), req.second_id().to_owned());
    let row = resource::find_mut(&mut req.state.upivia.versions, req.project, &id)?;
    if text(row, "workflow_id") == workflow { Ok(row) } else { Err(resource::missing()) }
}

/// `POST /workflows/{id}/versions/{version}/publish`: asks for it. The version is live only when
/// the request has been approved, which happens by itself after a while.
pub(crate) fn publish_version(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    let status = text(version(req)?, "status").to_owned();
    if status == "published" {
        return Err(error(409, "conflict", "it is published already").into());
    }
    let fixed = json!({ "version_id": req.second_id(), "status": "pending" });
    let row = resource::new_row(req, "pub", &body, fixed);
    let row = resource::insert(&mut req.state.upivia.publish_requests, req.project, row);
    let wait = req.settings.settle_after;
    schedule::after(&mut req.context(), wait, Step::VersionIsPublished, text(&row, "id"));
    Ok(Response::ok(json!({ "publish_request": row })))
}

/// The approval of a publish request, unless it was taken back.
pub(crate) fn finish_publishing(context: &mut Context<'_>, id: &str) {
    let upivia = &mut context.state.upivia;
    let request = upivia.publish_requests.find_mut(context.project, id);
    let Some(request) = request.filter(|row| text(row, "status") == "pending") else { return };
    set(request, "status", "approved");
    if let Some(version) = upivia.versions.find_mut(context.project, text(request, "version_id")) {
        set(version, "status", "published");
    }
}

/// `POST /workflows/{id}/versions/{version}/unpublish`
pub(crate) fn unpublish_version(req: &mut Request<'_>) -> HandlerResult {
    req.maybe_body()?;
    let row = version(req)?;
    set(row, "status", "draft");
    let row = row.clone();
    let requests = req.state.upivia.publish_requests.list_mut(req.project);
    for request in requests.filter(|request| member(request, "version_id") == member(&row, "id")) {
        set(request, "status", "withdrawn");
    }
    Ok(Response::ok(json!({ "version": row })))
}

/// `POST /workflows/{id}/share`
pub(crate) fn share(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let scope = body.choice("scope", &["team", "org"])?;
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.workflows, req.project, &id)?;
    set(row, "scope", scope);
    Ok(resource::ok())
}

/// `GET /workflows/{id}/export`
pub(crate) fn export(req: &mut Request<'_>) -> HandlerResult {
    let name = member(in_path(req)?, "name");
    let versions = versions(req);
    let latest = versions.first().ok_or_else(resource::missing)?;
    let member = |name: &str| member(latest, name);
    Ok(Response::ok(json!({ "manifest": {
        "name": name,
        "version": member("version"),
        "steps": member("steps"),
        "edges": member("edges"),
    } })))
}
