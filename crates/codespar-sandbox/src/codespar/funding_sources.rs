//! What mandates are paid from: `/v1/funding-sources`.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::matches,
};

/// `GET /v1/funding-sources`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows = req.state.funding_sources.list(req.project);
    let rows: Vec<&Value> =
        rows.filter(|row| matches(row, "consumer_id", req.query("consumer_id"))).collect();
    Ok(Response::ok(json!({ "funding_sources": rows })))
}
