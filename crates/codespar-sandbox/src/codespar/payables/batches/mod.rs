//! `/v1/payables/batches`: create, read, change, extend.

pub(crate) mod item;
pub(crate) mod pay;

use serde_json::Value;

use crate::{
    codespar::payables::find,
    server::{
        errors::{Refusal, error, not_found},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{member, set},
        records::batch::{Batch, Item},
    },
};

const SOURCES: [&str; 5] = ["api", "chat", "dashboard", "cli", "mcp"];

/// `POST /v1/payables/batches`: the same idempotency key gives the same batch.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let key = req.idempotency_key();
    if let Some(answer) = replay(req, key, &body)? {
        return Ok(answer);
    }
    let source = match body.get("source") {
        None => "api",
        Some(_) => body.choice("source", &SOURCES)?,
    };
    let items = new_items(req, &body)?;
    if items.is_empty() {
        return Err(error(422, "payable_batch_empty", "no items").into());
    }
    let mut batch = Batch {
        id: req.state.ids.with("pbat"),
        project: req.project.to_owned(),
        status: "reviewing",
        version: 0,
        items,
        confirmation: Value::Null,
        created_at: req.now.rfc3339(),
        source: source.to_owned(),
        conversation: body.echo("conversation_id"),
        created_by: (key.map(str::to_owned), body.value()),
    };
    batch.bump_version();
    let mut row = batch.row();
    set(&mut row, "idempotent_replay", false);
    req.state.batches.push(batch);
    Ok(Response::created(row))
}

/// `GET /v1/payables/batches/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req)?.row()))
}

/// `POST /v1/payables/batches/{id}/items`
pub(crate) fn add_items(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let expected = body.integer("expected_version")?;
    find(req)?.check_version(expected)?;
    let items = new_items(req, &body)?;
    if items.is_empty() {
        return Err(issue("items", "nothing to add").into());
    }
    let batch = find(req)?;
    check_open(batch)?;
    batch.items.extend(items);
    batch.bump_version();
    Ok(Response::ok(batch.row()))
}

/// `PATCH /v1/payables/batches/{id}/items/{item}`
pub(crate) fn update_item(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let expected = body.integer("expected_version")?;
    let id = req.second_id().to_owned();
    let batch = find(req)?;
    batch.check_version(expected)?;
    check_open(batch)?;
    let item = batch.items.iter_mut().find(|item| item.id == id).ok_or_else(not_found)?;
    // All of the change, or none of it.
    let mut changed = item.clone();
    changed.change(&body)?;
    *item = changed;
    batch.bump_version();
    Ok(Response::ok(batch.row()))
}

/// A list that is being paid, or has been, is closed.
fn check_open(batch: &Batch) -> Result<(), Refusal> {
    if ["reviewing", "ready"].contains(&batch.status) {
        return Ok(());
    }
    Err(error(409, "payable_batch_not_editable", "the batch is being paid or has been").into())
}

fn replay(
    req: &Request<'_>,
    key: Option<&str>,
    body: &JsonObject,
) -> Result<Option<Response>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    let mut batches = req.state.batches.iter().filter(|batch| batch.project == req.project);
    let Some(batch) = batches.find(|batch| batch.created_by.0.as_deref() == Some(key)) else {
        return Ok(None);
    };
    if batch.created_by.1 != body.value() {
        return Err(error(409, "idempotency_key_conflict", "another request has the key").into());
    }
    let mut row = batch.row();
    set(&mut row, "idempotent_replay", true);
    Ok(Some(Response::ok(row)))
}

/// The items of a request: those in its files, then those typed.
fn new_items(req: &mut Request<'_>, body: &JsonObject) -> Result<Vec<Item>, Refusal> {
    let mut items = Vec::new();
    for id in body.texts("file_ids")? {
        let file = req.state.files.find(req.project, &id).cloned();
        let file = file.ok_or_else(|| error(404, "payable_file_not_found", "no such file here"))?;
        for found in member(&file, "items").as_array().into_iter().flatten() {
            let origin = member(found, "origin").clone();
            items.push(Item::from_file(&mut req.state.ids, origin, member(found, "carrier")));
        }
    }
    for value in body.maybe_list("items")?.unwrap_or_default() {
        items.push(Item::from_request(&mut req.state.ids, value)?);
    }
    Ok(items)
}
