//! What mandates are paid from: `/v1/funding-sources`.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::not_found,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::matches,
};

/// `GET /v1/funding-sources`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let rows = req.state.funding_sources.list(req.project);
    let rows = rows.filter(|row| matches(row, "consumer_id", req.query("consumer_id")));
    let rows: Vec<&Value> = rows.take(limit).collect();
    Ok(Response::ok(json!({ "funding_sources": rows, "unattributed_count": 0 })))
}

/// `GET /v1/funding-sources/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.funding_sources.find(req.project, req.id());
    Ok(Response::ok(found.ok_or_else(not_found)?.clone()))
}
