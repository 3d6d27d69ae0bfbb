//! Collections of documents, which are taken in after a while.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::ApiError,
        json_object::{Fields, issue},
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        context::World,
        json::{part, set, text},
        upivia::Step,
    },
    upivia::{resource, schedule, storage},
};

/// `GET /knowledge/collections`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let collections = resource::some(&call.state.upivia.collections, call.project, |_| true);
    resource::paged(call, "collections", collections)
}

/// `POST /knowledge/collections`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("name")?;
    let row = resource::draw(call, "col", &body, json!({}));
    let row = resource::keep(&mut call.state.upivia.collections, call.project, row);
    Ok(Answer::created(json!({ "collection": row })))
}

/// `GET /knowledge/collections/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "collection": found(call)? })))
}

fn found<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    resource::find(&call.state.upivia.collections, call.project, call.id())
}

/// `DELETE /knowledge/collections/{id}`
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id().to_owned();
    call.state.upivia.collections.remove(call.project, &id).ok_or_else(resource::missing)?;
    Ok(resource::fine())
}

/// `POST /knowledge/collections/{id}/documents`: of a stored file, or of one that is sent along.
/// One without content cannot be taken in.
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    found(call)?;
    let (mut row, size) = if call.request.media_type().as_deref() == Some("application/json") {
        let body = call.body()?;
        let object = storage::live(call, body.text("stored_object_id")?)?;
        (body.value(), part(object, "size_bytes").as_u64().unwrap_or_default())
    } else {
        let name = storage::field(call, "filename").filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| issue("filename", "required"))?;
        (json!({ "filename": name }), storage::file(call)?.bytes.len() as u64)
    };
    set(&mut row, "collection_id", call.id());
    set(&mut row, "status", "pending");
    set(&mut row, "size_bytes", size);
    let row = resource::draw(call, "doc", &Fields::of(&row), json!({}));
    let row = resource::keep(&mut call.state.upivia.documents, call.project, row);
    let half = call.settings.settle_after / 2;
    schedule::after(&mut call.world(), half, Step::DocumentMoves, text(&row, "id"));
    Ok(Answer::accepted(json!({ "document": row })))
}

/// The next step of a document on its way in.
pub(crate) fn go_on(world: &mut World<'_>, id: &str) {
    let Some(row) = world.state.upivia.documents.find_mut(world.project, id) else { return };
    if text(row, "status") == "pending" {
        set(row, "status", "processing");
        schedule::after(world, world.settings.settle_after / 2, Step::DocumentMoves, id);
        return;
    }
    let is_empty = part(row, "size_bytes") == 0;
    set(row, "status", if is_empty { "failed" } else { "ready" });
}

/// `GET /knowledge/collections/{id}/documents/{document}`
pub(crate) fn document(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({ "document": in_collection(call)? })))
}

/// `DELETE /knowledge/collections/{id}/documents/{document}`
pub(crate) fn remove(call: &mut Call<'_>) -> Outcome {
    in_collection(call)?;
    let id = call.second_id().to_owned();
    call.state.upivia.documents.remove(call.project, &id);
    Ok(resource::fine())
}

fn in_collection<'a>(call: &'a Call<'_>) -> Result<&'a Value, ApiError> {
    found(call)?;
    let row = resource::find(&call.state.upivia.documents, call.project, call.second_id())?;
    if text(row, "collection_id") == call.id() { Ok(row) } else { Err(resource::missing()) }
}
