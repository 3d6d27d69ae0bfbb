//! Whom a project does business with: `/v1/counterparties`.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, Refusal, error, not_found},
        json_object::{JsonObject, issue},
        paging::limit,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
};

pub(crate) const KINDS: [&str; 3] = ["supplier", "customer", "agent_peer"];
const IDENTIFIERS: [&str; 6] = ["cnpj", "cpf", "email", "phone", "wallet_address", "other"];

/// `GET /v1/counterparties`: who was seen last, first. An identifier without its kind is ignored,
/// and the other way round.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let kind = query::choice(req, "kind", &KINDS)?;
    let of = query::choice(req, "identifier_kind", &IDENTIFIERS)?;
    let identified = req.query("identifier").zip(of);
    let rows = req.state.counterparties.list(req.project).filter(|row| {
        matches(row, "kind", kind)
            && matches(row, "identifier", identified.map(|it| it.0))
            && matches(row, "identifier_kind", identified.map(|it| it.1))
    });
    let mut rows: Vec<&Value> = rows.collect();
    rows.sort_by(|one, other| text(other, "last_seen_at").cmp(text(one, "last_seen_at")));
    rows.truncate(limit);
    Ok(Response::ok(json!({ "counterparties": rows })))
}

/// `POST /v1/counterparties`: a new one, or the one that is identified like this, with what is new.
pub(crate) fn put(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let kind = body.choice("kind", &KINDS)?;
    let name = body.text("name")?;
    let identifier = body.maybe_text("identifier")?.filter(|text| !text.is_empty());
    let of = match body.get("identifier_kind") {
        None => None,
        Some(_) => Some(body.choice("identifier_kind", &IDENTIFIERS)?),
    };
    if identifier.is_some() != of.is_some() {
        return Err(issue("identifier_kind", "with an identifier, and not without").into());
    }
    let metadata = body.maybe_object("metadata")?.unwrap_or_default();
    let now = req.now.rfc3339();
    let is_same = |row: &&mut Value| {
        identifier.is_some()
            && matches(row, "identifier", identifier)
            && matches(row, "identifier_kind", of)
    };
    if let Some(row) = req.state.counterparties.list_mut(req.project).find(is_same) {
        set(row, "name", name);
        set(row, "last_seen_at", now);
        merge(row, &metadata);
        return Ok(Response::created(row.clone()));
    }
    let id = req.state.ids.with("cp");
    let row = json!({
        "id": id,
        "kind": kind,
        "name": name,
        "identifier": identifier,
        "identifier_kind": of,
        "metadata": metadata.value(),
        "created_at": now,
        "last_seen_at": now,
    });
    Ok(Response::created(req.state.counterparties.insert(req.project, &id, row)))
}

/// `GET /v1/counterparties/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.counterparties.find(req.project, req.id());
    Ok(Response::ok(found.ok_or_else(not_found)?.clone()))
}

/// The counterparty that a body names, which must be there.
pub(crate) fn named(req: &Request<'_>, body: &JsonObject) -> Result<String, Refusal> {
    let id = body.text("counterparty_id")?;
    let missing = || -> ApiError {
        error(404, "counterparty_not_found", "no such counterparty in this project")
    };
    req.state.counterparties.find(req.project, id).ok_or_else(missing)?;
    Ok(id.to_owned())
}

/// Puts members into the metadata of a row, beside those that are there.
pub(crate) fn merge(row: &mut Value, metadata: &JsonObject) {
    let mut merged = member(row, "metadata").clone();
    for (name, value) in metadata.value().as_object().into_iter().flatten() {
        set(&mut merged, name, value.clone());
    }
    set(row, "metadata", merged);
}
