//! Collections of documents, which are taken in after a while.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::ApiError,
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{member, set, text},
        upivia::Step,
    },
    upivia::{resource, schedule, storage},
};

/// `GET /knowledge/collections`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let collections = resource::filter(&req.state.upivia.collections, req.project, |_| true);
    resource::paged(req, "collections", collections)
}

/// `POST /knowledge/collections`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("name")?;
    let row = resource::new_row(req, "col", &body, json!({}));
    let row = resource::insert(&mut req.state.upivia.collections, req.project, row);
    Ok(Response::created(json!({ "collection": row })))
}

/// `GET /knowledge/collections/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "collection": in_path(req)? })))
}

fn in_path<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&req.state.upivia.collections, req.project, req.id())
}

/// `DELETE /knowledge/collections/{id}`
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    req.state.upivia.collections.remove(req.project, &id).ok_or_else(resource::missing)?;
    Ok(resource::ok())
}

/// `POST /knowledge/collections/{id}/documents`: of a stored file, or of one that is sent along.
/// One without content cannot be taken in.
pub(crate) fn add(req: &mut Request<'_>) -> HandlerResult {
    in_path(req)?;
    let (mut row, size) = if req.received.media_type().as_deref() == Some("application/json") {
        let body = req.body()?;
        let object = storage::live(req, body.text("stored_object_id")?)?;
        (body.value(), member(object, "size_bytes").as_u64().unwrap_or_default())
    } else {
        let name = storage::field(req, "filename").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| issue("filename", "required"))?;
        (json!({ "filename": name }), storage::file(req)?.bytes.len() as u64)
    };
    set(&mut row, "collection_id", req.id());
    set(&mut row, "status", "pending");
    set(&mut row, "size_bytes", size);
    let row = resource::new_row(req, "doc", &JsonObject::of(&row), json!({}));
    let row = resource::insert(&mut req.state.upivia.documents, req.project, row);
    let half = req.settings.settle_after / 2;
    schedule::after(&mut req.context(), half, Step::DocumentAdvances, text(&row, "id"));
    Ok(Response::accepted(json!({ "document": row })))
}

/// The next step of a document on its way in.
pub(crate) fn advance(context: &mut Context<'_>, id: &str) {
    let Some(row) = context.state.upivia.documents.find_mut(context.project, id) else { return };
    if text(row, "status") == "pending" {
        set(row, "status", "processing");
        schedule::after(context, context.settings.settle_after / 2, Step::DocumentAdvances, id);
        return;
    }
    let is_empty = member(row, "size_bytes") == 0;
    set(row, "status", if is_empty { "failed" } else { "ready" });
}

/// `GET /knowledge/collections/{id}/documents/{document}`
pub(crate) fn document(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "document": in_collection(req)? })))
}

/// `DELETE /knowledge/collections/{id}/documents/{document}`
pub(crate) fn remove(req: &mut Request<'_>) -> HandlerResult {
    in_collection(req)?;
    let id = req.second_id().to_owned();
    req.state.upivia.documents.remove(req.project, &id);
    Ok(resource::ok())
}

fn in_collection<'a>(req: &'a Request<'_>) -> Result<&'a Value, ApiError> {
    in_path(req)?;
    let row = resource::find(&req.state.upivia.documents, req.project, req.second_id())?;
    if text(row, "collection_id") == req.id() { Ok(row) } else { Err(resource::missing()) }
}
