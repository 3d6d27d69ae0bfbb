//! The records that consents leave: `/v1/consent-records`.

use serde_json::{Value, json};

use crate::server::{
    request::{Call, Outcome},
    response::Answer,
};

/// `GET /v1/consent-records`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows: Vec<&Value> = call.state.consent_records.list(call.project).collect();
    Ok(Answer::ok(json!({ "consents": rows })))
}
