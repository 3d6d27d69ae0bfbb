//! `/v1/payables/batches`: create, read, change, extend.

pub(crate) mod item;
pub(crate) mod pay;

use serde_json::Value;

use crate::{
    codespar::payables::find,
    server::{
        errors::{Refusal, error, not_found},
        json_object::{Fields, issue},
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        json::{part, set},
        records::batch::{Batch, Item},
    },
};

const SOURCES: [&str; 5] = ["api", "chat", "dashboard", "cli", "mcp"];

/// `POST /v1/payables/batches`: the same idempotency key gives the same batch.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let key = call.idempotency_key();
    if let Some(answer) = replayed(call, key, &body)? {
        return Ok(answer);
    }
    let source = match body.get("source") {
        None => "api",
        Some(_) => body.choice("source", &SOURCES)?,
    };
    let items = new_items(call, &body)?;
    if items.is_empty() {
        return Err(error(422, "payable_batch_empty", "no items").into());
    }
    let mut batch = Batch {
        id: call.state.ids.with("pbat"),
        project: call.project.to_owned(),
        status: "reviewing",
        version: 0,
        items,
        confirmation: Value::Null,
        created_at: call.now.text(),
        source: source.to_owned(),
        conversation: body.echo("conversation_id"),
        created_by: (key.map(str::to_owned), body.value()),
    };
    batch.changed();
    let mut row = batch.row();
    set(&mut row, "idempotent_replay", false);
    call.state.batches.push(batch);
    Ok(Answer::created(row))
}

/// `GET /v1/payables/batches/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(find(call)?.row()))
}

/// `POST /v1/payables/batches/{id}/items`
pub(crate) fn add(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let expected = body.integer("expected_version")?;
    find(call)?.check_version(expected)?;
    let items = new_items(call, &body)?;
    if items.is_empty() {
        return Err(issue("items", "nothing to add").into());
    }
    let batch = find(call)?;
    open(batch)?;
    batch.items.extend(items);
    batch.changed();
    Ok(Answer::ok(batch.row()))
}

/// `PATCH /v1/payables/batches/{id}/items/{item}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let expected = body.integer("expected_version")?;
    let id = call.second_id().to_owned();
    let batch = find(call)?;
    batch.check_version(expected)?;
    open(batch)?;
    let item = batch.items.iter_mut().find(|item| item.id == id).ok_or_else(not_found)?;
    item.change(&body)?;
    batch.changed();
    Ok(Answer::ok(batch.row()))
}

/// A list that is being paid, or has been, is closed.
fn open(batch: &Batch) -> Result<(), Refusal> {
    if ["reviewing", "ready"].contains(&batch.status) {
        return Ok(());
    }
    Err(error(409, "payable_batch_not_editable", "the batch is being paid or has been").into())
}

fn replayed(call: &Call<'_>, key: Option<&str>, body: &Fields) -> Result<Option<Answer>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    let mut batches = call.state.batches.iter().filter(|batch| batch.project == call.project);
    let Some(batch) = batches.find(|batch| batch.created_by.0.as_deref() == Some(key)) else {
        return Ok(None);
    };
    if batch.created_by.1 != body.value() {
        return Err(error(409, "idempotency_key_conflict", "another request has the key").into());
    }
    let mut row = batch.row();
    set(&mut row, "idempotent_replay", true);
    Ok(Some(Answer::ok(row)))
}

/// The items of a request: those in its files, then those typed.
fn new_items(call: &mut Call<'_>, body: &Fields) -> Result<Vec<Item>, Refusal> {
    let mut items = Vec::new();
    for id in body.texts("file_ids")? {
        let file = call.state.files.find(call.project, &id).cloned();
        let file = file.ok_or_else(|| error(404, "payable_file_not_found", "no such file here"))?;
        for found in part(&file, "items").as_array().into_iter().flatten() {
            let origin = part(found, "origin").clone();
            items.push(Item::found(&mut call.state.ids, origin, part(found, "carrier")));
        }
    }
    for value in body.maybe_list("items")?.unwrap_or_default() {
        items.push(Item::typed(&mut call.state.ids, value)?);
    }
    Ok(items)
}
