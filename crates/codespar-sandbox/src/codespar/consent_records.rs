//! The records that consents leave: `/v1/consent-records`.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::not_found,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, text},
};

/// `GET /v1/consent-records`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let rows = req.state.consent_records.list(req.project);
    let rows = rows.filter(|row| matches(row, "consumer_id", req.query("consumer_id")));
    let rows: Vec<&Value> = rows.take(limit).collect();
    Ok(Response::ok(json!({ "consents": rows })))
}

/// `GET /v1/consent-records/{id}`, of whatever project.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.consent_records.everywhere().find(|(_, row)| text(row, "id") == req.id());
    Ok(Response::ok(found.ok_or_else(not_found)?.1.clone()))
}
