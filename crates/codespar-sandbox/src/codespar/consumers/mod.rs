//! Consumers: `/v1/consumers`. Their fields are not public: what is sent is kept and shown.

pub(crate) mod pix_devolutions;
pub(crate) mod receipts;
pub(crate) mod wallet;

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{Refusal, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::set,
};

/// `GET /v1/consumers`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<&Value> = req.state.consumers.list(req.project).collect();
    Ok(Response::ok(json!({ "consumers": rows })))
}

/// `POST /v1/consumers`: takes an id or makes one.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let id = match body.maybe_text("consumer_id")?.or(body.maybe_text("id")?) {
        Some(id) => id.to_owned(),
        None => req.state.ids.with("cons"),
    };
    let mut row = body.value();
    set(&mut row, "id", id.as_str());
    set(&mut row, "created_at", req.now.rfc3339());
    Ok(Response::created(req.state.consumers.insert(req.project, &id, row)))
}

/// `GET /v1/consumers/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req)?.clone()))
}

/// `PATCH /v1/consumers/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?.value();
    let row = find(req)?;
    for (name, value) in body.as_object().into_iter().flatten().filter(|(name, _)| *name != "id") {
        set(row, name, value.clone());
    }
    Ok(Response::ok(row.clone()))
}

fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.id().to_owned();
    req.state.consumers.find_mut(req.project, &id).ok_or_else(|| not_found().into())
}
