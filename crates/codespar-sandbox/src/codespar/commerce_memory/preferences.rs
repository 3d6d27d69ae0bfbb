//! What counterparties prefer: `/v1/commerce-memory/preferences`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        commerce_memory::choice_or,
        counterparties::{merge, named},
    },
    server::{
        json_object::issue,
        paging::limit,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, set, text},
};

const SOURCES: [&str; 3] = ["explicit", "derived", "inherited"];

/// `GET /v1/commerce-memory/preferences`: what was changed last, first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 100, 500)?;
    let source = query::choice(req, "source", &SOURCES)?;
    let rows = req.state.preferences.list(req.project).filter(|row| {
        matches(row, "counterparty_id", req.query("counterparty_id"))
            && matches(row, "source", source)
    });
    let mut rows: Vec<&Value> = rows.collect();
    rows.sort_by(|one, other| text(other, "updated_at").cmp(text(one, "updated_at")));
    rows.truncate(limit);
    Ok(Response::ok(json!({ "preferences": rows })))
}

/// `POST /v1/commerce-memory/preferences`: sets the one of this key, or makes it.
pub(crate) fn put(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let key = body.text("preference_key")?;
    let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
    if !key.bytes().all(is_plain) {
        return Err(issue("preference_key", "a-z, 0-9 and _").into());
    }
    let confidence = match body.get("confidence") {
        None => json!(1),
        Some(_) => body.number("confidence")?.clone().into(),
    };
    if !confidence.as_f64().is_some_and(|sure| (0.0..=1.0).contains(&sure)) {
        return Err(issue("confidence", "0 to 1").into());
    }
    let source = choice_or(&body, "source", &SOURCES, "explicit")?;
    let metadata = body.maybe_object("metadata")?.unwrap_or_default();
    let counterparty = named(req, &body)?;
    let now = req.now.rfc3339();
    let is_same = |row: &&mut Value| {
        matches(row, "counterparty_id", Some(&counterparty))
            && matches(row, "preference_key", Some(key))
    };
    if let Some(row) = req.state.preferences.list_mut(req.project).find(is_same) {
        set(row, "value", body.echo("value"));
        set(row, "confidence", confidence);
        set(row, "source", source);
        set(row, "updated_at", now);
        merge(row, &metadata);
        return Ok(Response::created(row.clone()));
    }
    let id = req.state.ids.with("pref");
    let row = json!({
        "id": id,
        "counterparty_id": counterparty,
        "preference_key": key,
        "value": body.echo("value"),
        "confidence": confidence,
        "source": source,
        "created_at": now,
        "updated_at": now,
        "metadata": metadata.value(),
    });
    Ok(Response::created(req.state.preferences.insert(req.project, &id, row)))
}
