//! What mandates are paid from: `/v1/funding-sources`.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::matches,
};

/// `GET /v1/funding-sources`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows = call.state.funding_sources.list(call.project);
    let rows: Vec<&Value> =
        rows.filter(|row| matches(row, "consumer_id", call.query("consumer_id"))).collect();
    Ok(Answer::ok(json!({ "funding_sources": rows })))
}
