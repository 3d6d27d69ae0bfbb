//! The records that consents leave: `/v1/consent-records`.

use serde_json::{Value, json};

use crate::server::{
    request::{HandlerResult, Request},
    response::Response,
};

/// `GET /v1/consent-records`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<&Value> = req.state.consent_records.list(req.project).collect();
    Ok(Response::ok(json!({ "consents": rows })))
}
