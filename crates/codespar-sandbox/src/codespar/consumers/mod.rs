//! Consumers: `/v1/consumers`. Their fields are not public: what is sent is kept and shown.

pub(crate) mod pix_devolutions;
pub(crate) mod receipts;
pub(crate) mod wallet;

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{Refusal, not_found},
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::set,
};

/// `GET /v1/consumers`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows: Vec<&Value> = call.state.consumers.list(call.project).collect();
    Ok(Answer::ok(json!({ "consumers": rows })))
}

/// `POST /v1/consumers`: takes an id or makes one.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let id = match body.maybe_text("consumer_id")?.or(body.maybe_text("id")?) {
        Some(id) => id.to_owned(),
        None => call.state.ids.with("cons"),
    };
    let mut row = body.value();
    set(&mut row, "id", id.as_str());
    set(&mut row, "created_at", call.now.text());
    Ok(Answer::created(call.state.consumers.insert(call.project, &id, row)))
}

/// `GET /v1/consumers/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(find(call)?.clone()))
}

/// `PATCH /v1/consumers/{id}`
pub(crate) fn patch(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?.value();
    let row = find(call)?;
    for (name, value) in body.as_object().into_iter().flatten().filter(|(name, _)| *name != "id") {
        set(row, name, value.clone());
    }
    Ok(Answer::ok(row.clone()))
}

fn find<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Value, Refusal> {
    let id = call.id().to_owned();
    call.state.consumers.find_mut(call.project, &id).ok_or_else(|| not_found().into())
}
